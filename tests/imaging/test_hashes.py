"""Copies of real printouts have nearly the same bits, and other printouts have not."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from skecg.datasets import load_ecg_images
from skecg.imaging.duplicates import MAX_DISTANCE
from skecg.imaging.hashes import content_hash, hash_distances, perceptual_hash
from skecg.imaging.resize import bilinear_resize


def jpeg(image, quality):
    file = BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


def shifted(image, down, right):
    padded = np.pad(image, ((2, 2), (2, 2), (0, 0)), constant_values=255)
    height, width = image.shape[:2]
    return padded[2 - down :, 2 - right :][:height, :width]


COPIES = {
    "stored again": lambda image: jpeg(image, 60),
    "larger": lambda image: bilinear_resize(image, (309, 528)),
    "smaller": lambda image: bilinear_resize(image, (180, 308)),
    "moved": lambda image: shifted(image, 1, -1),
    "darker": lambda image: image // 10 * 9,
    "lighter": lambda image: np.clip(image * 1.1, 0, 255).astype(np.uint8),
    "cut": lambda image: image[2:-3, 1:-2],
    "floats": lambda image: image / 255,
    "small margin": lambda image: np.pad(
        image, ((5, 9), (4, 2), (0, 0)), constant_values=255
    ),
}


@pytest.fixture(scope="module")
def images():
    return load_ecg_images().data


@pytest.fixture(scope="module")
def bits(images):
    return np.stack([perceptual_hash(image) for image in images])


def test_printouts_of_one_layout_are_told_apart(bits):
    assert bits.shape == (24, 128)
    assert bits.dtype == np.uint8
    distances = hash_distances(bits, bits)
    others = distances[~np.eye(24, dtype=bool)]
    assert others.min() > 1.2 * MAX_DISTANCE
    assert np.diagonal(distances).max() == 0


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_copies_are_recognised(copy, images, bits):
    made = np.stack([perceptual_hash(copy(image)) for image in images])
    assert np.diagonal(hash_distances(made, bits)).max() <= MAX_DISTANCE


def test_grey_and_blank_pictures_have_a_hash(images):
    assert perceptual_hash(images[0, ..., 1]).shape == (128,)
    blank = np.full((50, 60), 255, dtype=np.uint8)
    np.testing.assert_array_equal(perceptual_hash(blank), perceptual_hash(blank // 2))


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (2, 3, 3)])
def test_the_smallest_pictures_have_one(shape):
    ramp = np.linspace(0, 255, np.prod(shape)).astype(np.uint8).reshape(shape)
    assert perceptual_hash(ramp).shape == (128,)


def test_equal_pixels_have_equal_contents(images):
    image = images[0]
    assert content_hash(image) == content_hash(np.asfortranarray(image))
    changed = image.copy()
    changed[0, 0, 0] ^= 1
    others = [changed, image[..., 0], image / 255, image.transpose(1, 0, 2)]
    assert content_hash(image) not in map(content_hash, others)


def test_distances_are_counts_of_bits():
    rng = np.random.default_rng(0)
    first, second = (rng.integers(0, 256, (n, 11), dtype=np.uint8) for n in (5, 7))
    unpacked = [np.unpackbits(one, axis=1) for one in (first, second)]
    expected = (unpacked[0][:, np.newaxis] != unpacked[1]).sum(axis=2)
    np.testing.assert_array_equal(hash_distances(first, second), expected)


def test_what_is_no_hash_or_no_picture_is_refused(images):
    with pytest.raises(ValueError, match="one picture"):
        perceptual_hash(images)
    with pytest.raises(TypeError, match="uint8 or float"):
        content_hash(images[0].astype(int))
    with pytest.raises(ValueError, match="uint8 of shape"):
        hash_distances(np.zeros((2, 3)), np.zeros((2, 3)))
    with pytest.raises(ValueError, match="3 and 4 bytes"):
        hash_distances(np.zeros((2, 3), np.uint8), np.zeros((2, 4), np.uint8))
