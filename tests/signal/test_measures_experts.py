"""Measures of real waves: those that experts marked are what a textbook says."""

import numpy as np
import pytest

from skecg.datasets import load_ludb_sample
from skecg.signal.measures import WAVE_MEASURES, measure_waves
from skecg.signal.waves import Delineation, WaveMarks, delineate

SAMPLE = load_ludb_sample()
RATE = SAMPLE.sampling_rate


def marked(waves, after, before):
    """Pick for each beat the wave whose peak is between the two, if there is one."""
    peak = waves[:, 1]
    at = np.searchsorted(peak, after, side="right")
    there = (at < peak.size) & (np.append(peak, 0)[at] < before)
    picked = waves[np.minimum(at, peak.size - 1)] if peak.size else np.zeros((1, 3))
    return WaveMarks(*np.where(there[:, None], picked, np.nan).T)


def of_experts(annotations):
    rpeaks = annotations.qrs[:, 1]
    # P waves of a block have no beat of their own: within 0.3 s counts.
    p = marked(annotations.p, rpeaks - 0.3 * RATE, rpeaks)
    t = marked(annotations.t, rpeaks, np.append(rpeaks[1:], np.inf))
    shape = np.where(np.isnan(t.peak), "", "upright")
    return Delineation(p, WaveMarks(*annotations.qrs.T.astype(float)), t, shape)


def measure(record, waves):
    rpeaks = SAMPLE.annotations[record].qrs[:, 1]
    signal = SAMPLE.data[record, 0]
    measured = measure_waves(signal, rpeaks, waves, sampling_rate=RATE)
    return dict(zip(WAVE_MEASURES, measured, strict=True))


@pytest.fixture(scope="module")
def experts():
    """What is measured on the experts' marks of each record."""
    return [
        measure(record, of_experts(annotations))
        for record, annotations in enumerate(SAMPLE.annotations)
    ]


@pytest.mark.parametrize(
    ("name", "lowest", "typical", "highest"),
    [
        ("qt_interval", 0.25, 0.38, 0.50),
        ("qtc_fridericia", 0.33, 0.41, 0.50),
        ("qrs_duration", 0.06, 0.10, 0.18),
        ("pr_interval", 0.10, 0.17, 0.28),
        ("p_duration", 0.06, 0.10, 0.17),
        ("t_peak_end", 0.04, 0.075, 0.14),
    ],
)
def test_times_on_marks_of_experts(experts, name, lowest, typical, highest):
    values = [measured[name] for measured in experts]
    medians = [np.nanmedian(one) for one in values if not np.isnan(one).all()]
    assert len(medians) >= 14
    assert lowest <= np.min(medians)
    assert np.max(medians) <= highest
    assert np.median(medians) == pytest.approx(typical, rel=0.1)


@pytest.fixture(scope="module")
def ours():
    """The same on the marks of `delineate`, at the experts' R-peaks."""
    measured = []
    for record, annotations in enumerate(SAMPLE.annotations):
        signal, rpeaks = SAMPLE.data[record, 0], annotations.qrs[:, 1]
        waves = delineate(signal, rpeaks, sampling_rate=RATE)
        measured.append(measure(record, waves))
    return measured


@pytest.mark.parametrize("for_tuning", [True, False])
@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("qt_interval", 0.02),
        ("qtc_fridericia", 0.02),
        ("qrs_duration", 0.015),
        ("pr_interval", 0.015),
        ("t_peak_end", 0.016),
        ("st_level", 0.01),
        ("t_peak_amplitude", 0.01),
        ("t_wave_area", 0.002),
        ("t_half_width", 0.005),
        ("t_symmetry", 0.01),
    ],
)
def test_our_marks_measure_what_those_of_experts_do(
    experts, ours, name, most, for_tuning
):
    rows = np.flatnonzero(SAMPLE.for_tuning == for_tuning)
    pairs = [ours[row][name] - experts[row][name] for row in rows]
    differences = np.abs(np.concatenate(pairs))
    assert np.nanmedian(differences) <= most
    told = [~np.isnan(experts[row][name]) for row in rows]
    assert np.isfinite(differences).sum() >= 0.8 * np.concatenate(told).sum()
