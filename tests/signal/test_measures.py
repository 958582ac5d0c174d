"""Tests of skecg.signal.measures on waves whose size is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.signal.measures import WAVE_MEASURES, measure_waves
from skecg.signal.waves import Delineation, WaveMarks

RATE = 500.0
N_BEATS = 4
RPEAKS = 400 + 450 * np.arange(N_BEATS)  # 0.9 s apart
HEIGHTS = {"p": 0.1, "q": -0.15, "r": 1.0, "s": -0.25, "t": 0.3}
# Seconds from R: onset, peak and offset.
MARKS = {"p": (-0.2, -0.16, -0.12), "qrs": (-0.04, 0.0, 0.05), "t": (0.18, 0.3, 0.38)}
SPIKES = {"q": (-0.04, -0.03, -0.02), "r": (-0.02, 0.0, 0.02), "s": (0.02, 0.03, 0.05)}

scales = st.floats(0.01, 100.0)
offsets = st.floats(-1e3, 1e3)
# What becomes of a measure when the signal is scaled.
SCALED = tuple(
    name
    for name in WAVE_MEASURES
    if "amplitude" in name
    or name
    in {
        "st_level",
        "st_slope",
        "t_wave_area",
        "t_absolute_area",
        "t_steepest_rise",
        "t_steepest_fall",
    }
)
# What looks at one side of the level, or of the time axis, only.
OF_ONE_SIDE = {
    "r_amplitude",
    "q_amplitude",
    "s_amplitude",
    "t_peak_r_ratio",
    "t_steepest_rise",
    "t_steepest_fall",
}


def triangle(times, onset, peak, offset):
    return np.interp(times, [onset, peak, offset], [0.0, 1.0, 0.0])


def beats(heights=HEIGHTS, st_shift=0.0):
    """A record of triangles; a shifted ST segment lies between QRS and T."""
    signal = np.zeros(RPEAKS[-1] + 400)
    for rpeak in RPEAKS:
        times = (np.arange(signal.size) - rpeak) / RATE
        for name, height in heights.items():
            signal += height * triangle(times, *(SPIKES | MARKS)[name])
        signal += st_shift * ((times >= 0.05) & (times < 0.17))
    return signal


def delineation(shape="upright", **changed):
    """Return the marks of all beats; a wave of None is absent."""
    waves = {
        name: _marks(changed.get(name, seconds)) for name, seconds in MARKS.items()
    }
    return Delineation(**waves, t_shape=np.full(N_BEATS, shape))


def _marks(seconds):
    none = np.full(N_BEATS, np.nan)
    if seconds is None:
        return WaveMarks(none, none, none)
    return WaveMarks(*(RPEAKS + at * RATE for at in seconds))


def measure(signal, waves=None, rpeaks=RPEAKS, **options):
    waves = delineation() if waves is None else waves
    return measure_waves(signal, rpeaks, waves, sampling_rate=RATE, **options)


class TestKnownWaves:
    @pytest.mark.parametrize(
        ("name", "wanted"),
        [
            ("p_duration", 0.08),
            ("p_peak_amplitude", 0.1),
            ("pr_interval", 0.16),
            ("qrs_duration", 0.09),
            ("r_amplitude", 1.0),
            ("q_amplitude", -0.15),
            ("s_amplitude", -0.25),
            ("j_amplitude", 0.0),
            ("st_level", 0.0),
            ("st_slope", 0.0),
            ("t_peak_amplitude", 0.3),
            ("t_wave_area", 0.03),
            ("t_absolute_area", 0.03),
            ("t_polarity", 1.0),
            ("t_symmetry", 2 / 3),
            ("t_duration", 0.2),
            ("t_half_width", 0.1),
            ("t_steepest_rise", 2.5),
            ("t_steepest_fall", -3.75),
            ("t_peak_r_ratio", 0.3),
            ("qt_interval", 0.42),
            ("jt_interval", 0.33),
            ("t_peak_end", 0.08),
        ],
    )
    def test_of_triangles(self, name, wanted):
        measured = getattr(measure(beats()), name)
        np.testing.assert_allclose(measured, np.full(N_BEATS, wanted), atol=1e-9)

    def test_of_a_gaussian(self):
        times = np.arange(2000) / RATE
        signal = -0.4 * np.exp(-0.5 * ((times - 2.0) / 0.04) ** 2)
        marks = {"p": (700, 720, 740), "qrs": (800, 820, 845), "t": (930, 1000, 1070)}
        waves = Delineation(
            **{k: WaveMarks(*np.array(v, float)[:, None]) for k, v in marks.items()},
            t_shape=np.array(["inverted"]),
        )
        measured = measure(signal, waves, [820])
        assert measured.t_wave_area[0] == pytest.approx(-0.4 * 0.04 * 2.5066, rel=0.01)
        assert measured.t_half_width[0] == pytest.approx(0.04 * 2.3548, rel=1e-3)
        assert measured.t_symmetry[0] == pytest.approx(1)
        steepest = 0.4 / 0.04 * np.exp(-0.5)
        assert measured.t_steepest_rise[0] == pytest.approx(steepest, rel=0.06)
        assert measured.t_steepest_fall[0] == pytest.approx(-steepest, rel=0.06)

    def test_limbs_of_a_wave_that_rides_on_a_lowered_segment(self):
        # Behind R the record runs 0.5 lower: the wave stays below the level.
        lowered = beats(HEIGHTS)
        for rpeak in RPEAKS:
            lowered[rpeak + 50 : rpeak + 400] -= 0.5
        measured = measure(lowered)
        np.testing.assert_allclose(measured.t_peak_amplitude, 0.3 - 0.5, atol=1e-9)
        np.testing.assert_allclose(measured.t_symmetry, 2 / 3, atol=1e-9)
        np.testing.assert_allclose(measured.t_steepest_rise, 2.5, atol=1e-9)

    def test_corrected_qt(self):
        measured = measure(beats())
        rr, qt = 0.9, 0.42
        wanted = {
            "bazett": qt / rr**0.5,
            "fridericia": qt / rr ** (1 / 3),
            "framingham": qt + 0.154 * (1 - rr),
            "hodges": qt + 0.00175 * (60 / rr - 60),
        }
        for name, value in wanted.items():
            corrected = getattr(measured, f"qtc_{name}")
            np.testing.assert_allclose(corrected, [np.nan, *[value] * 3])

    @pytest.mark.parametrize("name", ["bazett", "fridericia", "framingham", "hodges"])
    def test_at_sixty_beats_a_minute_no_correction_corrects(self, name):
        measured = measure(beats(), rr=np.ones(N_BEATS))
        np.testing.assert_allclose(getattr(measured, f"qtc_{name}"), 0.42)

    @pytest.mark.parametrize("name", ["bazett", "fridericia", "framingham", "hodges"])
    @pytest.mark.parametrize("interval", [np.inf, np.nan, 0.0, -1.0])
    def test_an_interval_that_is_none_corrects_nothing(self, name, interval):
        measured = measure(beats(), rr=[interval, 1.0, 1.0, 1.0])
        missing = np.isnan(getattr(measured, f"qtc_{name}"))
        assert missing.tolist() == [True, False, False, False]

    def test_an_elevated_st_segment(self):
        measured = measure(beats(st_shift=0.2))
        np.testing.assert_allclose(measured.j_amplitude, 0.2)
        np.testing.assert_allclose(measured.st_level, 0.2)
        np.testing.assert_allclose(measured.st_slope, 0.0, atol=1e-9)

    def test_a_sloping_st_segment(self):
        signal = beats({"r": 1.0})
        for rpeak in RPEAKS:
            ramp = np.arange(50) / RATE
            signal[rpeak + 25 : rpeak + 75] += -0.1 + 2.0 * ramp
        measured = measure(signal)
        np.testing.assert_allclose(measured.j_amplitude, -0.1)
        np.testing.assert_allclose(measured.st_level, 0.02)
        np.testing.assert_allclose(measured.st_slope, 2.0)

    def test_a_complex_without_r_counts_as_s(self):
        measured = measure(beats({"r": -1.0}))
        np.testing.assert_array_equal(measured.r_amplitude, 0.0)
        np.testing.assert_allclose(measured.s_amplitude, -1.0)
        assert np.isnan(measured.t_peak_r_ratio).all()

    def test_the_two_parts_of_a_biphasic_wave_do_not_cancel(self):
        signal = np.zeros_like(beats())
        for rpeak in RPEAKS:
            times = (np.arange(signal.size) - rpeak) / RATE
            signal += 0.2 * triangle(times, 0.18, 0.23, 0.28)
            signal -= 0.2 * triangle(times, 0.28, 0.33, 0.38)
        marks = delineation("up-down", t=(0.18, 0.23, 0.38))
        measured = measure(signal, marks)
        np.testing.assert_allclose(measured.t_wave_area, 0, atol=1e-9)
        np.testing.assert_allclose(measured.t_absolute_area, 0.02, rtol=1e-3)
        np.testing.assert_array_equal(measured.t_polarity, 0)
        np.testing.assert_allclose(measured.t_half_width, 0.05, rtol=1e-3)

    def test_a_wave_that_stays_high_has_no_half_width(self):
        signal = beats()
        for rpeak in RPEAKS:
            signal[rpeak + 150 : rpeak + 200] = 0.3
        measured = measure(signal)
        assert np.isnan(measured.t_half_width).all()
        assert np.isfinite(measured.t_wave_area).all()


class TestLevel:
    def test_without_pr_segment_it_is_that_before_p(self):
        # P is raised, runs into QRS, and lies on a step of the baseline.
        signal = beats({"r": 1.0, "t": 0.3})
        for rpeak in RPEAKS:
            signal[rpeak - 80 : rpeak - 20] = 0.5
        measured = measure(signal, delineation(p=(-0.162, -0.1, -0.04)))
        np.testing.assert_allclose(measured.r_amplitude, 1.0)
        np.testing.assert_allclose(measured.p_peak_amplitude, 0.5)

    def test_without_onset_of_qrs_it_is_that_before_p_too(self):
        waves = delineation()
        waves = waves._replace(qrs=waves.qrs._replace(onset=np.full(N_BEATS, np.nan)))
        measured = measure(beats() + 3.0, waves)
        np.testing.assert_allclose(measured.t_peak_amplitude, 0.3)
        assert np.isnan(measured.qt_interval).all()

    def test_a_spike_in_the_pr_segment_does_not_move_it(self):
        signal = beats()
        signal[RPEAKS - 20] += 9.0  # the onset itself
        np.testing.assert_allclose(measure(signal).t_peak_amplitude, 0.3)

    def test_with_nothing_else_it_is_the_onset_of_qrs(self):
        # The T wave of the beat before lasts until there.
        waves = delineation(p=None, t=(0.18, 0.3, 0.86))
        measured = measure(beats() + 3.0, waves)
        np.testing.assert_allclose(measured.r_amplitude, 1.0)


class TestSymmetries:
    @given(scale=scales, offset=offsets)
    @settings(max_examples=25, deadline=None)
    def test_scale_and_offset(self, scale, offset):
        once, scaled = measure(beats()), measure(scale * beats() + offset)
        for name in WAVE_MEASURES:
            factor = scale if name in SCALED else 1.0
            wanted = factor * getattr(once, name)
            tolerance = 1e-9 * factor * (1 + abs(offset) / scale)
            np.testing.assert_allclose(
                getattr(scaled, name), wanted, atol=1e3 * tolerance, err_msg=name
            )

    def test_inversion_turns_signs_and_keeps_times(self):
        upright, inverted = measure(beats()), measure(-beats(), delineation("inverted"))
        for name in set(WAVE_MEASURES) - OF_ONE_SIDE:
            turns = name in SCALED and name != "t_absolute_area"
            sign = -1.0 if turns or name == "t_polarity" else 1.0
            wanted = sign * getattr(upright, name)
            np.testing.assert_allclose(getattr(inverted, name), wanted, err_msg=name)
        np.testing.assert_allclose(inverted.t_steepest_rise, -upright.t_steepest_fall)

    @given(shift=st.integers(0, 2000))
    @settings(max_examples=20, deadline=None)
    def test_time_shift(self, shift):
        signal = np.concatenate([np.zeros(shift), beats()])
        waves = delineation()
        later = Delineation(
            *(WaveMarks(*(mark + shift for mark in wave)) for wave in waves[:3]),
            waves.t_shape,
        )
        for one, other in zip(
            measure(beats()), measure(signal, later, RPEAKS + shift), strict=True
        ):
            np.testing.assert_allclose(one, other, atol=1e-12)

    @given(data=st.data())
    @settings(max_examples=25, deadline=None)
    def test_a_beat_does_not_see_what_the_others_lack(self, data):
        waves = delineation()
        absent = np.array(data.draw(st.lists(st.booleans(), min_size=4, max_size=4)))
        gone = [np.where(absent, np.nan, mark) for mark in waves.t]
        shape = np.where(absent, "", waves.t_shape)
        some = measure(beats(), waves._replace(t=WaveMarks(*gone), t_shape=shape))
        whole = measure(beats())
        for name in WAVE_MEASURES:
            of_t = name.startswith(("t_", "q")) and name not in (
                "qrs_duration",
                "q_amplitude",
            )
            wanted = getattr(whole, name)
            if of_t or name == "jt_interval":
                wanted = np.where(absent, np.nan, wanted)
            np.testing.assert_allclose(getattr(some, name), wanted, err_msg=name)


class TestMissing:
    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_a_gap_in_t_is_missing_there_and_times_are_told(self, value):
        signal = beats()
        signal[RPEAKS[1] + 160] = value
        measured = measure(signal)
        for name in ("t_wave_area", "t_absolute_area", "t_half_width"):
            missing = np.isnan(getattr(measured, name))
            np.testing.assert_array_equal(missing, [0, 1, 0, 0], name)
        for name in ("t_steepest_rise", "t_steepest_fall"):
            assert np.isnan(getattr(measured, name)[1])
        for name in ("qt_interval", "r_amplitude", "t_peak_amplitude", "st_level"):
            assert np.isfinite(getattr(measured, name)).all()

    def test_a_gap_in_the_qrs_complex(self):
        signal = beats()
        signal[RPEAKS[2]] = np.nan
        measured = measure(signal)
        for name in ("r_amplitude", "q_amplitude", "s_amplitude", "t_peak_r_ratio"):
            missing = np.isnan(getattr(measured, name))
            np.testing.assert_array_equal(missing, [0, 0, 1, 0], name)
        assert np.isfinite(measured.t_peak_amplitude).all()

    def test_marks_outside_of_the_signal(self):
        signal = beats()[: RPEAKS[-1] + 100]  # the last T wave is cut off
        measured = measure(signal)
        assert np.isnan(measured.t_wave_area[-1])
        assert np.isfinite(measured.t_wave_area[:-1]).all()

    def test_all_missing(self):
        measured = measure(np.full_like(beats(), np.nan))
        assert np.isnan(measured.t_peak_amplitude).all()
        assert np.isnan(measured.st_slope).all()

    def test_no_beat(self):
        none = np.empty(0)
        wave = WaveMarks(none, none, none)
        waves = Delineation(wave, wave, wave, np.empty(0, dtype="<U8"))
        measured = measure(beats(), waves, [])
        assert all(values.shape == (0,) for values in measured)

    def test_no_wave_at_all(self):
        waves = delineation("", p=None, qrs=None, t=None)
        measured = measure(beats(), waves)
        assert np.isnan(np.stack(measured)).all()


class TestRefused:
    def test_several_leads(self):
        with pytest.raises(ValueError, match="one lead at a time"):
            measure(np.stack([beats(), beats()]))

    def test_marks_of_other_beats(self):
        with pytest.raises(ValueError, match="one mark per R-peak"):
            measure(beats(), rpeaks=RPEAKS[:-1])

    def test_intervals_of_other_beats(self):
        with pytest.raises(ValueError, match="one interval per R-peak"):
            measure(beats(), rr=[1.0])


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_any_kind_of_number(dtype):
    signal = (1000 * beats()).astype(dtype)
    measured = measure(signal)
    np.testing.assert_allclose(measured.t_peak_amplitude, 300, atol=1)
    assert measured.t_wave_area.dtype == np.float64
