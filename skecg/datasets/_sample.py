"""The real heartbeats inside the package: two minutes of every MIT-BIH record."""

from importlib.resources import files
from typing import Literal, NamedTuple, get_args, overload

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._archive import read_archive, restore_steps
from skecg.datasets._beats import (
    MarkedLead,
    check_choice,
    check_n_leads,
    context_names,
    cut_beats,
    gather_beats,
)
from skecg.datasets._files import sha256_of_files
from skecg.datasets._mitbih_facts import patient_of

STEPS_PER_MILLIVOLT = 200
"""Resolution of the stored samples: 5 uV, the recorder's own."""

SampleForm = Literal["kachuee", "patient"]

_WINDOW = (0.4, 0.8)  # seconds around the R-peak, for beats beside their patient's own
_FOLDER = files("skecg.datasets") / "data" / "mitbih"
_ARCHIVE = _FOLDER / "excerpts.npz"


class BeatAnnotations(NamedTuple):
    """The expert's beats in one excerpt.

    Attributes
    ----------
    sample : ndarray of int64 of shape (n_beats,)
        Where they are, in samples of the excerpt (125 Hz).
    symbol : ndarray of str of shape (n_beats,)
        What they are, as PhysioNet writes it; `skecg.signal.aami` pools them.
    """

    sample: np.ndarray
    symbol: np.ndarray


def load_mitbih_sample() -> Bunch:
    """Load two minutes of each of the 48 MIT-BIH records, with expert annotations.

    Both leads, resampled from 360 Hz to 125 Hz and stored in steps of 5 uV, which are
    the recorder's own: ``data`` is exactly ``float32(step / 200)``. Of each record it
    is the stretch in which the rarer of the five AAMI classes are best represented, so
    the classes are more even than in the whole records [1]_ and heart rate or class
    frequencies are not to be read from them.

    Returns
    -------
    Bunch
        Made anew by every call:

        data : ndarray of float32 of shape (48, 2, 15000)
            In mV. The first lead is MLII, except V5 in 102 and 104, which have none.
        annotations : list of BeatAnnotations(sample, symbol), one per record
            Beats only: rhythm changes, noise marks and flutter waves are left out.
        sampling_rate : float
            125.0 Hz.
        lead_names : ndarray of str of shape (48, 2)
            Names of the leads.
        groups : ndarray of str of shape (48,)
            The patient; 201 and 202 share one.
        record : ndarray of str of shape (48,)
            The record's id.
        start : ndarray of int64 of shape (48,)
            Where the excerpt begins in the full record, in seconds.
        sha256 : str
            Of the packaged file, to be written beside every score.
        DESCR : str
            Origin, making and licence (ODC-By 1.0).

    References
    ----------
    .. [1] Moody G. B., Mark R. G. (2001). The impact of the MIT-BIH Arrhythmia
       Database. IEEE Engineering in Medicine and Biology 20(3), 45-50.
       :doi:`10.1109/51.932724`

    Examples
    --------
    >>> from skecg.datasets import load_mitbih_sample
    >>> sample = load_mitbih_sample()
    >>> sample.data.shape, sample.sampling_rate
    ((48, 2, 15000), 125.0)
    >>> sample.record[0].item(), sample.lead_names[0].tolist()
    ('100', ['MLII', 'V5'])
    >>> sample.annotations[0].symbol[:3].tolist()
    ['N', 'N', 'N']
    """
    stored = _read_archive()
    record = stored["record"]
    ends = np.cumsum(stored["n_beats"])[:-1]
    return Bunch(
        data=restore_steps(stored["differences"], STEPS_PER_MILLIVOLT),
        annotations=[
            BeatAnnotations(sample.astype(np.int64), symbol)
            for sample, symbol in zip(
                np.split(stored["beat_sample"], ends),
                np.split(stored["beat_symbol"], ends),
                strict=True,
            )
        ],
        sampling_rate=float(stored["sampling_rate"]),
        lead_names=stored["lead_names"],
        groups=np.array([patient_of(name) for name in record.tolist()]),
        record=record,
        start=stored["start"].astype(np.int64),
        sha256=sha256_of_files([_ARCHIVE]),
        DESCR=(_FOLDER / "README.rst").read_text(encoding="utf-8"),
    )


@overload
def load_heartbeats(
    *,
    beats: SampleForm = ...,
    n_leads: int = ...,
    context: bool = ...,
    return_X_y: Literal[False] = ...,
) -> Bunch: ...


