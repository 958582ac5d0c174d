"""Electrode-motion noise at a known signal-to-noise ratio, as PhysioNet's nst adds it.

nst [1]_ takes the signal's power from its QRS complexes: with a peak-to-peak amplitude
A it is that of a sine wave, A**2 / 8. Noise of a power 10**(SNR / 10) times smaller is
added in stretches of two minutes, two minutes apart, from minute 5 on; the offset that
a stretch ends with stays, so that nothing jumps.

The noise record itself is not needed. What the MIT-BIH Noise Stress Test Database [1]_
added to record 118 at 0 dB is the noisy record less the clean one, and its strength is
right for the QRS amplitude of record 118. Another record takes it multiplied by its own
amplitude over that of 118, and by 10**(-SNR / 20).

Seen in the files: 118e06, 118e12 and 118e24 less 118 are 118e00 less 118 times
10**(-SNR / 20) everywhere, but for rounding (2 units of 5 uV) and for the last sample
of the files, which is off and is not used; and the noise of 119e12 is 0.2174 times that
of 118e00, where this rule says 0.2171. nst measures the noise on the first five minutes
of its noise record, which it does not add: measured in the same way on the stretches
that it adds, the ratio is about 4.5 dB lower than its name says.

References
----------
.. [1] Moody G. B., Muldrow W. K., Mark R. G. (1984). A noise stress test for arrhythmia
   detectors. Computers in Cardiology 11, 381-384. doi:10.13026/C2HS3T. The program:
   https://physionet.org/physiotools/wag/nst-1.htm
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks._annotated import Annotated, read_record

CLEAN, NOISY = "118", "118e00"
BEGIN, LENGTH, PERIOD = 300, 120, 240  # s: the first stretch, its length, the next one

_HALF = 0.05  # s to each side of a mark: there its QRS complex is measured
_MEASURED = 300  # beats at most
_TRIMMED = 20  # one in so many is left out at either end
_OTHER_QRS = frozenset("VEFr")  # ventricular beats do not say how large a normal QRS is


class ElectrodeNoise(NamedTuple):
    """Noise, as strong as 0 dB is for QRS complexes of `amplitude`."""

    signal: np.ndarray
    amplitude: float


def trimmed_mean(values: np.ndarray) -> float:
    """Return the mean without the least and the greatest twentieth."""
    n_out = values.size // _TRIMMED
    return float(np.sort(values)[n_out : values.size - n_out].mean())


def qrs_amplitude(record: Annotated) -> float:
    """Return the typical peak-to-peak amplitude of the beats that are not ventricular.

    The trimmed mean of the first 300, each measured within 50 ms of its mark.
    """
    half = round(_HALF * record.rate)
    usual = np.array([symbol not in _OTHER_QRS for symbol in record.symbols])
    whole = (record.beats >= half) & (record.beats < record.signal.size - half)
    beats = record.beats[usual & whole][:_MEASURED]
    around = record.signal[beats[:, None] + np.arange(-half, half + 1)]
    return trimmed_mean(np.ptp(around, axis=1))


def recover(noisy: Annotated, clean: Annotated) -> ElectrodeNoise:
    """Subtract the clean record from the noisy one."""
    added = noisy.signal - clean.signal
    added[-1] = added[-2]  # the database's last sample is not to be trusted
    return ElectrodeNoise(added - added[0], qrs_amplitude(clean))


def read_noise(nstdb: str, mitdb: str) -> ElectrodeNoise:
    """Recover the noise of the stress test database from its record 118e00."""
    return recover(
        read_record(Path(nstdb) / NOISY, extension="atr"),
        read_record(Path(mitdb) / CLEAN, extension="atr"),
    )


def add_noise(record: Annotated, noise: ElectrodeNoise, *, snr: float) -> Annotated:
    """Return the record with noise added at a signal-to-noise ratio in dB."""
    gain = qrs_amplitude(record) / noise.amplitude * 10 ** (-snr / 20)
    added = gain * noise.signal[: record.signal.size]
    return record._replace(signal=record.signal + added)


def stretches(n_times: int, rate: float) -> list[tuple[int, int]]:
    """Return where the noise begins and ends, in samples."""
    seconds = range(BEGIN, int(n_times / rate) + 1, PERIOD)
    edges = [(round(s * rate), round((s + LENGTH) * rate)) for s in seconds]
    return [(first, min(last, n_times)) for first, last in edges if first < n_times]


def within_noise(record: Annotated, peaks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the marks and the peaks that lie in the noisy stretches.

    A stretch is moved to the middle between two beats, so that its limits part no mark
    from the detection that belongs to it.
    """
    limits = np.ravel(stretches(record.signal.size, record.rate))
    behind = np.clip(np.searchsorted(record.beats, limits), 1, record.beats.size - 1)
    moved = (record.beats[behind - 1] + record.beats[behind]) / 2
    moved = np.where(limits >= record.signal.size, record.signal.size, moved)

    def inside(samples: np.ndarray) -> np.ndarray:
        return samples[np.searchsorted(moved, samples, side="right") % 2 == 1]

    return inside(record.beats), inside(peaks)
