"""Grids and traces that are known, and those of real pictures."""

import itertools

import numpy as np
import pytest
from scipy import ndimage

from known_pictures import ecg_paper, ecg_picture, trace_of
from skecg.imaging.decode import read_image
from skecg.imaging.hashes import perceptual_hash
from skecg.imaging.intensity import band_intensity
from skecg.imaging.regions import GridBox, find_grid, remove_grid, row_band

SHAPE = (401, 601)
PAPERS = {
    "pink": {},
    "green": {"minor": (190, 230, 190), "major": (110, 190, 110)},
    "grey": {"minor": (200, 200, 200), "major": (130, 130, 130)},
    "dark blue": {"minor": (60, 70, 150), "major": (40, 50, 110)},
    "faint": {"minor": (248, 244, 244), "major": (240, 232, 232)},
}
every_paper = pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)


def on_page(picture: np.ndarray, box: GridBox, page: int = 255) -> np.ndarray:
    """Return a page with the picture at the box's upper left corner."""
    shape = (box.bottom + 70, box.right + 40, 3)
    whole = np.full(shape, page, dtype=np.uint8)
    whole[box.top : box.bottom, box.left : box.right] = picture
    return whole


def distance(found: GridBox | None, box: GridBox) -> int:
    """Return by how many pixels the worst edge is off."""
    assert found is not None
    return max(abs(one - other) for one, other in zip(found, box, strict=True))


@every_paper
@pytest.mark.parametrize("page", [255, 235, 30])
def test_the_grid_is_found_to_the_pixel(paper, page):
    box = GridBox(90, 90 + SHAPE[0], 60, 60 + SHAPE[1])
    picture = on_page(ecg_picture(SHAPE, **paper), box, page)
    assert distance(find_grid(picture), box) <= 1


@every_paper
def test_floats_and_grey_are_the_same(paper):
    box = GridBox(50, 50 + SHAPE[0], 40, 40 + SHAPE[1])
    picture = on_page(ecg_picture(SHAPE, **paper), box)
    expected = find_grid(picture)
    assert find_grid(picture / 255) == expected
    assert find_grid(picture.astype(np.float32) / 255) == expected
    assert find_grid(picture.min(axis=-1)) == expected


def test_a_grid_may_fill_the_picture():
    assert find_grid(ecg_picture(SHAPE)) == GridBox(0, SHAPE[0], 0, SHAPE[1])


def test_text_beside_the_grid_is_left_out():
    box = GridBox(120, 120 + SHAPE[0], 60, 60 + SHAPE[1])
    picture = on_page(ecg_picture(SHAPE), box)
    words = np.random.default_rng(0).random((20, 60)) < 0.5
    for left in (60, 150, 400):
        picture[40:60, left : left + 60][words] = 0
    assert distance(find_grid(picture), box) <= 1


@pytest.mark.parametrize("degrees", [-3, 1, 3])
def test_a_turned_grid_loses_no_more_than_its_corners(degrees):
    box = GridBox(90, 90 + SHAPE[0], 60, 60 + SHAPE[1])
    turned = ndimage.rotate(
        on_page(ecg_picture(SHAPE), box), degrees, reshape=False, order=1, cval=255
    )
    lost = np.tan(np.radians(abs(degrees))) * SHAPE[1]
    assert distance(find_grid(turned), box) <= lost


def test_sensor_noise_does_no_harm():
    box = GridBox(90, 90 + SHAPE[0], 60, 60 + SHAPE[1])
    picture = on_page(ecg_picture(SHAPE), box, 200).astype(float)
    picture += np.random.default_rng(0).normal(0, 2, picture.shape)
    noisy = np.clip(picture, 0, 255).astype(np.uint8)
    assert distance(find_grid(noisy), box) <= 2


@pytest.mark.parametrize(
    "image",
    [
        np.full((300, 400), 255, dtype=np.uint8),
        np.zeros((300, 400, 3)),
        np.random.default_rng(0).integers(0, 256, (300, 400), dtype=np.uint8),
        np.where(trace_of((300, 400)), 0, 255).astype(np.uint8),
        np.arange(300 * 400, dtype=np.float64).reshape(300, 400) / 120_000,
        np.zeros((1, 1), dtype=np.uint8),
        np.zeros((1, 500), dtype=np.uint8),
        np.zeros((500, 2), dtype=np.uint8),
    ],
    ids=["white", "black", "noise", "trace", "ramp", "pixel", "row", "columns"],
)
def test_no_grid_is_none(image):
    assert find_grid(image) is None


@every_paper
def test_the_trace_stays_and_the_grid_goes(paper):
    ink = trace_of(SHAPE)
    clean = remove_grid(ecg_picture(SHAPE, **paper))
    assert clean.shape == SHAPE
    assert (clean[ink] < 60).all()
    assert (clean[~ndimage.binary_dilation(ink, np.ones((3, 3)))] == 255).all()
    assert (clean[~ink] > 200).mean() > 0.99


