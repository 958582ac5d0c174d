"""Drawn printouts show what is said of them."""

import numpy as np
import pytest

from benchmarks import _vit_pictures as pictures
from skecg.datasets import load_ptb_sample
from skecg.imaging.paper import render_ecg
from skecg.signal.resampling import resample


@pytest.fixture(scope="module")
def sources():
    sample = load_ptb_sample()
    records = resample(
        sample.data[:3],
        sampling_rate=sample.sampling_rate,
        target_rate=pictures.RATE,
    )
    return pictures.as_sources(records)


@pytest.fixture(scope="module")
def printouts(sources):
    return pictures.make_printouts(sources, 4, seed=0)


def test_the_same_seed_draws_the_same(sources, printouts):
    again = pictures.make_printouts(sources, 4, seed=0)
    for first, second in zip(printouts, again, strict=True):
        np.testing.assert_array_equal(first, second)
    other = pictures.make_printouts(sources, 4, seed=1)
    assert not np.array_equal(other.pictures, printouts.pictures)


def test_shapes_and_numbers(printouts):
    assert printouts.pictures.shape == (4, 182, 256)
    assert printouts.pictures.dtype == np.uint8
    assert printouts.beats.shape == (4, 13, len(pictures.OFFSETS))
    assert printouts.rhythm.shape == (4, 3)
    assert printouts.traces.shape == (4, 4, 256)
    assert printouts.phases.shape == (4, 2, 256)
    assert all(np.isfinite(one).all() for one in printouts)


def test_a_trace_is_told_where_it_is_drawn(printouts):
    """Ink above the baseline of a row goes with voltages above zero."""
    found = []
    for picture, traces in zip(printouts.pictures, printouts.traces, strict=True):
        rhythm = 255.0 - picture[140:172]
        rhythm[rhythm < 40] = 0
        rows = np.arange(140, 172)[:, None]
        columns = slice(14, 245)  # without the pulse and the rim
        ink = rhythm.sum(axis=0)[columns]
        height = -((rhythm * rows).sum(axis=0)[columns] / np.maximum(ink, 1))
        told = traces[3, columns]
        found.append(np.corrcoef(height[ink > 0], told[ink > 0])[0, 1])
    assert np.mean(found) > 0.5


def test_peaks_of_a_drawn_record_are_where_it_is_said(sources):
    record = pictures.draw(np.random.default_rng(0), sources[0])
    assert record.data.shape == (12, 2500)
    assert (np.diff(record.peaks) >= 0.25 * pictures.RATE).all()
    steep = np.abs(np.diff(record.data, axis=1)).sum(axis=0)
    near = [steep[max(p - 12, 0) : p + 12].max() for p in record.peaks[1:-1]]
    assert np.mean(near) > 5 * np.median(steep)


def test_beats_and_rhythm_of_a_known_record():
    data = np.zeros((12, 2500))
    peaks = np.arange(100, 2500, 250)  # every second
    data[6, peaks] = 1.0  # V1
    record = pictures.Record(data, peaks)
    assert pictures.lead_of(2) == 6
    assert [pictures.lead_of(k) for k in (0, 1, 4, 12)] == [0, 3, 1, 1]
    _, where = render_ecg(data, sampling_rate=250.0, return_layout=True)
    beats = pictures.mean_beats(record, where)
    at = int(np.flatnonzero(pictures.OFFSETS == 0)[0])
    assert beats[2, at] == 1.0
    assert beats.sum() == 1.0
    np.testing.assert_allclose(pictures.tell_rhythm(record), [0, 0, 1], atol=1e-12)
