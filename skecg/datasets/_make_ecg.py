"""Synthetic records whose waves are known."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import Bunch

from skecg.datasets._ecg_model import (
    draw_rhythm,
    draw_wander,
    draw_waves,
    place_waves,
    tell_waves,
)
from skecg.signal._checks import check_sampling_rate

# How high the waves are beside those of lead II.
_LEADS = {
    "II": (1.0, 1.0, 1.0, 1.0, 1.0),
    "V5": (0.6, 1.3, 1.4, 1.2, 1.2),
    "V1": (0.4, 0.3, 0.25, 4.5, -0.3),
    "V2": (0.5, 0.3, 0.45, 5.5, 1.6),
    "I": (0.6, 0.8, 0.65, 0.6, 0.7),
    "III": (0.4, 0.6, 0.45, 0.8, 0.4),
    "aVR": (-0.8, -0.9, -0.8, -0.8, -0.85),
    "aVL": (0.3, 0.5, 0.35, 0.5, 0.3),
    "aVF": (0.7, 0.8, 0.7, 0.9, 0.7),
    "V3": (0.5, 0.5, 0.8, 4.0, 1.7),
    "V4": (0.6, 1.0, 1.3, 2.5, 1.5),
    "V6": (0.6, 1.2, 1.1, 0.6, 0.9),
}


def make_ecg(
    n_records: int = 10,
    *,
    sampling_rate: float,
    duration: float = 10.0,
    n_leads: int | None = None,
    heart_rate: npt.ArrayLike = 70.0,
    heart_rate_sd: float = 2.0,
    noise: float = 0.01,
    wander: float = 0.05,
    ectopic: float = 0.0,
    inverted_t: float = 0.0,
    random_state: int | np.random.Generator | None = None,
) -> Bunch:
    """Draw synthetic ECG records whose waves are known to the sample.

    Every beat is a sum of five Gaussians, P to T, as in the model of McSharry et al.
    [1]_; here they are drawn where they belong instead of integrated over time, so that
    a day takes seconds. P and T draw nearer to R as the RR interval shortens, with its
    square root above 0.5 s. The peaks of P, R and T stand on samples. A beat whose
    R-peak is outside the record leaves no wave in it.

    It is meant for tests and for first steps: a method that works here has not been
    shown to work on patients.

    Parameters
    ----------
    n_records : int, default=10
        Number of records.
    sampling_rate : float
        In Hz.
    duration : float, default=10.0
        Length of each record, in seconds.
    n_leads : int, optional
        Leads per record, ``II, V5, V1, V2, ...`` in this order; behind twelve the
        names begin anew as ``II-2``. By default lead II alone, in two dimensions.
    heart_rate : float or array-like of shape (n_records,), default=70.0
        Mean rate, of all or of each record, in beats per minute.
    heart_rate_sd : float, default=2.0
        Standard deviation of the rate from beat to beat, in beats per minute. The rate
        stays within half and twice its mean.
    noise : float, default=0.01
        Standard deviation of white noise, in mV.
    wander : float, default=0.05
        Root mean square of a baseline that moves at 0.05 to 0.5 Hz, in mV.
    ectopic : float, default=0.0
        Share of beats that come early, half of them S, half V. V beats are wide, lack a
        P wave and are followed by a pause.
    inverted_t : float, default=0.0
        Share of records whose T waves are turned over; rounded to whole records.
    random_state : int, numpy.random.Generator or None, default=None
        Settles the draw. None draws anew each time; numpy's global state is never used.

    Returns
    -------
    Bunch
        Lists have one entry per record, and its arrays one per beat:

        data : ndarray of float64 of shape (n_records, n_times) or (n_records, \
n_leads, n_times)
            In mV.
        rpeaks : list of ndarray of int64 of shape (n_beats,)
            R-peaks, in samples.
        p_peaks, t_peaks : list of ndarray of float64 of shape (n_beats,)
            Peaks of the P and the T wave, in samples; NaN where there is none or it
            would stand outside of the record.
        onsets, offsets : dict of str to list of ndarray of float64
            Where the waves ``"p"``, ``"qrs"`` and ``"t"`` begin and end, in fractions
            of samples: where the tangent at a Gaussian's steepest point meets zero,
            two standard deviations from its centre. NaN where there is no such wave or
            the mark would stand outside of the record.
        target : list of ndarray of str of shape (n_beats,)
            ``"N"``, ``"S"`` or ``"V"``.
        inverted_t : ndarray of bool of shape (n_records,)
            Whose T waves are turned over.
        sampling_rate : float
            As given.
        lead_names : ndarray of str of shape (n_records, n_leads)
            Names of the leads.
        groups, record : ndarray of str of shape (n_records,)
            Patient and record: one of each per row.

    Raises
    ------
    ValueError
        If a number, a rate or a duration is not above zero, a share is not between 0
        and 1, a standard deviation is below zero, or `heart_rate` has another length.

    See Also
    --------
    load_mitbih_sample : Real records with expert annotations.

    References
    ----------
    .. [1] McSharry P. E., Clifford G. D., Tarassenko L., Smith L. A. (2003). A
       dynamical model for generating synthetic electrocardiogram signals. IEEE
       Transactions on Biomedical Engineering 50(3). :doi:`10.1109/TBME.2003.808805`

    Examples
    --------
    >>> from skecg.datasets import make_ecg
    >>> ecg = make_ecg(4, sampling_rate=250.0, n_leads=2, random_state=0)
    >>> ecg.data.shape, ecg.lead_names[0].tolist()
    ((4, 2, 2500), ['II', 'V5'])
    >>> len(ecg.rpeaks[0]) == len(ecg.t_peaks[0]) == len(ecg.target[0])
    True
    """
    rate = check_sampling_rate(sampling_rate)
    names = _name_leads(n_leads)
    _check(n_records=n_records, duration=duration)
    _check(least=0, heart_rate_sd=heart_rate_sd, noise=noise, wander=wander)
    _check(least=0, most=1, ectopic=ectopic, inverted_t=inverted_t)
    rng = np.random.default_rng(random_state)
    rhythm = draw_rhythm(
        rng, _as_rates(heart_rate, n_records), heart_rate_sd, ectopic, duration
    )
    turned = rng.permutation(np.arange(n_records) < round(inverted_t * n_records))
    shape = (n_records, len(names), max(1, round(duration * rate)))
    waves = place_waves(rhythm, turned, rate, shape[-1])
    gains = np.array([_LEADS[name.partition("-")[0]] for name in names])
    data = draw_waves(waves, gains, shape)
    data += draw_wander(rng, shape, rate, wander)
    data += noise * rng.standard_normal(shape)
    return Bunch(
        data=data[:, 0] if n_leads is None else data,
        **tell_waves(waves, n_records, shape[-1]),
        inverted_t=turned,
        sampling_rate=rate,
        lead_names=np.tile(names, (n_records, 1)),
        groups=np.arange(n_records).astype(str),
        record=np.arange(n_records).astype(str),
    )


def _name_leads(n_leads: int | None) -> list[str]:
    _check(n_leads=1 if n_leads is None else n_leads)
    names = list(_LEADS)
    return [
        names[i % len(names)] + (f"-{i // len(names) + 1}" if i >= len(names) else "")
        for i in range(n_leads or 1)
    ]


def _as_rates(heart_rate: npt.ArrayLike, n_records: int) -> np.ndarray:
    rates = np.asarray(heart_rate, dtype=np.float64)
    if rates.ndim and rates.shape != (n_records,):
        raise ValueError(
            f"heart_rate must be a number or one for each of the {n_records} records, "
            f"got shape {rates.shape}."
        )
    if not (np.isfinite(rates) & (rates > 0)).all():
        raise ValueError(
            f"heart_rate must be above 0 beats per minute, got {heart_rate!r}."
        )
    return np.broadcast_to(rates, n_records)


def _check(*, least: float | None = None, most: float = math.inf, **given: Any) -> None:
    """Refuse what is no number between `least`, or above zero, and `most`."""
    for name, value in given.items():
        enough = value > 0 if least is None else value >= least
        if not (enough and value <= most and math.isfinite(value)):
            low = "above 0" if least is None else f"at least {least}"
            high = "" if most == math.inf else f" and at most {most}"
            raise ValueError(f"{name} must be {low}{high}, got {value!r}.")
