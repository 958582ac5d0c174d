"""Tests of skecg.signal.scoring."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skecg.signal.scoring import (
    PROTOCOLS,
    Protocol,
    match_rpeaks,
    mean_scores,
    score_rpeaks,
    total_scores,
)

RATE = 360.0
BEATS = np.arange(100, 360 * 400, 300)

marks = st.lists(st.integers(0, 5000), max_size=60, unique=True)


def counts(scores):
    return scores[:3]


def test_perfect_detections():
    scores = score_rpeaks(BEATS, BEATS, sampling_rate=RATE)
    assert counts(scores) == (BEATS.size, 0, 0)
    assert scores[3:] == (1.0, 1.0, 1.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("protocol", "limit"), [("150ms", 54), ("100ms", 36), ("50ms", 18)]
)
def test_the_limit_itself_is_in_reach(protocol, limit):
    for off, n_found in ((limit, 1), (limit + 1, 0), (-limit, 1), (-limit - 1, 0)):
        scores = score_rpeaks([500], [500 + off], sampling_rate=RATE, protocol=protocol)
        assert counts(scores) == (n_found, 1 - n_found, 1 - n_found)


def test_a_rounding_error_pushes_nothing_out():
    assert 0.29 * 100.0 < 29
    scores = score_rpeaks(
        [500], [529], sampling_rate=100.0, protocol=Protocol(tolerance=0.29)
    )
    assert counts(scores) == (1, 0, 0)


def test_ec57_skips_five_minutes_of_both():
    late = BEATS[BEATS >= 300 * RATE]
    scores = score_rpeaks(BEATS, BEATS[:50], sampling_rate=RATE, protocol="ec57")
    assert counts(scores) == (0, late.size, 0)
    scores = score_rpeaks(late, BEATS, sampling_rate=RATE, protocol="ec57")
    assert counts(scores) == (late.size, 0, 0)


def test_own_protocol():
    own = Protocol(0.01, skipped=1.0)
    scores = score_rpeaks([100, 400], [100, 403], sampling_rate=RATE, protocol=own)
    assert counts(scores) == (1, 0, 0)


def test_two_detections_of_one_beat_are_one_too_many():
    scores = score_rpeaks([500], [480, 502], sampling_rate=1000.0)
    assert counts(scores) == (1, 0, 1)
    assert scores.error_mean == 2.0  # the nearer one


def test_timing_error_in_milliseconds():
    shifts = np.where(np.arange(BEATS.size) % 2, 9, -3)
    scores = score_rpeaks(BEATS, BEATS + shifts, sampling_rate=RATE)
    assert scores.error_mean == pytest.approx(shifts.mean() / RATE * 1000)
    assert scores.error_sd == pytest.approx(shifts.std() / RATE * 1000)


def test_nothing_to_find_and_nothing_found():
    nothing = score_rpeaks([], [], sampling_rate=RATE)
    assert counts(nothing) == (0, 0, 0)
    assert all(math.isnan(value) for value in nothing[3:])
    missed = score_rpeaks([5], [], sampling_rate=RATE)
    assert missed.sensitivity == 0.0
    assert math.isnan(missed.precision)


@given(reference=marks, detected=marks, protocol=st.sampled_from(sorted(PROTOCOLS)))
def test_exchanging_the_two_exchanges_the_mistakes(reference, detected, protocol):
    one = score_rpeaks(reference, detected, sampling_rate=10.0, protocol=protocol)
    two = score_rpeaks(detected, reference, sampling_rate=10.0, protocol=protocol)
    assert one.true_positives == two.true_positives
    assert one.false_negatives == two.false_positives


@given(reference=marks, detected=marks)
def test_no_matching_finds_more(reference, detected):
    most = _largest_matching(sorted(reference), sorted(detected), 54)
    scores = score_rpeaks(reference, detected, sampling_rate=RATE)
    assert scores.true_positives == most
    assert scores.true_positives + scores.false_negatives == len(reference)
    assert scores.true_positives + scores.false_positives == len(detected)


def _largest_matching(reference, detected, reach):
    # Augmenting paths: slow, and right for any graph.
    partner = {}

    def place(mark, seen):
        for k, found in enumerate(detected):
            if abs(found - mark) <= reach and k not in seen:
                seen.add(k)
                if k not in partner or place(partner[k], seen):
                    partner[k] = mark
                    return True
        return False

    return sum(place(mark, set()) for mark in reference)


def test_agrees_with_wfdb():
    wfdb = pytest.importorskip("wfdb.processing")
    rng = np.random.default_rng(0)
    for missing in (0.0, 0.05, 0.2):
        found = BEATS[rng.random(BEATS.size) > missing]
        found = found + rng.integers(-25, 26, found.size)
        false = BEATS[rng.random(BEATS.size) < missing] + 150
        detected = np.sort(np.concatenate([found, false]))
        theirs = wfdb.compare_annotations(BEATS, detected, window_width=36)
        ours = score_rpeaks(BEATS, detected, sampling_rate=RATE, protocol="100ms")
        assert counts(ours) == (theirs.tp, theirs.fn, theirs.fp)
        assert ours.sensitivity == pytest.approx(theirs.sensitivity)
        assert ours.precision == pytest.approx(theirs.positive_predictivity)


def test_totals_are_those_of_the_records_laid_end_to_end():
    rng = np.random.default_rng(1)
    parts = [BEATS + rng.integers(-10, 11, BEATS.size) for _ in range(3)]
    parts[1] = parts[1][::2]
    scores = [score_rpeaks(BEATS, part, sampling_rate=RATE) for part in parts]
    far = 10**6 * np.arange(3)
    joined = score_rpeaks(
        np.concatenate([BEATS + start for start in far]),
        np.concatenate([p + start for p, start in zip(parts, far, strict=True)]),
        sampling_rate=RATE,
    )
    assert total_scores(scores) == pytest.approx(joined)


def test_totals_of_records_without_beats_found():
    none = total_scores([score_rpeaks([5], [], sampling_rate=RATE)] * 2)
    assert counts(none) == (0, 2, 0)
    assert math.isnan(none.error_mean)


def test_means_leave_out_what_is_undefined():
    empty = score_rpeaks([], [], sampling_rate=RATE)
    half = score_rpeaks([100, 400], [100], sampling_rate=RATE)
    assert mean_scores([empty, half])["sensitivity"] == 0.5
    assert math.isnan(mean_scores([empty])["f1"])


@pytest.mark.parametrize("pool", [total_scores, mean_scores])
def test_no_scores_are_refused(pool):
    with pytest.raises(ValueError, match="scores is empty"):
        pool([])


@pytest.mark.parametrize("pool", [total_scores, mean_scores])
def test_the_scores_of_one_record_want_a_list(pool):
    alone = score_rpeaks([5], [5], sampling_rate=RATE)
    with pytest.raises(ValueError, match="put those of a single record into a list"):
        pool(alone)
    assert pool([alone])


def test_what_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="protocol must be one of 'ec57'"):
        score_rpeaks([1], [1], sampling_rate=RATE, protocol="aami")
    for unknown in (None, (0.15, 0.0)):
        with pytest.raises(ValueError, match="or a Protocol, got"):
            score_rpeaks([1], [1], sampling_rate=RATE, protocol=unknown)
    with pytest.raises(ValueError, match=r"detected must be .* not a mask"):
        score_rpeaks([1], [False, True], sampling_rate=RATE)
    with pytest.raises(ValueError, match="times of 0 s or more"):
        score_rpeaks([1], [1], sampling_rate=RATE, protocol=Protocol(-1.0))
    with pytest.raises(ValueError, match="detected must be a one-dimensional"):
        score_rpeaks([1], [[1]], sampling_rate=RATE)
    with pytest.raises(ValueError, match=r"reference .* missing values"):
        score_rpeaks([np.nan], [1], sampling_rate=RATE)


@given(marks, marks)
def test_pairs_are_those_that_are_counted(reference, detected):
    reference, detected = sorted(reference), sorted(detected)
    which, by = match_rpeaks(reference, detected, sampling_rate=100.0)
    scores = score_rpeaks(reference, detected, sampling_rate=100.0)
    assert which.size == by.size == scores.true_positives
    assert np.unique(which).size == np.unique(by).size == which.size
    gaps = np.array(reference)[which] - np.array(detected)[by]
    assert np.all(np.abs(gaps) <= 15)


def test_pairs_need_an_order():
    with pytest.raises(ValueError, match="ascending"):
        match_rpeaks([5, 3], [3, 5], sampling_rate=100.0)
    with pytest.raises(ValueError, match="0 s or more"):
        match_rpeaks([3], [5], sampling_rate=100.0, tolerance=-1.0)
