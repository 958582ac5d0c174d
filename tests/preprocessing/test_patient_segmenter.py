"""Records of any length into beats beside their patient's own."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skecg.datasets import load_mitbih_sample, make_ecg
from skecg.exceptions import (
    DroppedBeatWarning,
    NoUsableRowError,
    SignalQualityWarning,
)
from skecg.preprocessing import PatientBeatSegmenter
from skecg.signal.patient import patient_beats
from skecg.signal.rpeaks import detect_rpeaks

SAMPLE = load_mitbih_sample()
RATE = SAMPLE.sampling_rate


@pytest.fixture
def segmenter():
    return PatientBeatSegmenter(sampling_rate=RATE).fit(SAMPLE.data[:2, 0])


@pytest.mark.parametrize("n_leads", [1, 2])
def test_beats_are_those_of_the_kernel_at_detected_places(n_leads):
    X = SAMPLE.data[:3, :n_leads]
    X = X[:, 0] if n_leads == 1 else X
    beats = PatientBeatSegmenter(sampling_rate=RATE).fit(X).segment(X)
    for row in range(3):
        peaks = detect_rpeaks(SAMPLE.data[row, 0], sampling_rate=RATE)
        expected = patient_beats(X[row], peaks, sampling_rate=RATE)
        here = beats.record == row
        np.testing.assert_array_equal(beats.data[here], expected)
        np.testing.assert_array_equal(beats.rpeak[here], peaks)
        np.testing.assert_allclose(beats.time[here], peaks / RATE)


def test_a_record_is_cut_alike_whatever_fills_its_row(segmenter):
    short = SAMPLE.data[0, 0, :3000]
    row = np.full(9000, np.nan, dtype=np.float32)
    row[2000:5000] = short
    alone = segmenter.segment(short[np.newaxis])
    filled = segmenter.segment(np.stack([row, SAMPLE.data[1, 0, :9000]]))
    here = filled.record == 0
    np.testing.assert_array_equal(filled.data[here], alone.data)
    np.testing.assert_allclose(filled.time[here], alone.time + 2000 / RATE)


def test_records_of_other_lengths_are_taken_and_of_other_leads_not(segmenter):
    assert len(segmenter.segment(SAMPLE.data[:1, 0, :2500]).data) > 10
    with pytest.raises(ValueError, match=r"2 lead\(s\).*fitted with 1"):
        segmenter.segment(SAMPLE.data[:1])


def test_a_record_with_fewer_than_two_beats_is_named(segmenter):
    X = SAMPLE.data[:2, 0, :2500].copy()
    X[1] = 0.0
    with pytest.warns(SignalQualityWarning, match="fewer than two beats") as caught:
        beats = segmenter.segment(X)
    assert caught[0].message.rows == (1,)
    assert set(beats.record.tolist()) == {0}
    with pytest.raises(NoUsableRowError, match="fewer than two beats"):
        segmenter.segment(np.zeros((2, 2500)))


def test_beats_in_a_gap_are_left_out_and_told(segmenter):
    X = SAMPLE.data[:1, 0, :5000].copy()
    n_whole = len(segmenter.segment(X).data)
    X[0, 2000:2100] = np.nan
    with pytest.warns(DroppedBeatWarning, match="touch missing samples"):
        beats = segmenter.segment(X)
    assert not np.isnan(beats.data).any()
    assert 0 < len(beats.data) < n_whole
    assert len(beats.dropped) >= 1
    assert (beats.dropped[:, 0] == 0).all()


@pytest.mark.parametrize("rate", [100.0, 250.0, 1000.0])
def test_beats_have_one_length_at_any_rate(rate):
    ecg = make_ecg(1, duration=20, sampling_rate=rate, random_state=0)
    segmenter = PatientBeatSegmenter(sampling_rate=rate).fit(ecg.data)
    beats = segmenter.segment(ecg.data)
    assert beats.data.shape[1:] == (2, 195)
    assert np.isfinite(beats.data).all()


def test_a_rate_of_too_few_samples_is_refused():
    with pytest.raises(ValueError, match="sampling_rate"):
        PatientBeatSegmenter(sampling_rate=80.0).fit(SAMPLE.data[:2, 0])


def test_unfitted_says_so():
    with pytest.raises(NotFittedError):
        PatientBeatSegmenter(sampling_rate=RATE).segment(SAMPLE.data[:2, 0])


def test_nothing_is_warned_of_without_reason(segmenter):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        segmenter.segment(SAMPLE.data[:2, 0])
