"""Drawn printouts look as the printer's, and are drawn with what is to be read told."""

import numpy as np
import pytest

from benchmarks import _vit_pictures as pictures
from skecg.datasets import load_ptb_sample
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


def test_shapes_and_what_is_to_be_read(printouts):
    assert printouts.pictures.shape == (4, 182, 256)
    assert printouts.pictures.dtype == np.uint8
    assert printouts.waves.shape[:2] == (4, 12)
    assert printouts.rhythm.shape == (4, 2)
    assert np.isfinite(printouts.rhythm).all()


def test_the_rhythm_is_that_of_the_peaks():
    even = pictures.Record(np.zeros((12, 2500), np.float32), np.arange(100, 2500, 200))
    cycle, spread = np.exp(pictures.rhythm_of(even))
    assert cycle == pytest.approx(0.8)
    assert spread == pytest.approx(0.02)


def test_patches_know_their_lead():
    lead = pictures.lead_of_patches((12, 16))
    assert lead.shape == (12, 16)
    assert lead[1, [0, 5, 9, 15]].tolist() == [0, 3, 6, 9]  # I aVR V1 V4
    assert lead[[4, 7], 15].tolist() == [10, 11]  # V5 V6
    assert (lead[10] == 1).all()  # lead II along the rhythm strip


def test_added_waves_are_cut_off_at_the_ends():
    data = np.zeros((12, 10))
    pictures._add(data, np.ones((12, 4)), -2)
    pictures._add(data, np.ones((12, 4)), 8)
    np.testing.assert_array_equal(data[0], [1, 1, 0, 0, 0, 0, 0, 0, 1, 1])


def test_a_printout_is_white_with_ink_where_the_printer_draws(printouts):
    assert np.median(printouts.pictures) > 240
    dark = printouts.pictures.min(axis=0) < 200
    rows = np.array([62, 162, 262, 362]) * 182 / 412
    for row in rows.astype(int):
        assert dark[row - 6 : row + 7, 14:245].any(axis=0).mean() > 0.8
    assert not dark[175:-1].any()


def test_peaks_of_a_drawn_record_are_where_it_is_said(sources):
    record = pictures.draw(np.random.default_rng(0), sources[0])
    assert record.data.shape == (12, 2500)
    assert (np.diff(record.peaks) >= 0.25 * pictures.RATE).all()
    steep = np.abs(np.diff(record.data, axis=1)).sum(axis=0)
    near = [steep[max(p - 12, 0) : p + 12].max() for p in record.peaks[1:-1]]
    assert np.mean(near) > 5 * np.median(steep)
