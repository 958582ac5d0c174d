"""Tests of skecg.signal.beats."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.exceptions import SignalQualityWarning
from skecg.signal.beats import extract_beats
from skecg.signal.rhythm import CONTEXT_COLUMNS, rr_context

RATE = 100.0
N_TIMES = 400
# Sample t of lead l of record r is 10,000 r + 1,000 l + t: a value tells its place.
PLACES = (
    10_000 * np.arange(3)[:, None, None]
    + 1_000 * np.arange(2)[None, :, None]
    + np.arange(N_TIMES)
).astype(float)
RPEAKS = [[5, 100, 200], [150], [10, 399]]


def cut(signals=PLACES, rpeaks=RPEAKS, **options):
    return extract_beats(signals, rpeaks, sampling_rate=RATE, **options)


def test_r_stands_where_the_window_says():
    beats = cut(window=(0.3, 0.6))
    assert beats.data.shape == (3, 2, 90)
    np.testing.assert_array_equal(beats.data[:, 0, 30] % 1_000, beats.rpeak)
    np.testing.assert_array_equal(beats.data[:, 1, 30] // 10_000, beats.record)
    np.testing.assert_array_equal(np.diff(beats.data, axis=-1), 1)


def test_record_time_and_sample_belong_together():
    beats = cut()
    np.testing.assert_array_equal(beats.record, [0, 0, 1])
    np.testing.assert_array_equal(beats.rpeak, [100, 200, 150])
    np.testing.assert_array_equal(beats.time, [1.0, 2.0, 1.5])


def test_dropped_beats_are_listed():
    np.testing.assert_array_equal(cut().dropped, [[0, 5], [2, 10], [2, 399]])
    assert cut(edge="pad").dropped.shape == (0, 2)


def test_pad_repeats_the_sample_at_the_edge():
    beats = cut(edge="pad")
    np.testing.assert_array_equal(beats.data[0, 0, :26], 0)
    np.testing.assert_array_equal(beats.data[-1, 1, 30:], 21_399)


def test_nan_blanks_what_lies_beyond_the_edge():
    beats = cut(edge="nan")
    np.testing.assert_array_equal(np.isnan(beats.data[0, 0]), np.arange(90) < 25)
    np.testing.assert_array_equal(np.isnan(beats.data[-1, 1]), np.arange(90) > 30)
    assert beats.data.shape == (6, 2, 90)


@pytest.mark.parametrize("edge", ["drop", "pad", "nan"])
@given(
    rpeaks=st.lists(
        st.lists(st.integers(0, N_TIMES - 1), max_size=12).map(sorted),
        min_size=3,
        max_size=3,
    ),
    before=st.floats(0, 1),
    after=st.floats(0.01, 1),
)
@settings(max_examples=25, deadline=None)
def test_everything_stays_aligned(edge, rpeaks, before, after):
    if not any(rpeaks):
        rpeaks = [[N_TIMES // 2], [], []]
    names = [[f"{r}-{peak}" for peak in found] for r, found in enumerate(rpeaks)]
    window = (before, after)
    n_before = round(before * RATE)
    inside = [
        (r, peak)
        for r, found in enumerate(rpeaks)
        for peak in found
        if edge != "drop" or n_before <= peak <= N_TIMES - round(after * RATE)
    ]
    if not inside:
        return
    beats = cut(
        rpeaks=rpeaks,
        window=window,
        edge=edge,
        target=names,
        groups=["a", "b", "a"],
        context=True,
    )
    assert list(zip(beats.record, beats.rpeak, strict=True)) == inside
    assert beats.target.tolist() == [f"{r}-{peak}" for r, peak in inside]
    assert beats.groups.tolist() == ["aba"[r] for r, _ in inside]
    assert len(beats.data) + len(beats.dropped) == sum(map(len, rpeaks))
    if round(after * RATE) > 0:
        places = beats.data[:, 1, n_before]
        np.testing.assert_array_equal(
            places, 10_000 * beats.record + 1_000 + beats.rpeak
        )


def test_labels_of_records_are_repeated():
    beats = cut(target=["N", "V", "S"], groups=[7, 8, 9])
    assert beats.target.tolist() == ["N", "N", "V"]
    assert beats.groups.tolist() == [7, 7, 8]


def test_integer_labels_stay_integers_beside_a_record_without_a_beat():
    beats = cut(rpeaks=[[100, 200], [], [150]], target=[[1, 2], [], [3]])
    assert beats.target.dtype.kind == "i"
    assert beats.target.tolist() == [1, 2, 3]


def test_a_window_may_be_a_list():
    np.testing.assert_array_equal(
        cut(window=[0.2, 0.4]).data, cut(window=(0.2, 0.4)).data
    )


def test_without_labels_there_are_none():
    assert cut().target is None
    assert cut().groups is None


@pytest.mark.parametrize("n_leads", [None, 2])
def test_context_is_that_of_all_peaks_behind_the_samples_of_every_lead(n_leads):
    signals = PLACES[:, 0] if n_leads is None else PLACES
    beats = cut(signals, context=True)
    columns = np.concatenate([rr_context(p, sampling_rate=RATE) for p in RPEAKS])
    assert beats.data.shape[-1] == 90 + len(CONTEXT_COLUMNS)
    behind = beats.data[..., 90:].reshape(3, -1, len(CONTEXT_COLUMNS))
    for lead in range(behind.shape[1]):
        np.testing.assert_array_equal(behind[:, lead], columns[[1, 2, 3]])


def test_one_record_needs_no_lists():
    single = cut(PLACES[0, 0], RPEAKS[0], target=["a", "b", "c"], groups="p")
    listed = cut(PLACES[:1, 0], RPEAKS[:1], target=[["a", "b", "c"]], groups=["p"])
    np.testing.assert_array_equal(single.data, listed.data)
    assert single.target.tolist() == listed.target.tolist() == ["b", "c"]
    assert single.groups.tolist() == listed.groups.tolist() == ["p", "p"]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("edge", ["drop", "pad", "nan"])
def test_dtype_is_kept(dtype, edge):
    assert cut(PLACES.astype(dtype), edge=edge, context=True).data.dtype == dtype


def test_peaks_are_found_on_the_first_lead():
    times = np.arange(0, 10, 1 / 250)
    beating = np.exp(-0.5 * (((times % 1.0) - 0.5) / 0.02) ** 2)
    signals = np.stack([beating, np.roll(beating, 60)])[None]
    beats = extract_beats(signals, sampling_rate=250.0)
    np.testing.assert_allclose(beats.time, np.arange(0.5, 9.4), atol=0.02)


def test_a_method_of_ones_own_is_called():
    beats = cut(PLACES[:, 0], None, method=lambda signal, rate: [int(2 * rate)])
    np.testing.assert_array_equal(beats.rpeak, [200, 200, 200])


def test_a_record_without_a_peak_is_reported_by_its_index():
    signals = np.zeros((3, 50))
    signals[[0, 2], 25] = 1.0
    with pytest.warns(SignalQualityWarning, match="in 1 of 3 records: rows 1"):
        beats = extract_beats(signals, sampling_rate=RATE, window=(0.1, 0.1))
    np.testing.assert_array_equal(beats.record, [0, 2])


@pytest.mark.parametrize("n_leads", [None, 2])
def test_no_beat_at_all_gives_empty_arrays_and_a_warning(n_leads):
    signals = PLACES[:, 0] if n_leads is None else PLACES
    with pytest.warns(SignalQualityWarning, match="No beat could be cut"):
        beats = cut(signals, [[], [3], []], target=["N"] * 3, groups=[1] * 3)
    shape = (0, 90) if n_leads is None else (0, 2, 90)
    assert beats.data.shape == shape
    assert beats.target.shape == beats.groups.shape == beats.time.shape == (0,)
    np.testing.assert_array_equal(beats.dropped, [[1, 3]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rpeaks": [5, 100, 200]}, "list of one array per record, 3 in all"),
        ({"rpeaks": RPEAKS[:2]}, "got 2 elements"),
        ({"rpeaks": [[1], [2], [400]]}, r"rpeaks\[2\] must lie inside"),
        ({"target": ["N", "V"]}, "target must have one element per record: got 2"),
        ({"target": [["N"], ["V"], ["N", "N"]]}, r"target\[0\] has 1 labels, but"),
        ({"target": [["N"] * 3, "V", ["N"] * 2]}, r"target must be .* shapes \[\(\), "),
        ({"target": [[["N"]] * 3, [["V"]], [["N"]] * 2]}, "for each record a list of"),
        ({"groups": [1]}, "groups must have one element per record: got 1"),
        ({"groups": RPEAKS}, "groups must be one value per record"),
        ({"rpeaks": 5}, "rpeaks must be a list .* 3 in all; got 5"),
        ({"rpeaks": [[1], [2.0, np.nan], []]}, r"rpeaks\[1\] must be whole .* NaN"),
        ({"target": "abc"}, "target must be a list .* 3 in all; got 'abc'"),
        ({"groups": 7}, "groups must be a list .* 3 in all; got 7"),
        ({"window": (-0.1, 0.6)}, "window must be"),
        ({"window": 0.3}, "window must be two finite numbers"),
        ({"window": (0.001, 0.001)}, "at least one sample at 100 Hz"),
        ({"window": (0.0, 0.0)}, "window must be"),
        ({"edge": "wrap"}, "edge must be 'drop', 'pad' or 'nan', got 'wrap'"),
        ({"signals": np.ones((1, 1, 1, 5))}, r"got shape \(1, 1, 1, 5\)"),
    ],
)
def test_what_does_not_fit_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        cut(**options)


@pytest.mark.parametrize("n_leads", [None, 2])
@pytest.mark.parametrize("edge", ["pad", "nan"])
def test_a_window_longer_than_the_record(n_leads, edge):
    signals = PLACES[:, 0, :20] if n_leads is None else PLACES[:, :, :20]
    beats = cut(signals, [[5], [], [0, 19]], edge=edge)
    assert beats.data.shape[0] == 3
    places = beats.data.reshape(3, -1, 90)[:, 0] % 1_000
    inside = np.arange(90) - 30 + beats.rpeak[:, None]
    wanted = np.clip(inside, 0, 19).astype(float)
    if edge == "nan":
        wanted[wanted != inside] = np.nan
    np.testing.assert_array_equal(places, wanted)


def test_all_leads_can_be_looked_at():
    times = np.arange(0, 20, 1 / 250)
    lead = np.exp(-0.5 * (((times % 1.0) - 0.5) / 0.02) ** 2)
    signals = np.stack([lead, lead])[None]
    signals[0, 0, 1000:2000] = np.nan
    first = extract_beats(signals, sampling_rate=250.0)
    fused = extract_beats(signals, sampling_rate=250.0, leads="fused")
    assert first.time.size == 15  # the last crosses the edge
    np.testing.assert_allclose(fused.time, np.arange(0.5, 19.4))


def test_no_peak_is_told_once_and_with_the_row():
    with pytest.warns(SignalQualityWarning) as caught:
        extract_beats(np.zeros((2, 2500)), sampling_rate=250.0)
    assert [str(one.message) for one in caught] == [
        "No R-peak was found in 2 of 2 records: rows 0, 1."
    ]
    assert caught[0].filename == __file__


def test_whole_numbers_of_a_converter_are_taken():
    counts = PLACES.astype(np.int16)
    beats = cut(counts, edge="nan")
    assert beats.data.dtype == np.float64
    np.testing.assert_array_equal(
        beats.data, cut(counts.astype(float), edge="nan").data
    )
