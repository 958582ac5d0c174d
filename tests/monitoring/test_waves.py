"""Four seconds of waves, or of beats."""

import numpy as np
import pytest

from skecg.datasets import make_ecg
from skecg.monitoring._waves import measure_waves, wave_score

RATE = 250.0


def _score(signal, rate=RATE):
    ring = np.ascontiguousarray(signal, dtype=np.float64)[None]
    row, end = np.zeros(1, dtype=np.int64), np.array([signal.size])
    return wave_score(measure_waves(row, end, ring, rate))[0]


def _wave(hertz, rate=RATE, height=0.5):
    return height * np.sin(2 * np.pi * hertz * np.arange(round(4 * rate)) / rate)


@pytest.mark.parametrize("rate", [100.0, 250.0, 360.0, 1000.0])
@pytest.mark.parametrize("hertz", [2.5, 4.0, 6.0, 8.0])
def test_waves_are_flutter_at_every_rate(rate, hertz):
    assert _score(_wave(hertz, rate), rate) > 0.8


@pytest.mark.parametrize("per_minute", [40, 70, 120, 180, 220])
def test_beats_are_none(per_minute):
    ecg = make_ecg(
        1, sampling_rate=RATE, duration=4, heart_rate=per_minute, random_state=0
    )
    assert _score(ecg.data[0]) < 0.1


@pytest.mark.parametrize("hertz", [50.0, 60.0])
def test_mains_hum_is_none(hertz):
    assert _score(_wave(hertz, height=0.3)) == 0.0


def test_a_small_wave_is_asystole():
    assert _score(_wave(5.0, height=0.05)) == 0.0


def test_a_flat_line_is_none():
    assert _score(np.zeros(1000)) == 0.0


def test_what_is_not_known_is_nan():
    wave = _wave(5.0)
    wave[100:200] = np.nan
    assert np.isnan(_score(wave))
    assert np.isnan(_score(wave[:500]))
    wave[104:200] = 0.0
    wave[100:104] = np.nan  # a few samples do not matter
    assert not np.isnan(_score(wave))
