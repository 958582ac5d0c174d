"""Tests of skecg.signal.t_region."""

import numpy as np
import pytest

from skecg.signal.t_region import T_STATISTICS, t_wave_statistics

RATE = 250.0
TIMES = np.arange(0, 0.9, 1 / RATE) - 0.3  # R at 0.3 s


def beat(t_height=0.3, t_time=0.28, level=0.0, r_height=1.0):
    """A beat of two Gaussian waves on a level."""
    t_wave = t_height * np.exp(-0.5 * ((TIMES - t_time) / 0.03) ** 2)
    return level + r_height * np.exp(-0.5 * (TIMES / 0.01) ** 2) + t_wave


def measure(beats, **options):
    options = {"sampling_rate": RATE, "r_peak": 0.3, **options}
    values = t_wave_statistics(beats, **options)
    return dict(zip(T_STATISTICS, np.moveaxis(values, -1, 0), strict=True))


class TestTWave:
    @pytest.mark.parametrize("t_height", [0.3, -0.4])
    def test_height_place_and_area_of_a_known_wave(self, t_height):
        measured = measure(beat(t_height))
        assert measured["t_amplitude"] == pytest.approx(t_height, abs=0.005)
        assert measured["t_time"] == pytest.approx(0.28, abs=1 / RATE)
        assert measured["t_r_ratio"] == pytest.approx(t_height, abs=0.005)
        area = t_height * 0.03 * np.sqrt(2 * np.pi)
        assert measured["t_area"] == pytest.approx(area, rel=0.05)

    def test_moments_are_those_of_the_stretch(self):
        signal = np.random.default_rng(0).normal(size=225)
        measured = measure(signal, window=(0.1, 0.4))
        stretch = signal[75 + 25 : 75 + 100]
        for name in ("mean", "min", "max", "std"):
            assert measured[f"t_{name}"] == pytest.approx(getattr(np, name)(stretch))

    def test_a_level_shifts_only_what_is_measured_from_zero(self):
        flat, lifted = measure(beat()), measure(beat(level=2.0))
        for name in ("t_mean", "t_min", "t_max"):
            assert lifted[name] == pytest.approx(flat[name] + 2.0)
        for name in ("t_std", "t_amplitude", "t_area", "t_time", "t_r_ratio"):
            assert lifted[name] == pytest.approx(flat[name], abs=1e-9)

    def test_scale_and_sign_scale_all_but_time_and_ratio(self):
        once, scaled = measure(beat()), measure(-2 * beat())
        assert scaled["t_amplitude"] == pytest.approx(-2 * once["t_amplitude"])
        assert scaled["t_min"] == pytest.approx(-2 * once["t_max"])
        assert scaled["t_time"] == once["t_time"]
        assert scaled["t_r_ratio"] == pytest.approx(once["t_r_ratio"])

    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_any_leading_axes(self, dtype):
        beats = np.stack([[beat(), beat(-0.2)], [beat(0.1), beat(0.5)]]).astype(dtype)
        options = {"sampling_rate": RATE, "r_peak": 0.3}
        measured = t_wave_statistics(beats, **options)
        assert measured.shape == (2, 2, len(T_STATISTICS))
        assert measured.dtype == dtype
        alone = t_wave_statistics(beats[1, 0], **options)
        np.testing.assert_allclose(measured[1, 0], alone, rtol=1e-5)

    def test_a_missing_beat_is_missing_and_a_hole_is_not(self):
        beats = np.stack([beat(), np.full(225, np.nan), beat()])
        beats[2, 150:155] = np.nan
        measured = measure(beats)
        for name, values in measured.items():
            np.testing.assert_array_equal(np.isnan(values), [False, True, False], name)
        assert measured["t_amplitude"][2] > 0.2

    def test_a_stretch_that_is_missing_is_missing(self):
        signal = beat()
        signal[90:] = np.nan
        assert all(np.isnan(value) for value in measure(signal).values())

    def test_a_beat_may_begin_at_r(self):
        measured = measure(beat()[75:], r_peak=0.0)
        assert measured["t_amplitude"] == pytest.approx(0.3, abs=0.02)
        assert measured["t_time"] == pytest.approx(0.28, abs=1 / RATE)

    def test_without_a_qrs_the_ratio_is_zero(self):
        signal = np.zeros(225)
        signal[150] = 1.0
        assert measure(signal)["t_r_ratio"] == 0.0

    def test_the_window_may_reach_past_the_beat(self):
        assert measure(beat(), window=(0.1, 5.0))["t_time"] == pytest.approx(
            0.28, abs=0.01
        )

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"window": (0.4, 0.1)}, "window must be"),
            ({"window": (-0.1, 0.1)}, "window must be"),
            ({"window": (0.7, 0.9)}, "do not fit into beats of 0.9 s"),
            ({"r_peak": 0.9}, "do not fit into beats of 0.9 s"),
        ],
    )
    def test_places_outside_the_beat_are_refused(self, options, message):
        with pytest.raises(ValueError, match=message):
            measure(beat(), **options)

    def test_zeros_behind_a_beat_are_no_signal(self):
        short = np.random.default_rng(0).uniform(0.2, 1.0, size=(4, 120))
        padded = np.pad(short, [(0, 0), (0, 67)])
        cut, whole = (
            measure(beats, r_peak=0.0, window=(0.1, 0.6)) for beats in (short, padded)
        )
        for name, values in cut.items():
            np.testing.assert_allclose(whole[name], values, err_msg=name)

    def test_each_beat_has_its_own_padding(self):
        beats = np.random.default_rng(0).uniform(0.2, 1.0, size=(2, 1, 187))
        beats[0, 0, 100:] = 0.0
        measured = measure(beats, r_peak=0.0)
        alone = measure(beats[1], r_peak=0.0)
        assert measured["t_area"][1] == alone["t_area"]

    def test_a_beat_that_ends_behind_its_qrs_has_no_t_wave(self):
        signal = np.zeros(187)
        signal[:20] = 1.0
        values = measure([signal, signal + 0.1], r_peak=0.0)
        for name, measured in values.items():
            np.testing.assert_array_equal(np.isnan(measured), [True, False], name)

    def test_a_single_zero_at_the_end_and_zeros_inside_are_samples(self):
        signal = np.ones(187)
        signal[[50, 51, 52, 186]] = 0.0
        measured = measure(signal, r_peak=0.0, window=(0.1, 0.75))
        assert measured["t_min"] == 0.0
        assert measured["t_mean"] == pytest.approx(1 - 4 / 162)
