import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from skecg.signal._delineation_beats import LEFT, RIGHT
from skecg.signal._delineation_marks import _extrema, _is_flat, settle_marks
from skecg.signal.waves import T_SHAPES

MARKS = [-50, -40, -30, -12, 0, 12, 40, 65, 90]
CENTRE = np.array([300, 500])


def _beat(parts):
    time = np.arange(-LEFT, RIGHT)
    return sum(h * np.exp(-0.5 * ((time - at) / w) ** 2) for h, at, w in parts)


def _settle(
    marks=MARKS, odds=(1.0, 1.0), parts=((1, 65, 9),), *, centre=CENTRE, gap=()
):
    missing = np.zeros(1000, dtype=bool)
    missing[list(gap)] = True
    n_beats = centre.size
    placed, shape = settle_marks(
        np.tile(np.array(marks, dtype=np.float32), (n_beats, 1)),
        np.tile(np.array(odds, dtype=np.float32), (n_beats, 1)),
        np.tile(_beat(parts).astype(np.float32), (n_beats, 1)),
        centre,
        missing,
        2 * centre,
        2000,
        500.0,
    )
    return placed, [T_SHAPES[i] for i in shape]


def test_marks_are_told_in_samples():
    placed, shape = _settle()
    np.testing.assert_array_equal(placed[:, 0], 600 + 2 * np.array(MARKS))
    assert shape == ["upright", "upright"]


def test_what_is_unlikely_is_not_there():
    placed, shape = _settle(odds=(-1.0, -1.0))
    assert np.isnan(placed[[0, 1, 2, 6, 7, 8]]).all()
    assert np.isfinite(placed[3:6]).all()
    assert shape == ["", ""]


def test_marks_are_put_in_order():
    placed, _ = _settle(marks=[-10, -40, 5, 3, 0, -4, -8, 65, 60])
    assert (np.diff(placed[:, 0]) >= 0).all()
    assert placed[4, 0] == 600


@pytest.mark.parametrize(
    ("parts", "shape"),
    [
        ([(1, 65, 9)], "upright"),
        ([(-1, 65, 9)], "inverted"),
        ([(1, 60, 7), (-0.7, 80, 7)], "up-down"),
        ([(-1, 60, 7), (0.7, 80, 7)], "down-up"),
        ([(1, 60, 7), (-0.2, 80, 7)], "upright"),
    ],
)
def test_shapes_of_t(parts, shape):
    placed, shapes = _settle(parts=parts)
    assert shapes == [shape, shape]
    assert abs(placed[7, 0] / 2 - 300 - parts[0][1]) <= 6


def test_a_mark_in_a_gap_is_dropped_and_a_wave_without_a_peak_is_none():
    placed, shape = _settle(gap=[300 + 90, 500 + 65])
    assert np.isnan(placed[:, 0]).tolist() == [False] * 8 + [True]
    assert np.isnan(placed[6:, 1]).all()
    assert shape == ["upright", ""]


def test_waves_do_not_reach_into_another_beat():
    placed, shape = _settle(centre=np.array([300, 380]))
    assert np.isnan(placed[8, 0])
    assert np.isfinite(placed[7, 0])
    placed, shape = _settle(centre=np.array([300, 350]))
    assert np.isnan(placed[6:, 0]).all()
    assert shape == ["", "upright"]
    assert np.isnan(placed[:3, 1]).all()


def test_marks_outside_of_the_record_are_dropped():
    placed, _ = _settle(centre=np.array([45, 950]))
    assert np.isnan(placed[:, 0]).tolist() == [True] + [False] * 8
    assert np.isnan(placed[:, 1]).tolist() == [False] * 6 + [True] * 3


def test_a_flat_beat_has_no_marks():
    placed, shape = _settle(parts=[(0, 65, 9)])
    assert np.isnan(placed).all()
    assert shape == ["", ""]


@settings(deadline=None)
@given(arrays(np.float32, st.integers(3, 60), elements=st.floats(-1, 1, width=32)))
def test_extrema_stand_out_of_the_line_from_end_to_end(wave):
    height = wave - np.linspace(wave[0], wave[-1], wave.size)
    highest, lowest, up, down = _extrema(wave)
    assert up == pytest.approx(height.max(), abs=1e-6)
    assert -down == pytest.approx(height.min(), abs=1e-6)
    assert height[highest] == pytest.approx(up, abs=1e-6)
    assert height[lowest] == pytest.approx(-down, abs=1e-6)


def test_of_equal_extrema_the_first_is_told():
    wave = np.array([0, 1, -1, 1, -1, 0], dtype=np.float32)
    assert _extrema(wave) == (1, 2, 1.0, 1.0)


@pytest.mark.parametrize(("last", "flat"), [(3.0, True), (3.1, False)])
def test_only_what_never_changes_is_flat(last, flat):
    assert _is_flat(np.array([3.0, 3.0, last], dtype=np.float32)) == flat