def test_the_soft_edge_of_a_line_stays_and_nothing_beyond():
    image = np.full((100, 200), 255, dtype=np.uint8)
    image[48:53] = 200
    image[50] = 10
    clean = remove_grid(image)
    assert clean[50].max() == 0
    assert set(clean[49]) == set(clean[51]) == {197}  # (200 - 10) / (255 - 10)
    assert clean[48].min() == clean[52].min() == 255


def test_a_shadow_does_no_harm():
    ink = trace_of(SHAPE)
    shadow = np.linspace(1, 0.4, SHAPE[1])[:, np.newaxis]
    clean = remove_grid((ecg_picture(SHAPE) * shadow).astype(np.uint8))
    assert (clean[ink] < 128).mean() > 0.97
    assert (clean[~ndimage.binary_dilation(ink, np.ones((3, 3)))] == 255).all()


def test_a_margin_beside_the_grid_does_no_harm():
    box = GridBox(100, 100 + SHAPE[0], 150, 150 + SHAPE[1])
    picture = on_page(ecg_picture(SHAPE, **PAPERS["grey"]), box)
    ink = np.zeros(picture.shape[:2], dtype=bool)
    ink[box.top : box.bottom, box.left : box.right] = trace_of(SHAPE)
    clean = remove_grid(picture)
    assert (clean[ink] < 60).all()
    assert (clean[~ndimage.binary_dilation(ink, np.ones((3, 3)))] == 255).all()


@every_paper
def test_paper_without_a_trace_becomes_white(paper):
    clean = remove_grid(ecg_paper(SHAPE, **paper))
    assert (clean == 255).mean() > 0.9


def test_a_stack_is_its_pictures_and_floats_stay_floats():
    stack = np.stack([ecg_picture((90, 120), seed=seed) for seed in range(3)])
    clean = remove_grid(stack)
    assert (clean.shape, clean.dtype) == ((3, 90, 120), np.uint8)
    np.testing.assert_array_equal(clean, [remove_grid(one) for one in stack])
    as_float = remove_grid((stack / 255).astype(np.float32))
    assert as_float.dtype == np.float32
    np.testing.assert_allclose(as_float, clean / 255, atol=1e-6)
    grey = stack.min(axis=-1)
    assert remove_grid(grey).shape == grey.shape


@pytest.mark.parametrize("height", [1, 2, 5, 100, 1572])
@pytest.mark.parametrize("band", [(0.4, 0.6), (0, 1), (0.99, 1.0), [0.5, 0.501]])
def test_a_band_is_between_its_fractions(height, band):
    for shape in ((height, 7), (height, 7, 3), (4, height, 7), (4, height, 7, 3)):
        images = np.zeros(shape, dtype=np.uint8)
        view = row_band(images, band)
        rows = view.shape[shape.index(height)]
        assert rows == pytest.approx((band[1] - band[0]) * height, abs=1)
        assert rows >= 1
        assert np.shares_memory(view, images)


def test_bands_lie_side_by_side():
    images = np.arange(2 * 103 * 4).reshape(2, 103, 4) / 1000
    edges = (0, 0.4, 0.6, 1)
    bands = [row_band(images, pair) for pair in itertools.pairwise(edges)]
    np.testing.assert_array_equal(np.concatenate(bands, axis=1), images)


@pytest.mark.parametrize("band", [(0.6, 0.4), (0.5, 0.5), (-0.1, 0.5), (0, 1.1), 0.4])
def test_a_wrong_band_is_told(band):
    with pytest.raises(ValueError, match="band must be two ascending fractions"):
        row_band(np.zeros((10, 10)), band)


def test_one_picture_at_a_time():
    with pytest.raises(ValueError, match="picture by picture"):
        find_grid(np.zeros((2, 50, 50)))
    with pytest.raises(TypeError, match="uint8 or float"):
        find_grid(np.zeros((50, 50), dtype=int))


def test_real_grids_are_found(shared_data):
    folder = shared_data / "mendeley_ecg_images" / "full_2213x1572"
    for path in sorted(folder.glob("*/*.jpg")):
        box = find_grid(read_image(path))
        # The frame of every page of that printer.
        assert distance(box, GridBox(282, 1520, 68, 2180)) <= 3


def test_traces_of_real_pictures_are_told_from_their_grids(shared_data):
    folder = shared_data / "ecg_images_generated"
    within = (slice(10, -10), slice(10, -10))  # their frames
    for name in ("GeneratedData__sel100-0", "GeneratedData__sel100-1"):
        truth = read_image(folder / f"{name}-gt.png", color="grey")[within]
        clean = remove_grid(read_image(folder / f"{name}.png"))[within] < 128
        assert clean[truth < 60].mean() > 0.9
        near = ndimage.binary_dilation(truth < 128, iterations=3)
        others = (clean & ~near).sum()  # the names of the leads
        assert others < 0.05 * (truth < 128).sum()


@pytest.mark.parametrize(
    "measure", [find_grid, remove_grid, perceptual_hash, band_intensity]
)
def test_floats_up_to_255_are_no_shades(measure):
    image = np.full((101, 121), 255, dtype=np.float32)
    image[::5] = image[:, ::5] = 180
    with pytest.raises(ValueError, match=r"goes from 180 to 255\. Divide .* by 255"):
        measure(image)
    measure(image / 255 + 1e-6)
