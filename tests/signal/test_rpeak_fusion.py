"""Tests of skecg.signal._rpeak_fusion: R-peaks from all leads together."""

import numpy as np
import pytest

from skecg.datasets import load_mitbih_sample
from skecg.datasets._mitbih_facts import DS1
from skecg.exceptions import SignalQualityWarning
from skecg.signal._rpeak_fusion import vote
from skecg.signal.rpeaks import detect_rpeaks
from skecg.signal.scoring import score_rpeaks, total_scores

RATE = 250.0
LOST = slice(round(60 * RATE), round(120 * RATE))
BEATS = np.arange(0.5, 180.0, 0.8)
WANTED = np.rint(BEATS * RATE).astype(int)
METHODS = ["skecg", "kachuee", "neurokit"]


def record(heights=(1.0, -0.6, 0.4), *, noise=0.01):
    """Leads in which the same QRS complexes have these heights."""
    times = np.arange(round(180 * RATE)) / RATE
    distance = (times - 0.1) % 0.8 - 0.4
    lead = np.exp(-0.5 * (distance / 0.011) ** 2)
    rng = np.random.default_rng(0)
    rows = np.outer(heights, lead)
    return rows + rng.normal(scale=noise, size=rows.shape)


def fused(leads, *, method="skecg", **options):
    if method == "kachuee":  # which knows upright R-peaks only
        leads = leads * np.array([[1.0], [-1.0], [1.0]])
    (found,) = detect_rpeaks(
        leads[None], sampling_rate=RATE, method=method, leads="fused", **options
    )
    return found


def assert_all_found(found, *, lost=0):
    scores = score_rpeaks(WANTED, found, sampling_rate=RATE, protocol="50ms")
    assert scores.false_negatives <= lost
    assert scores.false_positives == 0


@pytest.mark.parametrize("method", METHODS)
def test_leads_that_agree(method):
    assert_all_found(fused(record(), method=method), lost=2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("lead", [0, 1])
@pytest.mark.parametrize("value", ["nan", "flat", "rail", "noise"])
def test_one_lead_lost_for_a_minute(method, lead, value):
    leads = record()
    rng = np.random.default_rng(1)
    lost = {"nan": np.nan, "flat": 0.2, "rail": 5.0, "noise": rng.normal(size=15000)}
    leads[lead, LOST] = lost[value]
    assert_all_found(fused(leads, method=method), lost=2)


@pytest.mark.parametrize("method", METHODS)
def test_one_lead_missing_altogether(method):
    leads = record()
    leads[0] = np.nan
    assert_all_found(fused(leads, method=method), lost=2)


def test_what_no_lead_has_is_not_found():
    leads = record()
    leads[:, LOST] = np.nan
    found = fused(leads)
    assert not ((found >= LOST.start) & (found < LOST.stop)).any()
    gone = (LOST.start <= WANTED) & (LOST.stop > WANTED)
    assert found.size == (~gone).sum()


def test_no_lead_at_all():
    with pytest.warns(SignalQualityWarning, match="in 1 of 1 records: rows 0"):
        assert fused(np.zeros((3, 2500))).size == 0


def test_the_peak_is_that_of_the_first_lead_that_can_be_used():
    leads = record(noise=0.0)
    leads[1] = np.roll(leads[1], 5)  # its waves come 20 ms later
    np.testing.assert_array_equal(fused(leads), WANTED)
    leads[0, LOST] = np.nan
    found = fused(leads)
    late = (LOST.start <= WANTED) & (LOST.stop > WANTED)
    np.testing.assert_array_equal(found, WANTED + 5 * late)


@pytest.mark.parametrize("factor", [1e-4, 1e4])
def test_the_unit_of_a_lead_does_not_matter(factor):
    leads = record(noise=0.1)
    other = leads * np.array([[1.0], [factor], [1.0]])
    np.testing.assert_array_equal(fused(other), fused(leads))


def test_polarity_reaches_every_lead():
    leads = record((1.0, 1.0), noise=0.0)
    leads[:, :] -= np.roll(leads, 8, axis=1) * 0.4
    np.testing.assert_array_equal(fused(leads, polarity="down"), WANTED + 8)


def test_the_first_lead_is_looked_at_by_default():
    leads = record()
    leads[1:] = np.nan
    (found,) = detect_rpeaks(leads[None], sampling_rate=RATE)
    np.testing.assert_array_equal(found, detect_rpeaks(leads[0], sampling_rate=RATE))


def test_a_choice_that_is_unknown_is_refused():
    with pytest.raises(ValueError, match=r"leads must be one of .*'fused'.*got 'all'"):
        detect_rpeaks(record()[None], sampling_rate=RATE, leads="all")


@pytest.mark.parametrize("method", METHODS)
def test_below_one_second_the_first_usable_lead_answers(method):
    leads = np.zeros((3, 100))
    leads[1, 40], leads[2, 70] = 1.0, 5.0
    np.testing.assert_array_equal(fused(leads, method=method), [40])


def test_half_of_the_usable_leads_make_a_beat():
    usable = np.ones((4, 1000), dtype=bool)
    peaks = [np.array(one) for one in ([100, 500], [104, 700], [110, 702], [900])]
    np.testing.assert_array_equal(vote(peaks, usable, sampling_rate=RATE), [104, 701])
    usable[1:, 400:600] = False
    np.testing.assert_array_equal(
        vote(peaks, usable, sampling_rate=RATE), [104, 500, 701]
    )


def test_with_noise_in_one_lead_fusion_beats_either_lead_on_real_records():
    sample = load_mitbih_sample()
    rate = sample.sampling_rate
    rng = np.random.default_rng(0)
    scores = {"first": [], "second": [], "fused": []}
    for row in np.flatnonzero(np.isin(sample.record, DS1)):
        leads = sample.data[row].astype(float)
        marks = sample.annotations[row][0]
        leads[0] += 0.06 * np.ptp(leads[0]) * rng.normal(size=leads.shape[1])
        for name, one in zip(scores, (leads[:1], leads[1:], leads), strict=True):
            (found,) = detect_rpeaks(one[None], sampling_rate=rate, leads="fused")
            scores[name].append(score_rpeaks(marks, found, sampling_rate=rate))
    f1 = {name: total_scores(listed).f1 for name, listed in scores.items()}
    assert f1["fused"] > max(f1["first"], f1["second"])
