"""The band in which beats stand out of the noise is the one that counts."""

import numpy as np
import pytest

from known_beats import RATE, known_record, mistakes
from skecg.signal._rpeak_bands import _stretches, weigh_bands
from skecg.signal._rpeak_detector import choose_beats
from skecg.signal._rpeak_filter import band_envelope, qrs_envelope
from skecg.signal.rpeaks import detect_rpeaks


def in_band(low, high, n_times, rate=RATE, seed=0):
    """Noise of a flat spectrum between two frequencies, of standard deviation 1."""
    frequency = np.fft.rfftfreq(n_times, 1 / rate)
    rng = np.random.default_rng(seed)
    spectrum = rng.normal(size=(2, frequency.size)).T @ [1, 1j]
    noise = np.fft.irfft(spectrum * (low < frequency) * (frequency < high), n_times)
    return noise / noise.std()


def noisy_record(low, high, size=0.3):
    signal, wanted = known_record(120.0)
    noise = size * in_band(low, high, signal.size)
    noise[: signal.size // 2] = 0.0
    return signal + noise, wanted[wanted > signal.size // 2 + RATE]


@pytest.mark.parametrize("band", [(5.0, 18.0), (14.0, 50.0)])
def test_noise_on_one_side_of_the_band(band):
    signal, wanted = noisy_record(*band)
    envelope = qrs_envelope(signal, sampling_rate=RATE)
    wrong = {}
    for name, one in {"band": envelope, "bands": weigh_bands(envelope)}.items():
        found = choose_beats(one) * envelope.step
        found = found[found > signal.size // 2 + RATE]
        wrong[name] = sum(mistakes(found, wanted, within=0.15))
    assert wrong["bands"] <= 0.5 * wrong["band"]


def test_where_the_envelope_rests_it_stays():
    signal, _ = noisy_record(5.0, 18.0)
    envelope = qrs_envelope(signal, sampling_rate=RATE)
    weighed = weigh_bands(envelope)
    first = envelope.qrs.size // 2 - round(3 * envelope.rate)
    np.testing.assert_array_equal(weighed.qrs[:first], envelope.qrs[:first])
    assert (weighed.qrs[-first:] != envelope.qrs[-first:]).mean() > 0.9
    quiet = qrs_envelope(known_record(30.0)[0], sampling_rate=RATE)
    assert weigh_bands(quiet) is quiet


def test_beats_are_as_high_as_before():
    signal, wanted = noisy_record(5.0, 18.0, size=0.15)
    envelope = qrs_envelope(signal, sampling_rate=RATE)
    places = wanted // envelope.step
    before, after = (
        np.median([one.qrs[i - 6 : i + 7].max() for i in places])
        for one in (envelope, weigh_bands(envelope))
    )
    assert after == pytest.approx(before, rel=0.25)


def test_the_scale_does_not_count():
    signal, _ = noisy_record(5.0, 18.0)
    wanted = detect_rpeaks(signal, sampling_rate=RATE)
    for scale in (2.0**-30, 2.0**30):
        found = detect_rpeaks(scale * signal, sampling_rate=RATE)
        np.testing.assert_array_equal(found, wanted)


def test_a_piece_is_what_the_whole_is_there():
    bins = np.random.default_rng(0).normal(size=5000)
    whole = band_envelope(bins, 120.0, slice(0, None), centre=27.0, order=8)
    for piece in (slice(0, 100), slice(5, 2100), slice(1024, 4990), slice(4000, None)):
        np.testing.assert_array_equal(
            band_envelope(bins, 120.0, piece, centre=27.0, order=8), whole[piece]
        )


def test_with_noise_goes_all_that_it_is_judged_by():
    noise = np.zeros(100)
    noise[[3, 40, 60, 62, 98]] = 1.0
    found = _stretches(noise)
    np.testing.assert_array_equal(found, [[0, 7], [29, 44], [49, 66], [87, 100]])


@pytest.mark.parametrize("n_seconds", [1.0, 3.0, 8.0])
def test_short_records_of_noise(n_seconds):
    noise = in_band(3.0, 40.0, round(n_seconds * RATE))
    envelope = qrs_envelope(noise, sampling_rate=RATE)
    weighed = weigh_bands(envelope)
    assert np.isfinite(weighed.qrs).all()
    assert (weighed.qrs != envelope.qrs).any()
