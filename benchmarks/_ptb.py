"""PTB's records as a task for transfer, and networks that know MIT-BIH's beats."""

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from sklearn.frozen import FrozenEstimator

from skecg.classifiers import SignalClassifier
from skecg.datasets import load_kaggle_heartbeat, read_mitbih, read_ptb
from skecg.exceptions import GroupsWarning, LeadWarning, SignalQualityWarning
from skecg.nn.augmentation import Augmentation
from skecg.preprocessing import BeatSegmenter
from skecg.signal.filters import bandpass
from skecg.signal.resampling import resample
from skecg.signal.rpeaks import detect_rpeaks

RATE = 125.0  # of beats, in Hz
WAVE_RATE = 500.0  # of the records whose waves are measured, in Hz
WINDOW = (0.3, 0.6)  # seconds around R: the P wave and most of the T wave
LEADS = ("II", "I", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
NETWORK = "convnet1d"
EPOCHS = 12  # on PTB, with weights or without
LAYERS = (1, 4, 8, "all")  # the last, the dense ones, two stages more, all of them
MOST_OF_A_CLASS = 10_000  # beats to pre-train on: N alone has 90,000


class Beats(NamedTuple):
    """Beats as rows, and who they are from.

    Attributes
    ----------
    data : ndarray of shape (n_beats, n_times) or (n_beats, n_leads, n_times)
        At `RATE`.
    target : ndarray of str of shape (n_beats,)
        Their classes.
    sha256 : str
        Over the files they are from.
    """

    data: np.ndarray
    target: np.ndarray
    sha256: str


class Excerpts(NamedTuple):
    """Records of PTB whose diagnosis is known, and their beats.

    Attributes
    ----------
    records : ndarray of shape (n_records, n_leads, n_times)
        At `WAVE_RATE`, in mV.
    beats : ndarray of shape (n_records, n_beats, n_leads, n_times)
        Of the records at `RATE`, NaN where a record has fewer.
    target, patient : ndarray of str of shape (n_records,)
        "healthy" or what it is held against, and the patient.
    age : ndarray of shape (n_records,)
        In years, NaN where the header does not say.
    sha256 : str
        Over the files read.
    """

    records: np.ndarray
    beats: np.ndarray
    target: np.ndarray
    patient: np.ndarray
    age: np.ndarray
    sha256: str

    def rows(self, n_leads: int) -> Beats:
        """Return every beat as a row with the label of its record; one lead is II."""
        there = ~np.isnan(self.beats).all(axis=(2, 3))
        labels = self.target[np.nonzero(there)[0]]
        return Beats(self.beats[there][:, :n_leads], labels, self.sha256)


def read_excerpts(folder: str, against: str) -> Excerpts:
    """Read healthy persons, and the "diseased" or those with an "infarction".

    Records without a diagnosis are left out, whatever the healthy are held against.
    """
    ptb = read_ptb(folder, leads=LEADS)
    target = ptb.target
    kept = np.isin(target, ("healthy", "infarction"))
    if against == "diseased":
        kept = target != "unknown"
    labels = np.where(target[kept] == "healthy", "healthy", against)
    raw, rate = ptb.data[kept].astype(np.float32), ptb.sampling_rate
    records = resample(raw, sampling_rate=rate, target_rate=WAVE_RATE)
    return Excerpts(
        records,
        cut(raw, rate),
        labels,
        ptb.groups[kept],
        ptb.age[kept],
        ptb.sha256,
    )


def find_rpeaks(signal: np.ndarray, sampling_rate: float) -> np.ndarray:
    """Find R-peaks by the default detector, or by another where it finds none.

    When the kept figures were measured the first found none in two records of PTB,
    blocks with very wide QRS complexes.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SignalQualityWarning)
        peaks = detect_rpeaks(signal, sampling_rate=sampling_rate)
    if peaks.size:
        return peaks
    return detect_rpeaks(signal, sampling_rate=sampling_rate, method="hamilton2002")


def cut(records: np.ndarray, sampling_rate: float) -> np.ndarray:
    """Cut records into beats at `RATE`, free of wander and centred, in mV.

    Each step answers one record at a time: nothing passes from a test part to a
    training part.
    """
    slow = resample(records, sampling_rate=sampling_rate, target_rate=RATE)
    level = bandpass(slow, sampling_rate=RATE)
    segmenter = BeatSegmenter(
        sampling_rate=RATE, window=WINDOW, output="beats", method=find_rpeaks
    )
    return centre(segmenter.fit_transform(level))


def centre(beats: np.ndarray) -> np.ndarray:
    """Take the median of each lead of each beat off; the amplitudes stay."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the places without a beat
        return beats - np.nanmedian(beats, axis=-1, keepdims=True)


def read_mitbih_beats(folder: str) -> Beats:
    """Read the beats of MIT-BIH, cut and centred as those of PTB."""
    with warnings.catch_warnings():
        # 102 and 104 have no MLII: their first lead is used.
        warnings.simplefilter("ignore", LeadWarning)
        beats = read_mitbih(folder, beats="centered", window=WINDOW)
    return Beats(centre(beats.data), beats.target, beats.sha256)


def read_kaggle(folder: str, subset: str) -> Beats:
    """Read a part of the Kaggle files, whose beats nobody can tell the patient of."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", GroupsWarning)  # the figures say it
        beats = load_kaggle_heartbeat(folder, subset=subset)
    return Beats(beats.data, beats.target, beats.sha256)


def pretrain(beats: Beats, seed: int) -> FrozenEstimator:
    """Train the network on the five classes of MIT-BIH's beats, for three epochs."""
    rng = np.random.default_rng(seed)
    rows = [_some(rng, beats.target == label) for label in np.unique(beats.target)]
    chosen = np.sort(np.concatenate(rows))
    model = SignalClassifier(
        NETWORK, sampling_rate=RATE, max_epochs=3, random_state=seed
    )
    return FrozenEstimator(model.fit(beats.data[chosen], beats.target[chosen]))


def learner(
    source: FrozenEstimator | None,
    seed: int,
    augment: Sequence[Augmentation] | None = None,
) -> SignalClassifier:
    """Return the network for PTB's beats, with the weights of `source` or its draw."""
    return SignalClassifier(
        NETWORK,
        sampling_rate=RATE,
        max_epochs=EPOCHS,
        batch_size=64,
        augment=augment,
        weights=source,
        lead_adapt="mean",
        random_state=seed,
    )


def _some(rng: np.random.Generator, mask: np.ndarray) -> np.ndarray:
    return rng.permutation(np.flatnonzero(mask))[:MOST_OF_A_CLASS]
