import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.imaging.hog import _cells, hog

ROWS, COLUMNS = np.mgrid[:64, :64] - 31.5


def edge(degrees: float, width: float = 2.0) -> np.ndarray:
    """Return a step, a little soft, whose gradient has this direction."""
    turn = np.radians(degrees)
    across = np.cos(turn) * COLUMNS + np.sin(turn) * ROWS
    return 1 / (1 + np.exp(-across / width))


def total(image: np.ndarray, **options: object) -> np.ndarray:
    return hog(image, **options).sum(axis=(0, 1, 2, 3, 4))


@pytest.mark.parametrize("n_orientations", [4, 9, 12])
@pytest.mark.parametrize("index", range(4))
def test_an_edge_falls_into_the_part_of_its_angle(n_orientations, index):
    for turned in (0, 180):
        image = edge((index + 0.5) * 180 / n_orientations + turned)
        votes = total(image, n_orientations=n_orientations, block=(1, 1))
        assert votes.argmax() == index
        assert votes[index] > 0.7 * votes.sum()


def test_an_edge_between_two_parts_is_shared():
    votes = total(edge(20.0))
    assert votes[0] == pytest.approx(votes[1], rel=0.05)
    upright = total(edge(0.0))  # the first and the last part are neighbours
    assert upright[0] == pytest.approx(upright[8], rel=1e-3)
    assert upright[1:8].sum() == pytest.approx(0, abs=1e-3)


def test_votes_fall_off_linearly_between_cells():
    image = np.zeros((8, 32), dtype=np.float32)
    image[:, 14] = 1.0  # gradients of length 1 in columns 13 and 15
    votes = _cells(image, 9, (8, 8))[0].sum(axis=-1)
    # Cell centres at 4, 12, 20, 28; columns 13.5 and 15.5 lie 1.5 and 3.5 from 12.
    shares = np.array([0, (1 - 1.5 / 8) + (1 - 3.5 / 8), 1.5 / 8 + 3.5 / 8, 0])
    down = 8 - 2 * (0.5 + 1.5 + 2.5 + 3.5) / 8
    np.testing.assert_allclose(votes, shares * down, rtol=1e-5)


def test_contrast_and_sign_do_not_matter_but_flat_paper_is_nothing():
    image = np.random.default_rng(1).random((64, 64))
    np.testing.assert_allclose(hog(0.3 * image + 0.2), hog(image), atol=1e-4)
    np.testing.assert_allclose(hog(1 - image), hog(image), atol=1e-4)
    np.testing.assert_array_equal(hog(np.full((32, 32), 0.7)), 0)


def test_blocks_have_length_one_and_no_direction_rules():
    noise = np.random.default_rng(0).random((64, 64))
    blocks = hog(noise)
    np.testing.assert_allclose(np.square(blocks).sum(axis=(-3, -2, -1)), 1, rtol=1e-4)
    assert blocks.min() >= 0
    one_direction = hog(edge(10.0), block=(1, 1))
    assert one_direction.max() <= 1
    # Without clipping the strongest share would be all but 1.
    assert hog(edge(13.0), block=(1, 1))[0, 4, 4, 0, 0].max() < 0.9


@settings(deadline=None)
@given(st.integers(16, 50), st.integers(16, 50), st.integers(0, 100))
def test_a_stack_is_counted_picture_by_picture(height, width, seed):
    images = np.random.default_rng(seed).random((2, height, width))
    stack = hog(images)
    assert stack.dtype == np.float32
    assert stack.shape == (2, height // 8 - 1, width // 8 - 1, 2, 2, 9)
    np.testing.assert_array_equal(stack[1], hog(images[1])[0])
    kept = images[:, : height // 8 * 8, : width // 8 * 8]
    inner = (slice(None), slice(0, -1), slice(0, -1))
    np.testing.assert_allclose(hog(kept)[inner], stack[inner], atol=0.3)


def test_turning_by_a_quarter_turns_the_orientations():
    image = edge(30.0)
    turned = total(image.T, n_orientations=4)
    np.testing.assert_allclose(
        turned[::-1][[2, 3, 0, 1]], total(image, n_orientations=4), rtol=1e-3
    )


def test_uint8_is_on_the_scale_of_floats():
    image = np.rint(edge(70.0) * 255).astype(np.uint8)
    np.testing.assert_allclose(hog(image), hog(image / 255), atol=1e-4)
    colour = np.repeat(image[..., None], 3, axis=-1)
    np.testing.assert_allclose(hog(colour), hog(image), atol=1e-4)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_orientations": 1}, "n_orientations must be"),
        ({"cell": (0, 8)}, "cell must be two positive"),
        ({"block": 2}, "block must be two positive"),
        ({"cell": (33, 8)}, "no room for a block of 66 x 16"),
    ],
)
def test_wrong_sizes_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        hog(edge(0.0), **options)
