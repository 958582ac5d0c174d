"""Healthy persons and patients with an infarction: fourteen of the PTB database."""

from importlib.resources import files

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._archive import read_archive, restore_steps
from skecg.datasets._files import sha256_of_files
from skecg.datasets._ptb_facts import label_of

PTB_STEPS_PER_MILLIVOLT = 200
"""Resolution of the stored samples: 5 uV."""

_FOLDER = files("skecg.datasets") / "data" / "ptbdb"
_ARCHIVE = _FOLDER / "records.npz"


def load_ptb_sample() -> Bunch:
    """Load ten seconds of seven healthy persons and of seven with an infarction.

    Twelve leads at 1000 Hz, the original rate, from the PTB Diagnostic ECG Database
    [1]_, rounded to steps of 5 uV. The healthy ones are the oldest that were at hand,
    and yet nine years younger on average: a classifier may find the age instead of the
    infarction. Fourteen persons show how something is done, never how well.

    Returns
    -------
    Bunch
        As from `read_ptb`, made anew by every call:

        data : ndarray of float32 of shape (14, 12, 10000)
            In mV, exactly ``float32(step / 200)``.
        target : ndarray of str of shape (14,)
            infarction or healthy, seven of each.
        diagnosis : ndarray of str of shape (14,)
            The reason for admission in the header's own words.
        groups : ndarray of str of shape (14,)
            The patient: each gave one record.
        record : ndarray of str of shape (14,)
            The record in the database that the ten seconds are from.
        sampling_rate : float
            1000.0 Hz.
        lead_names : ndarray of str of shape (14, 12)
            I, II, III, aVR, aVL, aVF, V1 to V6.
        age : ndarray of float64 of shape (14,)
            In years.
        sex : ndarray of str of shape (14,)
            female or male.
        sha256 : str
            Of the packaged file, to be written beside every score.
        DESCR : str
            Origin, making and licence (ODC-By 1.0).

    See Also
    --------
    read_ptb : Read the whole database.
    fetch_ptb : Download it.

    References
    ----------
    .. [1] Bousseljot R., Kreiseler D., Schnabel A. (1995). Nutzung der
       EKG-Signaldatenbank CARDIODAT der PTB ueber das Internet. Biomedizinische Technik
       40 (Suppl. 1), 317-318. :doi:`10.1515/bmte.1995.40.s1.317`

    Examples
    --------
    >>> from skecg.datasets import load_ptb_sample
    >>> sample = load_ptb_sample()
    >>> sample.data.shape, sample.sampling_rate
    ((14, 12, 10000), 1000.0)
    >>> sorted(set(sample.target.tolist()))
    ['healthy', 'infarction']
    """
    stored = read_archive(_ARCHIVE)  # made by tools/make_ptb_sample.py
    record = stored["record"]
    return Bunch(
        data=restore_steps(stored["differences"], PTB_STEPS_PER_MILLIVOLT),
        target=np.array([label_of(reason) for reason in stored["diagnosis"].tolist()]),
        diagnosis=stored["diagnosis"],
        groups=np.array([name.partition("/")[0] for name in record.tolist()]),
        record=record,
        sampling_rate=float(stored["sampling_rate"]),
        lead_names=np.tile(stored["lead_names"], (record.size, 1)),
        age=stored["age"],
        sex=stored["sex"],
        sha256=sha256_of_files([_ARCHIVE]),
        DESCR=(_FOLDER / "README.rst").read_text(encoding="utf-8"),
    )
