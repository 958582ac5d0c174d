import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skecg.signal._delineation_bins import RATE, _largest, _period, to_bins


def _plain(signal, rate):
    """The same bins, one by one: the mean under each triangle of the samples there."""
    half, times = max(1.0, rate / RATE), np.arange(signal.size)
    there = np.isfinite(signal)
    base = signal[there][0] if there.any() else 0.0
    bins = []
    for k in range(int((signal.size - 1) * RATE / rate) + 1):
        weights = np.where(there, np.maximum(0, half - abs(times - k * rate / RATE)), 0)
        enough = weights.sum() > half * half / 4
        total = (weights[there] * signal[there]).sum()
        bins.append(total / weights.sum() - base if enough else np.nan)
    bins, at = np.array(bins), np.arange(len(bins))
    gap = np.isnan(bins)
    bins = np.interp(at, at[~gap], bins[~gap]) if not gap.all() else np.zeros(gap.size)
    return bins / (abs(bins).max() or 1), gap


RATES = [50.0, 99.7, 128.0, 250.0, 257.31, 360.0, 500.0, 750.0, 1000.0, 1234.567]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("n_times", [1, 2, 7, 900])
def test_bins_are_means_under_triangles(rate, n_times):
    signal = np.random.default_rng(0).standard_normal(n_times) + 3
    bins, gap = to_bins(signal, rate)
    wanted, missing = _plain(signal, rate)
    assert bins.dtype == np.float32
    np.testing.assert_allclose(bins, wanted, atol=1e-6)
    np.testing.assert_array_equal(gap, missing)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(RATES),
    st.lists(st.tuples(st.integers(0, 399), st.integers(1, 60)), max_size=4),
    st.sampled_from([np.nan, np.inf, -np.inf]),
)
def test_gaps_are_told_and_bridged(rate, gaps, nothing):
    signal = np.random.default_rng(0).standard_normal(400)
    for start, length in gaps:
        signal[start : start + length] = nothing
    bins, gap = to_bins(signal, rate)
    wanted, missing = _plain(signal, rate)
    np.testing.assert_array_equal(gap, missing)
    np.testing.assert_allclose(bins, wanted, atol=1e-6)


def test_a_record_without_a_sample_is_one_gap():
    bins, gap = to_bins(np.full(100, np.nan), 500.0)
    assert gap.all()
    assert not bins.any()


@pytest.mark.parametrize(
    ("rate", "period"), [(250.0, 1), (500.0, 1), (360.0, 25), (128.0, 125), (99.7, 0)]
)
def test_weights_come_back_after_a_period(rate, period):
    assert _period(rate) == period


@pytest.mark.parametrize("values", [[0.0, -0.0], [1.5, -2.5, 2.0], [-5e-324], [1e308]])
def test_the_largest_is_that_without_sign(values):
    assert _largest(np.array(values)) == np.abs(values).max()
