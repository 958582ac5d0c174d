import numpy as np
import pytest

from skecg.model_selection import aami_report
from skecg.reporting._gap import Gap, bootstrap_gap, describe_gap

LABELS = ["N", "V"]
RECORD = np.repeat(np.arange(10), 10)
TRUE = np.tile(LABELS, 50)
WRONG = np.where(TRUE == "N", "V", "N")


def _gap(patients, beats, **options):
    return bootstrap_gap(TRUE, patients, beats, record=RECORD, labels=LABELS, **options)


def test_perfect_against_always_wrong_is_the_largest_gap():
    assert _gap(WRONG, TRUE) == (1, 1, 1)
    assert _gap(TRUE, WRONG) == (-1, -1, -1)


def test_equal_predictions_have_no_gap_whatever_they_are():
    guess = np.random.default_rng(0).choice(LABELS, 100)
    assert _gap(guess, guess) == (0, 0, 0)


def test_the_interval_is_of_records_not_of_beats():
    # All errors in one record of ten: resampling may leave it out or draw it twice.
    patients = np.where(RECORD == 0, WRONG, TRUE)
    gap = _gap(patients, TRUE)
    assert gap.value == pytest.approx(0.1)
    assert gap.low == 0
    assert 0.2 <= gap.high <= 0.4  # two to four of ten draws, at the 97.5th percentile


def test_a_seed_repeats():
    patients = np.where(RECORD < 3, WRONG, TRUE)
    assert _gap(patients, TRUE, random_state=1) == _gap(patients, TRUE, random_state=1)


def _words(gap, patients=WRONG, beats=TRUE):
    reports = (aami_report(TRUE, p, labels=LABELS) for p in (patients, beats))
    return describe_gap("the model", *reports, Gap(*gap), known=0.99)


def test_a_gap_is_claimed_only_with_an_interval_above_zero():
    text = _words((0.40, 0.20, 0.55))
    assert "The gap of 0.40 in macro-F1 (95% interval 0.20 to 0.55)" in text
    assert "99% of the test beats" in text
    assert "On a new patient, expect the first pair" in text


@pytest.mark.parametrize("gap", [(0.1, -0.02, 0.2), (0.0, 0.0, 0.0), (-0.1, -0.3, 0.1)])
def test_without_certainty_none_is_claimed(gap):
    text = _words(gap)
    assert "no gap" in text
    assert "not skill" not in text
    assert "does not flatter" not in text


def test_the_other_way_round_is_said_so():
    text = _words((-0.30, -0.40, -0.10), patients=TRUE, beats=WRONG)
    assert "higher by 0.30 with whole patients held out" in text
    assert "not skill" not in text


def test_the_figures_are_those_of_the_reports():
    text = _words((1.0, 1.0, 1.0))
    assert "the model reaches an accuracy of 0.0% and a macro-F1 of 0.00" in text
    assert "with beats shuffled, 100.0% and 1.00" in text
