"""A constructed set of what a monitor must not miss, with known onsets.

A minute of sinus rhythm, then half a minute of an arrhythmia, then sinus rhythm again.
Rates, amplitudes, waves and noises are drawn; a seed settles them all. What the rules
were chosen on has even seeds, what is reported odd ones.

Fibrillation is drawn as in the descriptions of it: a wave of 3 to 8 Hz that wanders in
frequency and waxes and wanes, with a second one beside it; flutter is the same without
the wandering. A ventricular beat is one wide wave with a wide T wave against it.
"""

from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter1d

from skecg.datasets import load_noise_sample, make_ecg
from skecg.signal.resampling import resample

RATE = 250.0
BEFORE, DURING, AFTER = 60.0, 30.0, 30.0
KINDS = (
    "asystole",
    "extreme_bradycardia",
    "extreme_tachycardia",
    "ventricular_run",
    "ventricular_flutter",
)
NOISES = ("none", "white", "mains", "wander", "motion 24 dB", "motion 12 dB")


_AMPLITUDE_118 = 2.0  # mV: the QRS complexes of record 118


class Event(NamedTuple):
    """A drawn record and what happens in it."""

    kind: str
    noise: str
    rate: float  # of the arrhythmia: beats or waves per minute; 0 for none
    amplitude: float  # of the record's QRS complexes, in mV
    signal: np.ndarray  # mV, at RATE
    onset: float  # s
    end: float  # s


def draw_events(n_each: int, *, seed: int) -> list[Event]:
    """Draw the set: `n_each` records for every kind and noise."""
    return [
        draw_event(kind, noise, np.random.default_rng([seed, k, n, i]))
        for k, kind in enumerate(KINDS)
        for n, noise in enumerate(NOISES)
        for i in range(n_each)
    ]


def draw_event(kind: str, noise: str, rng: np.random.Generator) -> Event:
    """Draw one record."""
    gain = float(np.exp(rng.uniform(np.log(0.4), np.log(3.0))))
    usual = rng.uniform(55, 95)
    wave, rate = _ARRHYTHMIAS[kind](rng)
    parts = [_sinus(usual, BEFORE, rng), wave, _sinus(usual, AFTER, rng)]
    signal = gain * np.concatenate(parts)
    signal += _noise(noise, signal.size, gain, rng)
    return Event(kind, noise, rate, gain, signal, BEFORE, BEFORE + DURING)


def _sinus(rate: float, duration: float, rng: np.random.Generator) -> np.ndarray:
    ecg = make_ecg(
        1,
        sampling_rate=RATE,
        duration=duration,
        heart_rate=rate,
        noise=0,
        wander=0,
        random_state=rng,
    )
    return ecg.data[0]


def _asystole(_: np.random.Generator) -> tuple[np.ndarray, float]:
    return np.zeros(round(DURING * RATE)), 0.0


def _slow(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    rate = rng.uniform(18, 36)
    return _sinus(rate, DURING, rng), rate


def _fast(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    rate = rng.uniform(150, 230)
    return _sinus(rate, DURING, rng), rate


def _run(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    # A QRS complex of 130 to 190 ms with a notch, and a T wave against it.
    rate = rng.uniform(108, 230)
    times = np.arange(round(DURING * RATE)) / RATE
    width, apart = rng.uniform(0.018, 0.024), rng.uniform(0.03, 0.045)
    height, second = rng.uniform(1, 2), rng.uniform(0.5, 0.9)
    wave, interval = np.zeros(times.size), 60 / rate
    for beat in np.arange(0.3, DURING, interval):
        here = times - beat - 0.01 * interval * rng.standard_normal()
        wave += height * _bell(here, width)
        wave += height * second * _bell(here - apart, width)
        wave -= 0.35 * height * _bell(here - 0.5 * interval, 2.5 * width)
    return rng.choice([-1, 1]) * wave, rate


def _bell(times: np.ndarray, width: float) -> np.ndarray:
    return np.exp(-0.5 * (times / width) ** 2)


def _fibrillation(rng: np.random.Generator) -> tuple[np.ndarray, float]:
    # Between flutter, one steady wave, and fibrillation, which wanders.
    n, disorder = round(DURING * RATE), rng.uniform(0, 1)
    centre = rng.uniform(3.0, 7.5)
    wave = np.zeros(n)
    for share, ratio in ((1.0, 1.0), (0.5 * disorder, rng.uniform(1.2, 1.7))):
        wander = disorder * 0.15 * _slowly(n, 1.0, rng)
        phase = 2 * np.pi * np.cumsum(centre * ratio * (1 + wander)) / RATE
        strength = np.clip(1 + 0.35 * disorder * _slowly(n, 0.7, rng), 0.3, 2)
        wave += share * strength * np.sin(phase + rng.uniform(0, 2 * np.pi))
    return rng.uniform(0.25, 0.8) * wave, 60 * centre


def _slowly(n: int, seconds: float, rng: np.random.Generator) -> np.ndarray:
    drawn = gaussian_filter1d(rng.standard_normal(n), seconds * RATE / 2, mode="wrap")
    return drawn / drawn.std()


_ARRHYTHMIAS = dict(
    zip(KINDS, (_asystole, _slow, _fast, _run, _fibrillation), strict=True)
)


def _noise(
    noise: str, n_times: int, gain: float, rng: np.random.Generator
) -> np.ndarray:
    times = np.arange(n_times) / RATE
    added = 0.005 * rng.standard_normal(n_times)
    if noise == "white":
        added += 0.04 * rng.standard_normal(n_times)
    elif noise == "mains":
        added += 0.1 * np.sin(2 * np.pi * rng.choice([50, 60]) * times)
    elif noise == "wander":
        added += 0.3 * _slowly(n_times, 1.5, rng)
    elif noise.startswith("motion"):
        added += _motion(n_times, gain, float(noise.split()[1]), rng)
    return added


def _motion(
    n_times: int, gain: float, snr: float, rng: np.random.Generator
) -> np.ndarray:
    # As strong as in the noise stress test: 0 dB belongs to the QRS of record 118.
    minute = load_noise_sample()
    lead = resample(
        minute.data[0].astype(float),
        sampling_rate=minute.sampling_rate,
        target_rate=RATE,
    )
    lead = lead - lead.mean()
    looped = np.concatenate([lead, lead[::-1]])
    first = int(rng.integers(looped.size))
    drawn = np.take(looped, np.arange(first, first + n_times), mode="wrap")
    return gain / _AMPLITUDE_118 * 10 ** (-snr / 20) * drawn
