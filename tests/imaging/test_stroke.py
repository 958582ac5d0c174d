"""The pen draws where it is led, as dark as it covers, and lifts at gaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.imaging._stroke import blend, line, stroke

SHAPE = (40, 60)


def drawn(values, *, start=5.0, step=1.0, baseline=20.0, half=0.5, columns=(0, 60)):
    cover = np.zeros(SHAPE, dtype=np.uint8)
    values = np.asarray(values, dtype=float)
    stroke(cover, values, (start, step), (baseline, 1.0), half, columns)
    return cover


def centre_of_ink(cover):
    return np.arange(SHAPE[0]) @ cover / np.maximum(cover.sum(axis=0, dtype=float), 1)


def test_a_pen_of_one_pixel_fills_one_row():
    cover = drawn(np.zeros(10))
    assert (cover[20, 5:15] == 255).all()
    assert cover.sum() == 255 * 10


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 0.9])
@pytest.mark.parametrize("half", [0.5, 0.8, 2.0])
def test_ink_lies_where_the_signal_is_and_is_as_much_as_the_pen_is_wide(shift, half):
    cover = drawn(np.full(30, shift), half=half)
    inner = slice(10, 30)
    np.testing.assert_allclose(centre_of_ink(cover)[inner], 20 - shift, atol=0.07)
    ink = cover.sum(axis=0, dtype=float)[inner] / 255
    np.testing.assert_allclose(ink, 2 * half, atol=0.01)


def test_a_slope_is_as_wide_as_a_flat_line():
    cover = drawn(np.linspace(-10, 10, 30), half=1.0)
    across = np.sqrt(1 + (20 / 29) ** 2)  # the line, cut upright
    ink = cover.sum(axis=0, dtype=float)[12:28] / 255
    np.testing.assert_allclose(ink, 2 * across, rtol=0.05)


def test_a_jump_between_two_samples_is_drawn():
    cover = drawn([0.0, 10.0], step=0.0)
    assert (cover[10:21, 5] == 255).all()


def test_a_gap_stays_white_and_a_lone_sample_is_a_dot():
    cover = drawn([0, 0, 0, np.nan, np.inf, 0, -np.inf, 0, 0])
    assert (cover[20] > 0).nonzero()[0].tolist() == [5, 6, 7, 10, 12, 13]


def test_nothing_is_drawn_beyond_its_columns():
    cover = drawn(np.zeros(50), columns=(10, 20))
    assert (cover.any(axis=0)).nonzero()[0].tolist() == list(range(10, 20))


@pytest.mark.parametrize("value", [1e3, -1e3, 1e300, -1e300])
def test_what_lies_far_off_is_cut_at_the_rim(value):
    cover = drawn([0.0, value, 0.0], step=10.0)
    assert cover[0 if value > 0 else -1].any()
    assert not cover[30 if value > 0 else 10].any()


def test_where_lines_cross_no_pixel_overflows():
    cover = np.zeros(SHAPE, dtype=np.uint8)
    for _ in range(3):
        line(cover, (5.0, 20.0, 50.0, 20.0), 0.9, 0, 60)
    np.testing.assert_array_equal(cover, drawn(np.zeros(46), half=0.9))


@given(
    st.lists(
        st.floats(-30, 30) | st.sampled_from([np.nan, 0.0]), min_size=1, max_size=60
    ),
    st.sampled_from([0.05, 0.3, 1.0]),
)
def test_drawing_samples_as_one_line_changes_next_to_nothing(values, step):
    whole = drawn(values, step=step).astype(int)
    piece_by_piece = np.zeros(SHAPE, dtype=np.uint8)
    for index in range(len(values)):
        pair = np.array(values[index : index + 2], dtype=float)
        if np.isfinite(pair[0]):
            pair = pair if np.isfinite(pair).all() else pair[:1]
            across = (5.0 + index * step, step)
            stroke(piece_by_piece, pair, across, (20.0, 1.0), 0.5, (0, 60))
    # A tenth of a pixel is a tenth of the ink.
    assert abs(whole - piece_by_piece).max() <= 27


@pytest.mark.parametrize(("cover", "grey"), [(0, 200), (255, 20), (128, 110)])
def test_ink_is_mixed_in(cover, grey):
    picture = np.full((2, 3, 1), 200, dtype=np.uint8)
    blend(picture, np.full((2, 3), cover, dtype=np.uint8), np.array([20], np.uint8))
    assert (picture == grey).all()
