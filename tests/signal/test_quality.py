"""Tests of skecg.signal.quality."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from skecg.signal._bad_stretches import _in_windows
from skecg.signal.quality import bridge_gaps, quality_mask, usable_mask
from skecg.signal.rpeaks import detect_rpeaks

RATE = 250.0
N_TIMES = round(180 * RATE)
LOST = slice(round(60 * RATE), round(120 * RATE))


def beating(*, rr=0.8, width=0.011, noise=0.01, n_times=N_TIMES):
    """QRS-like waves, one every `rr` seconds, the first at 0.5 s."""
    times = np.arange(n_times) / RATE
    distance = (times - 0.5 + rr / 2) % rr - rr / 2
    signal = np.exp(-0.5 * (distance / width) ** 2)
    return signal + np.random.default_rng(0).normal(scale=noise, size=n_times)


def disturbance(kind, n_times=LOST.stop - LOST.start):
    rng, times = np.random.default_rng(1), np.arange(n_times) / RATE
    return {
        "white": lambda: rng.normal(size=n_times),
        "wandering": lambda: np.cumsum(rng.normal(size=n_times)),
        "50 Hz": lambda: np.sin(2 * np.pi * 50 * times) + rng.normal(size=n_times) / 50,
        "60 Hz": lambda: np.sin(2 * np.pi * 60 * times) + rng.normal(size=n_times) / 50,
    }[kind]()


def test_flat_and_missing_records_cannot_be_used():
    rows = [[0, 1, 0], [5, 5, 5], [np.nan] * 3, [np.nan, 1, 1], [np.nan, 1, 2]]
    np.testing.assert_array_equal(usable_mask(rows), [True, False, False, False, True])


def test_one_lead_that_can_be_used_is_enough():
    signals = np.zeros((2, 3, 10))
    signals[1, 2, 4] = 1.0
    np.testing.assert_array_equal(usable_mask(signals), [False, True])


def test_infinity_is_missing():
    assert not usable_mask([[np.inf, 0.0, 0.0]])[0]


def test_usable_mask_wants_records():
    with pytest.raises(ValueError, match=r"got shape \(5,\)"):
        usable_mask(np.ones(5))


def test_bridge_gaps_draws_straight_lines():
    signal = np.array([[np.nan, 1.0, np.inf, np.nan, 4.0], [np.nan] * 5])
    bridged, gaps = bridge_gaps(signal)
    np.testing.assert_array_equal(bridged, [[1.0, 1.0, 2.0, 3.0, 4.0], [0.0] * 5])
    np.testing.assert_array_equal(gaps, ~np.isfinite(signal))


def test_bridge_gaps_takes_any_number_of_axes():
    signal = np.ones((2, 3, 4), dtype=np.float32)
    signal[1, 2, 1] = np.nan
    bridged, gaps = bridge_gaps(signal)
    np.testing.assert_array_equal(bridged, np.ones((2, 3, 4)))
    assert bridged.dtype == np.float32
    assert gaps.sum() == 1


def test_bridge_gaps_returns_a_whole_signal_as_it_is():
    signal = np.ones(4)
    bridged, gaps = bridge_gaps(signal)
    assert bridged is signal
    assert not gaps.any()


def test_a_clean_record_is_usable():
    mask = quality_mask(beating(), sampling_rate=RATE)
    assert mask.usable.all()
    assert mask._fields == ("missing", "flat", "clipped", "noisy")


@pytest.mark.parametrize(
    ("name", "value"),
    [("missing", np.nan), ("missing", np.inf), ("flat", 0.3), ("clipped", 5.0)],
)
def test_each_fault_has_its_name(name, value):
    signal = beating()
    signal[LOST] = value
    mask = quality_mask(signal, sampling_rate=RATE)
    found = getattr(mask, name)
    assert found[LOST].all()
    assert not found[: LOST.start].any()
    assert not found[LOST.stop :].any()
    np.testing.assert_array_equal(mask.usable, ~found)


@pytest.mark.parametrize(("seconds", "is_found"), [(0.18, False), (0.2, True)])
def test_a_rail_lasts_as_long_as_documented(seconds, is_found):
    signal = beating()
    signal[1000 : 1000 + round(seconds * RATE)] = 5.0
    assert quality_mask(signal, sampling_rate=RATE).clipped.any() == is_found


@pytest.mark.parametrize("sign", [1, -1])
def test_a_stretch_at_the_rail_is_clipped_and_the_tip_of_a_beat_is_not(sign):
    signal = np.minimum(beating(width=0.03), 0.9)  # each tip is cut for 0.03 s
    signal[1000:1050] = 0.9  # 0.2 s
    mask = quality_mask(sign * signal, sampling_rate=RATE)
    np.testing.assert_array_equal(np.flatnonzero(mask.clipped), np.arange(1000, 1050))


def test_the_baseline_of_a_record_without_noise_is_neither_flat_nor_clipped():
    signal = np.zeros(5000)
    signal[200::200] = 1.0
    assert quality_mask(signal, sampling_rate=RATE).usable.all()
    signal = np.zeros(2500)
    signal[1250] = 1.0  # a single beat
    assert quality_mask(signal, sampling_rate=RATE).usable.all()


@pytest.mark.parametrize("kind", ["white", "wandering", "50 Hz", "60 Hz"])
@pytest.mark.parametrize("height", [0.1, 1.0, 10.0])
def test_noise_alone_is_found(kind, height):
    signal, noise = beating(), disturbance(kind)
    signal[LOST] = height * noise / noise.std()
    mask = quality_mask(signal, sampling_rate=RATE)
    assert mask.noisy[LOST].mean() > 0.9
    outside = np.delete(mask.noisy, np.arange(LOST.start, LOST.stop))
    assert outside.sum() < 4 * RATE


@pytest.mark.parametrize("n_blocks", [40, 41, 300])
def test_sums_of_forty_blocks(n_blocks):
    sums = np.random.default_rng(0).integers(0, 1000, (3, n_blocks)).astype(float)
    wanted = sliding_window_view(sums, 40, axis=1).sum(axis=2)
    np.testing.assert_array_equal(_in_windows(sums), wanted)


def test_noise_is_found_behind_a_high_spike():
    signal = beating()
    signal[LOST] = disturbance("white")
    signal[1000] = 1e5
    assert quality_mask(signal, sampling_rate=RATE).noisy[LOST].mean() > 0.9


@pytest.mark.parametrize("rr", [0.2, 0.3, 1.0, 3.0])
@pytest.mark.parametrize("width", [0.011, 0.03])
def test_no_rhythm_is_noise(rr, width):
    signal = beating(rr=rr, width=width, noise=0.05)
    assert quality_mask(signal, sampling_rate=RATE).usable.all()


@pytest.mark.parametrize("method", ["skecg", "neurokit", "kachuee"])
@pytest.mark.parametrize("kind", ["white", "50 Hz"])
def test_no_peak_is_reported_where_nothing_can_be_measured(method, kind):
    signal, noise = beating(), disturbance(kind)
    signal[LOST] = noise / noise.std()
    found = detect_rpeaks(signal, sampling_rate=RATE, method=method)
    assert quality_mask(signal, sampling_rate=RATE).usable[found].all()
    wanted = np.rint((0.5 + 0.8 * np.arange(224)) * RATE)
    clear = wanted[(wanted < LOST.start - 500) | (wanted > LOST.stop + 500)][1:-1]
    assert (np.abs(clear[:, None] - found).min(axis=1) <= 5).all()


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_scale_and_offset_change_no_mask(factor):
    signal = beating()
    signal[LOST] = disturbance("white")
    signal[2000:2100] = signal.max() + 1
    before = quality_mask(signal, sampling_rate=RATE)
    after = quality_mask(factor * (signal + 50), sampling_rate=RATE)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)


def test_masks_have_the_shape_of_the_signal():
    signal = np.stack([beating(n_times=1000)] * 6).reshape(2, 3, 1000)
    signal[1, 2, 10:20] = np.nan
    mask = quality_mask(signal, sampling_rate=RATE)
    assert all(one.shape == (2, 3, 1000) for one in mask)
    assert (~mask.usable).sum() == mask.missing[1, 2].sum() == 10


@pytest.mark.parametrize("rate", [1.0, 40.0])
def test_a_low_rate_has_no_noise_rule(rate):
    noise = np.random.default_rng(0).normal(size=5000)
    assert quality_mask(noise, sampling_rate=rate).usable.all()


def test_integers_are_taken():
    signal = np.rint(1000 * beating()).astype(np.int16)
    signal[LOST] = 2**15 - 1
    assert quality_mask(signal, sampling_rate=RATE).clipped[LOST].all()