@overload
def load_heartbeats(
    *,
    beats: SampleForm = ...,
    n_leads: int = ...,
    context: bool = ...,
    return_X_y: Literal[True],
) -> tuple[np.ndarray, np.ndarray]: ...


def load_heartbeats(
    *,
    beats: SampleForm = "kachuee",
    n_leads: int = 1,
    context: bool = False,
    return_X_y: bool = False,
) -> Bunch | tuple[np.ndarray, np.ndarray]:
    """Load the heartbeats of the packaged MIT-BIH excerpts as one array.

    Each beat is the 1.2 T from its expert annotation on, scaled to [0, 1] and
    zero-padded to 187 samples at 125 Hz, the form of Kachuee et al. [1]_, cut from the
    first lead (MLII, in 102 and 104 V5); or the beat beside the median beat of its
    excerpt, on that lead or on both.

    Parameters
    ----------
    beats : {"kachuee", "patient"}, default="kachuee"
        The form of Kachuee et al., or that of `skecg.signal.patient.patient_beats`.
    n_leads : {1, 2}, default=1
        Leads of a beat; only ``"patient"`` takes two.
    context : bool, default=False
        Append the columns of `skecg.signal.rhythm.rr_context` behind the samples. An
        excerpt's first beat takes the interval after it for the one before it, and the
        last the other way round. ``"patient"`` brings columns of its own.
    return_X_y : bool, default=False
        Return ``(data, target)`` instead of the Bunch.

    Returns
    -------
    Bunch or tuple of ndarray
        Fresh arrays with one row per beat, record after record:

        data : ndarray of float32 of shape (n_beats, 187), (n_beats, 187 + 8) or \
(n_beats, 2 * n_leads, 150 + n_columns)
            The beats, and their context columns where asked for; `n_columns` is 45 of
            one lead and 57 of two.
        target : ndarray of str
            N, S, V, F or Q, by the map of the literature.
        groups : ndarray of str
            The patient. 201 and 202 are one.
        record : ndarray of str
            The record's id, which the DS1/DS2 split goes by.
        symbol : ndarray of str
            What the annotator wrote.
        lead : ndarray of str
            Name of the lead the beat was cut from.
        sample_index : ndarray of int64
            The annotation, in samples of the excerpt (125 Hz).
        time : ndarray of float64
            The same in seconds from the excerpt's beginning.
        sampling_rate : float
            125.0 Hz.
        context_names : tuple of str
            The columns behind the samples; empty without `context`.
        dropped : list of DroppedBeat(record, sample_index, symbol)
            Beats that run past the end of their excerpt.
        sha256 : str
            Of the packaged file, to be written beside every score.
        DESCR : str
            Origin, making and licence (ODC-By 1.0).

    Raises
    ------
    ValueError
        If the form is unknown, or does not take that many leads.

    References
    ----------
    .. [1] Kachuee M., Fazeli S., Sarrafzadeh M. (2018). ECG heartbeat classification:
       a deep transferable representation. IEEE International Conference on Healthcare
       Informatics. :doi:`10.1109/ICHI.2018.00092`

    Examples
    --------
    >>> from skecg.datasets import load_heartbeats
    >>> heartbeats = load_heartbeats(context=True)
    >>> heartbeats.data.shape[1] - len(heartbeats.context_names)
    187
    >>> X, y = load_heartbeats(return_X_y=True)
    >>> sorted(set(y.tolist()))
    ['F', 'N', 'Q', 'S', 'V']
    """
    check_choice("beats", beats, get_args(SampleForm))
    check_n_leads(beats, n_leads)
    sample = load_mitbih_sample()
    parts = []
    for signals, marked, record, lead in zip(
        sample.data,
        sample.annotations,
        sample.record.tolist(),
        sample.lead_names[:, 0].tolist(),
        strict=True,
    ):
        marks = MarkedLead(
            record, lead, sample.sampling_rate, marked.sample, marked.symbol
        )
        leads = signals[:n_leads]
        cut = cut_beats(leads, marks, beats=beats, window=_WINDOW, context=context)
        parts.append(cut)
    names = context_names(beats, context=context, n_leads=n_leads)
    bunch = gather_beats(parts, symbols="literature", context_names=names)
    if return_X_y:
        return bunch.data, bunch.target
    return Bunch(**bunch, sha256=sample.sha256, DESCR=sample.DESCR)


def _read_archive() -> dict[str, np.ndarray]:
    # Made by tools/make_mitbih_sample.py.
    return read_archive(_ARCHIVE)
