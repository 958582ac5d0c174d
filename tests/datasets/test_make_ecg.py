"""Tests of skecg.datasets.make_ecg."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.datasets import make_ecg

CLEAN = {"noise": 0.0, "wander": 0.0}


def peaks_inside(signal, peaks, margin):
    """Return the peaks that exist and stand far enough from the ends."""
    there = peaks[np.isfinite(peaks)].astype(int)
    return there[(there >= margin) & (there < signal.size - margin)]


def are_extrema(signal, peaks, reach):
    """Whether each peak is the highest or lowest point within `reach` samples."""
    around = signal[peaks[:, None] + np.arange(-reach, reach + 1)]
    upright = around * np.sign(signal[peaks])[:, None]
    return upright.argmax(axis=1) == reach


@settings(max_examples=40, deadline=None)
@given(
    rate=st.sampled_from([125.0, 128.37, 250.0, 360.0, 500.0, 1000.0]),
    # Faster still, the next beat may begin on the slope of an early one's T wave.
    heart_rate=st.floats(20, 190),
    ectopic=st.floats(0, 0.5),
    inverted_t=st.sampled_from([0.0, 1.0]),
    seed=st.integers(0, 99),
)
def test_known_peaks_are_extrema_in_every_lead(
    rate, heart_rate, ectopic, inverted_t, seed
):
    ecg = make_ecg(
        2,
        sampling_rate=rate,
        n_leads=12,
        heart_rate=heart_rate,
        ectopic=ectopic,
        inverted_t=inverted_t,
        random_state=seed,
        **CLEAN,
    )
    # R is the summit of a few milliseconds, P and T of longer.
    for name, seconds in (("rpeaks", 0.004), ("p_peaks", 0.005), ("t_peaks", 0.01)):
        reach = max(1, round(seconds * rate))
        for leads, peaks in zip(ecg.data, ecg[name], strict=True):
            for signal in leads:
                inside = peaks_inside(signal, np.asarray(peaks, float), reach)
                assert are_extrema(signal, inside, reach).all(), name


def test_waves_have_the_heights_of_lead_two():
    ecg = make_ecg(3, sampling_rate=500.0, random_state=0, **CLEAN)
    for signal, rpeaks, p_peaks, t_peaks in zip(
        ecg.data, ecg.rpeaks, ecg.p_peaks, ecg.t_peaks, strict=True
    ):
        # What the neighbouring waves add is below 1 uV.
        np.testing.assert_allclose(signal[rpeaks], 1.1, atol=1e-3)
        there = peaks_inside(signal, p_peaks, 0)
        np.testing.assert_allclose(signal[there], 0.12, atol=1e-3)
        there = peaks_inside(signal, t_peaks, 0)
        np.testing.assert_allclose(signal[there], 0.30, atol=1e-3)


def test_between_the_waves_nothing_is_drawn():
    ecg = make_ecg(1, sampling_rate=250.0, heart_rate=40.0, random_state=0, **CLEAN)
    ends = ecg.offsets["t"][0][:-1]
    starts = ecg.onsets["p"][0][1:]
    middle = np.rint((ends + starts) / 2).astype(int)
    assert np.abs(ecg.data[0, middle]).max() < 1e-4


@pytest.mark.parametrize("heart_rate", [20.0, 70.0, 300.0])
def test_the_rate_is_the_one_asked_for(heart_rate):
    ecg = make_ecg(
        4, sampling_rate=250.0, duration=600.0, heart_rate=heart_rate, random_state=0
    )
    for rpeaks in ecg.rpeaks:
        # 200 intervals at least, with a spread of a tenth of the rate at most.
        assert 60 * 250 / np.diff(rpeaks).mean() == pytest.approx(heart_rate, rel=0.03)
        assert rpeaks.size == pytest.approx(10 * heart_rate, rel=0.05)


def test_every_record_may_have_a_rate_and_an_even_one():
    ecg = make_ecg(
        2, sampling_rate=100.0, heart_rate=[60, 120], heart_rate_sd=0, random_state=0
    )
    assert set(np.diff(ecg.rpeaks[0]).tolist()) == {100}
    assert set(np.diff(ecg.rpeaks[1]).tolist()) == {50}


def test_spread_of_the_rate_is_the_one_asked_for():
    ecg = make_ecg(
        1,
        sampling_rate=1000.0,
        duration=1800.0,
        heart_rate_sd=5.0,
        random_state=0,
    )
    rates = 60_000 / np.diff(ecg.rpeaks[0])
    assert rates.std() == pytest.approx(5.0, rel=0.1)  # some 2100 beats: 1.5 % error


def test_ectopic_beats_come_early_and_v_is_wide_without_p():
    ecg = make_ecg(
        20, sampling_rate=250.0, duration=60.0, ectopic=0.2, random_state=0, **CLEAN
    )
    target = np.concatenate(ecg.target)
    assert set(target.tolist()) == {"N", "S", "V"}
    # 1400 beats: the share's standard error is 0.011.
    assert np.mean(target != "N") == pytest.approx(0.2, abs=0.04)
    width = np.concatenate(ecg.offsets["qrs"]) - np.concatenate(ecg.onsets["qrs"])
    assert np.nanmin(width[target == "V"]) > 0.12 * 250
    assert np.nanmax(width[target != "V"]) < 0.12 * 250
    for rpeaks, p_peaks, symbols in zip(
        ecg.rpeaks, ecg.p_peaks, ecg.target, strict=True
    ):
        assert np.isnan(p_peaks[symbols == "V"]).all()
        assert np.isfinite(p_peaks[1:][symbols[1:] != "V"]).all()
        before = np.diff(rpeaks)
        follows_n = (symbols[:-1] == "N") & (symbols[1:] == "N")
        early = (symbols[:-1] == "N") & (symbols[1:] != "N")
        assert before[early].max() < before[follows_n].min()


def test_t_waves_are_turned_over_in_a_share_of_the_records():
    ecg = make_ecg(10, sampling_rate=250.0, inverted_t=0.3, random_state=0, **CLEAN)
    assert ecg.inverted_t.sum() == 3
    for signal, t_peaks, turned in zip(
        ecg.data, ecg.t_peaks, ecg.inverted_t, strict=True
    ):
        heights = signal[peaks_inside(signal, t_peaks, 0)]
        np.testing.assert_array_equal(heights < 0, turned)


def test_noise_and_wander_have_the_size_asked_for():
    kwargs = {"sampling_rate": 250.0, "duration": 120.0, "random_state": 0}
    clean = make_ecg(5, **kwargs, **CLEAN).data
    noise = make_ecg(5, **kwargs, noise=0.1, wander=0.0).data - clean
    assert noise.std() == pytest.approx(0.1, rel=0.02)
    wander = make_ecg(5, **kwargs, noise=0.0, wander=0.2).data - clean
    assert np.sqrt(np.mean(wander**2)) == pytest.approx(0.2, rel=0.1)
    assert np.abs(np.diff(wander)).max() < 0.2 * 2.5 * 2 * np.pi * 0.5 / 250


@pytest.mark.parametrize("n_leads", [1, 3, 12, 14])
def test_leads_share_their_beats(n_leads):
    one = make_ecg(2, sampling_rate=250.0, random_state=0, **CLEAN)
    ecg = make_ecg(2, sampling_rate=250.0, n_leads=n_leads, random_state=0, **CLEAN)
    assert ecg.data.shape == (2, n_leads, 2500)
    assert ecg.lead_names.shape == (2, n_leads)
    assert len(set(ecg.lead_names[0].tolist())) == n_leads
    np.testing.assert_array_equal(ecg.data[:, 0], one.data)
    np.testing.assert_array_equal(ecg.rpeaks[0], one.rpeaks[0])
    assert one.data.shape == (2, 2500)
    assert one.lead_names.tolist() == [["II"], ["II"]]


def test_everything_is_aligned():
    ecg = make_ecg(3, sampling_rate=250.0, ectopic=0.2, random_state=0)
    assert ecg.groups.tolist() == ecg.record.tolist() == ["0", "1", "2"]
    for index, rpeaks in enumerate(ecg.rpeaks):
        assert rpeaks.dtype == np.int64
        assert (np.diff(rpeaks) > 0).all()
        assert rpeaks.min() >= 0
        assert rpeaks.max() < 2500
        marks = [ecg.p_peaks, ecg.t_peaks, ecg.target]
        marks += [*ecg.onsets.values(), *ecg.offsets.values()]
        assert {len(of_kind[index]) for of_kind in marks} == {rpeaks.size}


def test_random_state_settles_everything_and_global_state_nothing():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global state is the point
    first = make_ecg(3, sampling_rate=250.0, ectopic=0.2, random_state=5)
    again = make_ecg(3, sampling_rate=250.0, ectopic=0.2, random_state=5)
    generator = np.random.default_rng(5)
    drawn = make_ecg(3, sampling_rate=250.0, ectopic=0.2, random_state=generator)
    other = make_ecg(3, sampling_rate=250.0, ectopic=0.2, random_state=6)
    make_ecg(1, sampling_rate=250.0)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002
    np.testing.assert_array_equal(again.data, first.data)
    np.testing.assert_array_equal(drawn.data, first.data)
    assert not np.array_equal(other.data, first.data)


def test_a_record_too_short_for_a_beat_has_none():
    ecg = make_ecg(
        2, sampling_rate=250.0, duration=0.004, heart_rate=20, random_state=0
    )
    assert ecg.data.shape == (2, 1)
    assert [rpeaks.size for rpeaks in ecg.rpeaks] == [0, 0]


def test_an_hour_takes_less_than_a_hundredth_of_it():
    start = time.perf_counter()
    make_ecg(1, sampling_rate=250.0, duration=3600.0, random_state=0)
    assert time.perf_counter() - start < 36


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_records": 0}, "n_records must be above 0"),
        ({"n_leads": 0}, "n_leads must be above 0"),
        ({"sampling_rate": 0.0}, "sampling_rate must be finite"),
        ({"duration": np.inf}, "duration must be above 0"),
        ({"heart_rate": 0.0}, "heart_rate must be above 0"),
        ({"heart_rate": [60.0, 70.0]}, "one for each of the 3 records"),
        ({"heart_rate_sd": -1.0}, "heart_rate_sd must be at least 0"),
        ({"noise": np.nan}, "noise must be at least 0"),
        ({"wander": -0.1}, "wander must be at least 0"),
        ({"ectopic": 1.5}, "ectopic must be at least 0 and at most 1"),
        ({"inverted_t": -0.5}, "inverted_t must be at least 0 and at most 1"),
    ],
)
def test_what_makes_no_sense_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        make_ecg(**{"n_records": 3, "sampling_rate": 250.0, **change})


def test_the_sampling_rate_must_be_given():
    with pytest.raises(TypeError, match="sampling_rate"):
        make_ecg(3)
