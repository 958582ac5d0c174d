"""What may be done to records without parting beats from their labels and patients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from known_beats import RATE, known_record, mistakes
from skecg.datasets import load_mitbih_sample
from skecg.exceptions import SignalQualityWarning
from skecg.preprocessing import BeatSegmenter
from skecg.signal.beats import extract_beats

WINDOW = (0.2, 0.4)
R = round(WINDOW[0] * RATE)  # where R stands in a beat
seeds = st.integers(0, 999)
some = settings(max_examples=25, deadline=None)


def records(*all_seeds, n_times=2400):
    """Return records of equal length, and the R-peaks of each."""
    pairs = [known_record(12.0, seed=seed) for seed in all_seeds]
    peaks = [wanted[wanted < n_times - 40] for _, wanted in pairs]
    return np.stack([signal[:n_times] for signal, _ in pairs]), peaks


def cut(signals, rpeaks=None, **options):
    return extract_beats(signals, rpeaks, sampling_rate=RATE, window=WINDOW, **options)


def assert_one_row_each(beats, n_found):
    """Every peak is a row or is listed as dropped, and rows know their peak."""
    lengths = [len(beats.record), len(beats.time), len(beats.rpeak), len(beats.data)]
    lengths += [len(x) for x in (beats.target, beats.groups) if x is not None]
    assert set(lengths) == {lengths[0]}
    assert lengths[0] + len(beats.dropped) == n_found
    np.testing.assert_array_equal(beats.time, beats.rpeak / RATE)


@given(power=st.floats(-6, 6), offset=st.floats(-100, 100), seed=seeds)
@some
def test_beats_are_scaled_and_moved_like_their_record(power, offset, seed):
    signals, _ = records(seed, seed + 1)
    before, after = cut(signals), cut(10**power * (signals + offset))
    np.testing.assert_array_equal(after.rpeak, before.rpeak)
    np.testing.assert_allclose(
        after.data, 10**power * (before.data + offset), atol=10 ** (power - 9)
    )


@given(seed=seeds)
@some
def test_beats_of_an_inverted_record_are_inverted(seed):
    signals, _ = records(seed)
    np.testing.assert_array_equal(cut(-signals).data, -cut(signals).data)


@given(seed=seeds)
@some
def test_every_known_beat_is_cut_at_its_r_peak(seed):
    signals, wanted = records(seed)
    beats = cut(signals, edge="pad")
    assert mistakes(beats.rpeak, wanted[0], within=0.005)[0] == 0
    np.testing.assert_array_equal(beats.data[:, R], signals[0, beats.rpeak])


@given(seed=seeds, n_samples=st.integers(1, 5000))
@some
def test_a_flat_line_in_front_only_moves_the_times(seed, n_samples):
    signals, peaks = records(seed)
    wide = np.pad(signals, ((0, 0), (n_samples, 0)), mode="edge")
    before = cut(signals, peaks)
    after = cut(wide, [peaks[0] + n_samples])
    kept = np.isin(after.rpeak - n_samples, before.rpeak)
    np.testing.assert_array_equal(after.data[kept], before.data)
    np.testing.assert_allclose(after.time[kept] - before.time, n_samples / RATE)


@given(first=seeds, second=seeds)
@some
def test_beats_of_joined_records_are_those_of_both(first, second):
    signals, peaks = records(first, second)
    apart = cut(signals, peaks)
    n_times = signals.shape[1]
    joined = cut(signals.ravel(), np.concatenate([peaks[0], peaks[1] + n_times]))
    # What was dropped at the seam is whole now, with the neighbour's samples.
    places = apart.record * n_times + apart.rpeak
    same = np.isin(joined.rpeak, places)
    np.testing.assert_array_equal(joined.data[same], apart.data)
    assert_one_row_each(joined, sum(map(len, peaks)))


@given(order=st.permutations(range(4)), seed=seeds)
@some
def test_the_order_of_records_is_the_order_of_beats(order, seed):
    signals, _ = records(*range(seed, seed + 4))
    names = np.array(["a", "b", "c", "d"])
    before = cut(signals, groups=names)
    after = cut(signals[order], groups=names[order])
    for row, old in enumerate(order):
        np.testing.assert_array_equal(
            after.data[after.record == row], before.data[before.record == old]
        )
        assert set(after.groups[after.record == row]) == {names[old]}


def test_int16_beats_are_those_of_the_same_numbers():
    signals = np.rint(200 * records(1, 2)[0])
    stored, given_floats = cut(signals.astype(np.int16)), cut(signals)
    np.testing.assert_array_equal(stored.data, given_floats.data)
    np.testing.assert_array_equal(stored.rpeak, given_floats.rpeak)


BAD = {
    "all missing": lambda x: np.full_like(x, np.nan),
    "all flat": np.zeros_like,
    "missing at the start": lambda x: np.where(np.arange(x.size) < 900, np.nan, x),
    "missing amid": lambda x: np.where(
        (np.arange(x.size) > 900) & (np.arange(x.size) < 1500), np.nan, x
    ),
    "missing at the end": lambda x: np.where(np.arange(x.size) > 1500, np.nan, x),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("edge", ["drop", "pad", "nan"])
@pytest.mark.filterwarnings("ignore::skecg.exceptions.SignalQualityWarning")
def test_a_bad_record_leaves_labels_and_groups_aligned(kind, edge):
    signals, _ = records(1, 2, 3)
    signals[1] = BAD[kind](signals[1])
    beats = cut(
        signals, edge=edge, target=["N", "V", "S"], groups=[7, 8, 9], context=True
    )
    assert_one_row_each(beats, len(beats.data) + len(beats.dropped))
    np.testing.assert_array_equal(beats.target, np.array(["N", "V", "S"])[beats.record])
    np.testing.assert_array_equal(beats.groups, np.array([7, 8, 9])[beats.record])
    np.testing.assert_array_equal(beats.data[:, R], signals[beats.record, beats.rpeak])
    alone = cut(signals[[0, 2]], edge=edge, context=True)
    others = beats.record != 1
    np.testing.assert_array_equal(beats.data[others], alone.data)
    assert (kind in ("all missing", "all flat")) == bool(others.all())


@pytest.mark.parametrize("signal", [np.zeros(2500), np.full(2500, np.nan)])
@pytest.mark.parametrize("n_leads", [None, 2])
@pytest.mark.parametrize("context", [False, True])
def test_no_beat_is_an_empty_array_of_the_right_shape(signal, n_leads, context):
    signals = np.stack([signal] * 3)
    if n_leads:
        signals = np.stack([signals] * n_leads, axis=1)
    with pytest.warns(SignalQualityWarning):
        beats = cut(signals, target=["N"] * 3, groups=[1] * 3, context=context)
    width = 150 + 8 * context
    assert beats.data.shape == ((0, 2, width) if n_leads else (0, width))
    assert_one_row_each(beats, 0)
    assert beats.dropped.shape == (0, 2)


@pytest.mark.parametrize("edge", ["drop", "pad", "nan"])
def test_one_beat(edge):
    signal = np.exp(-0.5 * ((np.arange(2500) - 1200) / 2.5) ** 2)
    beats = cut(signal, edge=edge, context=True, target="N", groups="p")
    np.testing.assert_array_equal(beats.rpeak, [1200])
    assert np.isnan(beats.data[0, 150:]).all()  # one beat has no RR interval
    assert (beats.target.tolist(), beats.groups.tolist()) == (["N"], ["p"])


def test_a_dropped_beat_still_counts_for_its_neighbours_rhythm():
    signals, peaks = records(1)
    peaks = [np.concatenate([[3], peaks[0]])]
    dropped, padded = (
        cut(signals, peaks, edge=edge, context=True) for edge in ("drop", "pad")
    )
    assert [0, 3] in dropped.dropped.tolist()
    kept = np.isin(padded.rpeak, dropped.rpeak)
    np.testing.assert_array_equal(dropped.data[:, 150:], padded.data[kept, 150:])


def test_labels_of_real_beats_survive_what_is_dropped():
    sample = load_mitbih_sample()
    marks = sample.annotations
    beats = extract_beats(
        sample.data,
        [mark.sample for mark in marks],
        sampling_rate=sample.sampling_rate,
        window=(0.5, 1.0),
        target=[mark.symbol for mark in marks],
        groups=sample.groups,
    )
    assert len(beats.dropped)
    symbols = [dict(zip(mark.sample, mark.symbol, strict=True)) for mark in marks]
    wanted = [
        symbols[record][peak]
        for record, peak in zip(beats.record, beats.rpeak, strict=True)
    ]
    assert beats.target.tolist() == wanted
    np.testing.assert_array_equal(beats.groups, sample.groups[beats.record])
    assert len(beats.data) + len(beats.dropped) == sum(map(len, symbols))


class TestSegmenter:
    @staticmethod
    def segmenter(output="median"):
        return BeatSegmenter(sampling_rate=RATE, window=WINDOW, output=output)

    @given(power=st.floats(-6, 6), offset=st.floats(-100, 100), seed=seeds)
    @some
    def test_median_beats_are_scaled_and_moved(self, power, offset, seed):
        signals, _ = records(seed, seed + 1)
        fitted = self.segmenter().fit(signals)
        np.testing.assert_allclose(
            fitted.transform(10**power * (signals + offset)),
            10**power * (fitted.transform(signals) + offset),
            atol=10 ** (power - 9),
        )

    @pytest.mark.parametrize("output", ["median", "beats"])
    def test_inverted_and_reordered(self, output):
        signals, _ = records(1, 2, 3)
        fitted = self.segmenter(output).fit(signals)
        answer = fitted.transform(signals)
        np.testing.assert_array_equal(fitted.transform(-signals), -answer)
        np.testing.assert_array_equal(fitted.transform(signals[::-1]), answer[::-1])
        np.testing.assert_array_equal(fitted.transform(signals[[1]]), answer[[1]])

    @pytest.mark.parametrize("kind", BAD)
    @pytest.mark.parametrize("output", ["median", "beats"])
    @pytest.mark.filterwarnings("ignore::skecg.exceptions.SignalQualityWarning")
    def test_a_bad_record_changes_no_other(self, kind, output):
        signals, _ = records(1, 2, 3)
        fitted = self.segmenter(output).fit(signals)
        answer = fitted.transform(signals)
        signals[1] = BAD[kind](signals[1])
        broken = fitted.transform(signals)
        np.testing.assert_array_equal(broken[[0, 2]], answer[[0, 2]])
        empty = kind in ("all missing", "all flat")
        assert np.isnan(broken[1]).all() == empty

    def test_a_dropout_does_not_change_the_median_beat(self):
        signals, _ = records(1, n_times=2400)
        broken = signals.copy()
        broken[:, 900:1500] = np.nan
        fitted = self.segmenter().fit(signals)
        np.testing.assert_allclose(
            fitted.transform(broken), fitted.transform(signals), atol=0.06
        )
