"""Area means against the exact matrix of coverage, triangles against torch's."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from skecg.imaging.resize import METHODS, area_resize, bilinear_resize

sides = st.integers(1, 40)
many = st.integers(2, 40)  # torch repeats the first pixel of a single column
every_method = pytest.mark.parametrize("resize", METHODS.values(), ids=METHODS)


def coverage(n_in: int, n_out: int) -> np.ndarray:
    """Return which part of each new pixel each old one makes up."""
    edges = np.arange(n_out + 1) * (n_in / n_out)
    left, right = np.arange(n_in), np.arange(1, n_in + 1)
    overlap = np.minimum(edges[1:, None], right) - np.maximum(edges[:-1, None], left)
    return np.maximum(overlap, 0) * (n_out / n_in)


def exact(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    rows, columns = (coverage(*both) for both in zip(image.shape, size, strict=False))
    image = image.astype(np.float64)
    return np.einsum("ry,yx...,cx->rc...", rows, image, columns, optimize=True)


def noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


@settings(deadline=None)  # the first compiles
@given(sides, sides, sides, sides, st.booleans(), st.integers(0, 99))
def test_area_is_the_matrix_of_coverage(height, width, rows, columns, colour, seed):
    channels = (3,) if colour else ()
    image = noise(seed, height, width, *channels)
    expected = exact(image, (rows, columns))
    result = area_resize(image, (rows, columns))
    assert result.dtype == np.uint8
    assert result.shape == (rows, columns, *channels)
    assert np.abs(result - expected).max() <= 0.5 + 1e-9
    for dtype in (np.float32, np.float64):
        result = area_resize(image.astype(dtype), (rows, columns))
        assert result.dtype == dtype
        np.testing.assert_allclose(result, expected, rtol=0, atol=1e-4)


def test_area_at_the_size_of_a_scan():
    image = noise(0, 1572, 2213)
    expected = exact(image, (182, 256))
    assert np.abs(area_resize(image, (182, 256)) - expected).max() <= 0.5 + 1e-9
    result = area_resize(image.astype(np.float32), (182, 256))
    np.testing.assert_allclose(result, expected, rtol=0, atol=1e-4)


def test_whole_numbers_do_not_overflow():
    for shape in ((20_000, 7), (7, 20_000), (3001, 2999)):
        white = np.full(shape, 255, dtype=np.uint8)
        assert (area_resize(white, (2, 3)) == 255).all()
        assert (bilinear_resize(white, (2, 3)) == 255).all()


def test_a_thin_line_keeps_its_ink_wherever_it_lies():
    for column in range(40):
        image = np.ones((8, 80))
        image[:, column] = 0
        ink = (1 - area_resize(image, (3, 11))).sum() * (8 * 80) / (3 * 11)
        assert ink == pytest.approx(8)


def test_enlarging_repeats_pixels_and_mixes_those_across_an_edge():
    image = np.array([[10, 20, 90]], dtype=np.uint8)
    assert area_resize(image, (2, 6)).tolist() == [[10, 10, 20, 20, 90, 90]] * 2
    assert area_resize(image, (1, 4)).tolist() == [[10, 17, 43, 90]]


@settings(deadline=None)  # the first compiles
@given(many, many, sides, sides, st.integers(0, 99))
def test_bilinear_is_torchs(height, width, rows, columns, seed):
    image = noise(seed, height, width).astype(np.float64)
    theirs = torch.nn.functional.interpolate(
        torch.from_numpy(image)[None, None],
        size=(rows, columns),
        mode="bilinear",
        antialias=True,
    )[0, 0]
    result = bilinear_resize(image, (rows, columns))
    np.testing.assert_allclose(result, theirs.numpy(), rtol=0, atol=1e-4)


@pytest.mark.parametrize("size", [(37, 53), (200, 300), (1, 1), (90, 7)])
def test_bilinear_is_pillows_within_its_two_roundings(size):
    image = noise(3, 90, 120)
    theirs = Image.fromarray(image).resize(size[::-1], Image.Resampling.BILINEAR)
    difference = bilinear_resize(image, size).astype(int) - np.asarray(theirs)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize("size", [(182, 256), (91, 37), (300, 450), (1, 1)])
def test_area_is_opencvs(size):
    cv2 = pytest.importorskip("cv2", reason="the comparison needs OpenCV")
    image = noise(4, 393, 553, 3)
    theirs = cv2.resize(image, size[::-1], interpolation=cv2.INTER_AREA)
    difference = area_resize(image, size).astype(int) - theirs
    assert np.abs(difference).max() <= 1


@every_method
def test_the_same_size_is_a_copy(resize):
    image = noise(5, 12, 9)
    same = resize(image, image.shape)
    np.testing.assert_array_equal(same, image)
    assert not np.shares_memory(same, image)


@every_method
def test_a_stack_is_its_pictures(resize):
    for stack in (noise(6, 4, 30, 20), noise(6, 4, 30, 20, 3)):
        together = resize(stack, (7, 9))
        assert together.shape == (4, 7, 9, *stack.shape[3:])
        alone = np.stack([resize(image, (7, 9)) for image in stack])
        np.testing.assert_array_equal(together, alone)


@every_method
def test_colours_do_not_mix(resize):
    image = noise(7, 31, 23, 3)
    by_channel = [resize(image[..., c].copy(), (8, 6)) for c in range(3)]
    np.testing.assert_array_equal(resize(image, (8, 6)), np.stack(by_channel, axis=-1))


@every_method
def test_kind_of_memory_does_not_matter(resize):
    image = noise(8, 40, 60)
    expected = resize(image, (11, 13))
    read_only = image.copy()
    read_only.flags.writeable = False
    swapped = image.astype(">f4")
    for other in (image.repeat(2, 1)[:, ::2], np.asfortranarray(image), read_only):
        np.testing.assert_array_equal(resize(other, (11, 13)), expected)
    np.testing.assert_allclose(resize(swapped, (11, 13)), expected, atol=0.51)
    assert resize(image.astype(np.float16), (11, 13)).dtype == np.float64


@every_method
@pytest.mark.parametrize(
    ("size", "inside"),
    [((20, 20), (5, 15, 0, 20)), ((10, 60), (0, 10, 20, 40)), ((1, 1), (0, 1, 0, 1))],
)
def test_a_letterbox_keeps_the_proportions(resize, size, inside):
    image = np.zeros((40, 80, 3), dtype=np.uint8)
    boxed = resize(image, size, aspect="letterbox")
    top, bottom, left, right = inside
    expected = np.full((*size, 3), 255)
    expected[top:bottom, left:right] = 0
    np.testing.assert_array_equal(boxed, expected)


@every_method
def test_a_letterbox_is_filled_with_white_or_what_is_told(resize):
    image = np.zeros((2, 2))
    assert resize(image, (2, 4), aspect="letterbox")[0].tolist() == [1, 0, 0, 1]
    boxed = resize(image, (4, 2), aspect="letterbox", fill=0.25)
    assert boxed[:, 0].tolist() == [0.25, 0, 0, 0.25]


@pytest.mark.parametrize(
    ("images", "params", "error", "message"),
    [
        (np.zeros((4, 4), dtype=np.int64), {}, TypeError, "uint8 or float.*int64"),
        (np.zeros((4, 4), dtype=bool), {}, TypeError, "multiplying it by 255"),
        (np.zeros(4), {}, ValueError, r"shape \(4,\)"),
        (np.zeros((2, 4, 4, 4)), {}, ValueError, "shape"),
        (np.zeros((60, 50, 4)), {}, ValueError, "alpha channel"),
        (np.zeros((0, 4, 4)), {}, ValueError, "at least one pixel"),
        (np.array([[1.0, np.nan]]), {}, ValueError, "NaN"),
        (np.array([[1.0, -np.inf]]), {}, ValueError, "infinity"),
        (np.zeros((4, 4)), {"size": (0, 4)}, ValueError, "size must be"),
        (np.zeros((4, 4)), {"size": 4}, ValueError, "size must be"),
        (np.zeros((4, 4)), {"size": (2.5, 2)}, ValueError, "size must be"),
        (np.zeros((4, 4)), {"aspect": "crop"}, ValueError, "letterbox"),
        (np.zeros((4, 4)), {"fill": np.nan}, ValueError, "fill"),
        (np.zeros((4, 4), np.uint8), {"fill": 256}, ValueError, "fill"),
        (np.zeros((4, 4), np.uint8), {"fill": -1}, ValueError, "uint8 can hold"),
    ],
)
@every_method
def test_what_cannot_be_is_told(resize, images, params, error, message):
    with pytest.raises(error, match=message):
        resize(images, **{"size": (2, 2)} | params)
