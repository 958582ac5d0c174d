"""Real records whose waves experts have marked: twenty of the Lobachevsky database."""

from importlib.resources import files
from typing import NamedTuple

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._archive import read_archive, restore_steps

STEPS_PER_RANGE = 1000
"""Resolution of the stored samples: the database scales each lead to a range of 1."""

LAST_FOR_TUNING = 75
"""Kernels are tuned on records up to this one, and reported on the ones behind it."""

WAVES = ("p", "qrs", "t")

_FOLDER = files("skecg.datasets") / "data" / "ludb"


class WaveAnnotations(NamedTuple):
    """The waves that cardiologists marked in one record.

    Attributes
    ----------
    p, qrs, t : ndarray of int64 of shape (n_waves, 3)
        Onset, peak and offset of each wave, in samples.
    """

    p: np.ndarray
    qrs: np.ndarray
    t: np.ndarray


def load_ludb_sample() -> Bunch:
    """Load twenty records of the Lobachevsky database, with P, QRS and T marked.

    Ten seconds at 500 Hz, the original rate and marks, of patients chosen for variety:
    normal and early, fast, slow, blocked and paced beats, atrial fibrillation and
    flutter, upright, flat and inverted T waves [1]_. Experts marked the waves of lead
    II one by one. They left out what stands at a record's ends: judge a method between
    the first and the last mark only.

    Returns
    -------
    Bunch
        Made anew by every call:

        data : ndarray of float32 of shape (20, 5, 5000)
            The database scales each lead of a record so that its lowest and highest
            sample are 1 apart. The numbers are therefore **not** millivolts and cannot
            be compared between leads or records.
        annotations : list of WaveAnnotations(p, qrs, t), one per record
            Marks of lead II, which is the first. Every wave has all three of its marks;
            where it is absent there is no row.
        sampling_rate : float
            500.0 Hz.
        lead_names : ndarray of str of shape (20, 5)
            II, I, V1, V2, V5.
        groups, record : ndarray of str of shape (20,)
            The patient and the record; each patient has one.
        for_tuning : ndarray of bool of shape (20,)
            Whether the record is one of 1 to 75, on which the kernels of this package
            are tuned; what is reported comes from the others.
        diagnoses : ndarray of str of shape (20,)
            What the cardiologists wrote, findings separated by semicolons.
        DESCR : str
            Origin, making and licence (ODC-By 1.0).

    See Also
    --------
    load_mitbih_sample : Longer records with the classes of their beats.
    make_ecg : Synthetic records whose waves are known.

    References
    ----------
    .. [1] Kalyakulina A. I. et al. (2020). LUDB: A new open-access validation tool for
       electrocardiogram delineation algorithms. IEEE Access 8, 186181-186190.
       :doi:`10.1109/ACCESS.2020.3029211`

    Examples
    --------
    >>> from skecg.datasets import load_ludb_sample
    >>> sample = load_ludb_sample()
    >>> sample.data.shape, sample.sampling_rate
    ((20, 5, 5000), 500.0)
    >>> sample.annotations[0].qrs.shape[1]
    3
    """
    stored = read_archive(_FOLDER / "records.npz")  # by tools/make_ludb_sample.py
    waves = {
        name: np.split(
            stored[name].astype(np.int64), np.cumsum(stored[f"n_{name}"])[:-1]
        )
        for name in WAVES
    }
    record = stored["record"]
    return Bunch(
        data=restore_steps(stored["differences"], STEPS_PER_RANGE),
        annotations=[
            WaveAnnotations(*marks)
            for marks in zip(*(waves[name] for name in WAVES), strict=True)
        ],
        sampling_rate=float(stored["sampling_rate"]),
        lead_names=np.tile(stored["lead_names"], (record.size, 1)),
        groups=record.copy(),
        record=record,
        for_tuning=record.astype(np.int64) <= LAST_FOR_TUNING,
        diagnoses=stored["diagnoses"],
        DESCR=(_FOLDER / "README.rst").read_text(encoding="utf-8"),
    )
