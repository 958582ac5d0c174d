import numpy as np
import pytest

from skecg.datasets import make_ecg
from skecg.signal._delineation_beats import Beats, cut_beats
from skecg.signal._delineation_inputs import (
    N_BESIDE,
    N_RHYTHM,
    VIEWS,
    _pool,
    look_far,
    look_near,
)


@pytest.fixture(scope="module")
def beats():
    ecg = make_ecg(1, sampling_rate=250.0, duration=20, random_state=0)
    return Beats(*cut_beats(ecg.data[0], ecg.rpeaks[0], 250.0))


@pytest.fixture
def marks(beats):
    typical = np.array([-50, -40, -30, -12, 0, 12, 40, 68, 90], dtype=np.float32)
    return np.tile(typical, (len(beats.window), 1))


@pytest.mark.parametrize("step", [1, 2, 3, 4])
@pytest.mark.parametrize("start", [-70, -1, 0, 60, 280])
def test_points_are_means_of_bins_and_the_outer_bins_go_on(start, step):
    beat = np.random.default_rng(0).standard_normal(300).astype(np.float32)
    points = np.empty(30, dtype=np.float32)
    _pool(beat, start, step, points)
    within = np.clip(start + np.arange(30 * step), 0, 299)
    wanted = beat[within].reshape(30, step).mean(axis=1)
    np.testing.assert_allclose(points, wanted, atol=1e-6)


@pytest.mark.parametrize("gain", [-1.0, 4.0, -0.25])
def test_the_far_look_is_free_of_size_and_sign(beats, gain):
    gain = np.float32(gain)
    seen = look_far(beats.average, beats.window, beats.rhythm)
    other = look_far(gain * beats.average, gain * beats.window, beats.rhythm)
    np.testing.assert_array_equal(seen, other)
    np.testing.assert_array_equal(seen[:, -N_RHYTHM:], beats.rhythm)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_near_look_is_free_of_size_and_sign(beats, marks, view):
    seen, _ = look_near(beats.average, beats.window, beats.rhythm, marks, view)
    other, _ = look_near(-beats.average, -beats.window, beats.rhythm, marks, view)
    np.testing.assert_array_equal(seen, other)


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_near_look_moves_with_its_anchor(beats, marks, view):
    moved = np.ascontiguousarray(np.roll(beats.average, 7, axis=1))
    seen, anchor = look_near(beats.average, beats.average, beats.rhythm, marks, view)
    other, later = look_near(moved, moved, beats.rhythm, marks + 7, view)
    np.testing.assert_array_equal(later, anchor + 7)
    samples = slice(0, seen.shape[1] - N_BESIDE)
    same = np.isclose(seen[:, samples], other[:, samples], atol=1e-4)
    assert same.mean() > 0.9  # what was rolled in from the other end is not


def test_the_near_look_is_not_lost_outside_of_the_window(beats, marks):
    seen, anchor = look_near(
        beats.average, beats.window, beats.rhythm, marks + 1000, VIEWS["t"]
    )
    assert np.isfinite(seen).all()
    assert (anchor == 179).all()


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_the_near_look_is_what_it_says(beats, marks, view):
    seen, anchor = look_near(beats.average, beats.window, beats.rhythm, marks, view)
    for b in range(len(marks)):
        start = 120 + int(marks[b, view.anchor]) - view.left
        waves = []
        for beat in (beats.average[b], beats.window[b]):
            bins = beat[start : start + view.left + view.right].astype(np.float64)
            points = bins.reshape(-1, view.step).mean(axis=1)
            waves.append(points - points[view.low : view.high].mean())
        wave = waves[0][view.low : view.high]
        size = np.sqrt((wave**2).mean())
        scaled = np.concatenate(waves) * np.sign((wave**3).sum()) * 2 / size
        wanted = scaled / np.sqrt(1 + np.abs(scaled))
        np.testing.assert_allclose(seen[b, : wanted.size], wanted, atol=1e-3)
        beside = seen[b, wanted.size :]
        height = np.ptp(beats.average[b, 95:150])
        assert beside[0] == pytest.approx(np.log(size / height + 1e-3) / 2, abs=1e-4)
        np.testing.assert_array_equal(beside[2:7], beats.rhythm[b])
        np.testing.assert_allclose(beside[7:], (marks[b] - anchor[b]) / 25, atol=1e-6)
