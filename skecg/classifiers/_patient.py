"""The classifier of heartbeats for patients that it has never seen."""

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import VotingClassifier
from sklearn.utils import check_random_state

from skecg.classifiers._network import Rows
from skecg.classifiers._signal import SignalClassifier
from skecg.nn.augmentation import LeadDropout, Noise, Scale, Shift
from skecg.signal.patient import PATIENT_RATE, patient_columns

_N_PER_LEAD = len(patient_columns(2)) - len(patient_columns(1))
_N_SHARED = len(patient_columns(1)) - _N_PER_LEAD


def make_patient_classifier(
    n_leads: int = 1,
    *,
    n_networks: int = 3,
    max_epochs: int = 6,
    n_jobs: int | None = None,
    device: str = "auto",
    random_state: int | np.random.RandomState | None = None,
) -> VotingClassifier:
    """Build the classifier of beats that stand beside their own patient's.

    A few small networks that differ in their random draws, and the mean of what they
    say. They take the beats of `skecg.signal.patient.patient_beats`, which
    ``read_mitbih(beats="patient")`` and ``load_heartbeats(beats="patient")`` bring. Its
    settings come from trials on the patients of MIT-BIH's DS1, on which it is
    cross-validated too; ``benchmarks/RESULTS.md`` says what was compared, and what not.
    One lead is the default for the same reason; on the patients of DS2 both leads did
    better, which is told there and decides nothing.

    Parameters
    ----------
    n_leads : int, default=1
        Leads of the records, which must be those of the beats it will be given; beats
        have twice as many rows, and more columns with more leads.
    n_networks : int, default=3
        How many vote.
    max_epochs : int, default=6
        Passes over the training rows.
    n_jobs : int, default=None
        Networks that are trained at the same time, each in a process.
    device : str, default="auto"
        See `SignalClassifier`.
    random_state : int, RandomState or None, default=None
        Seeds the networks, each with another number drawn from it.

    Returns
    -------
    VotingClassifier
        Unfitted; ``named_estimators_`` has the networks after `fit`. `fit` and
        `predict` raise ValueError for beats of another number of leads.

    Raises
    ------
    ValueError
        If there is no lead, or no network.

    See Also
    --------
    skecg.signal.patient.patient_beats : The beats that it takes.

    Examples
    --------
    >>> from skecg.classifiers import make_patient_classifier
    >>> from skecg.datasets import load_heartbeats
    >>> heartbeats = load_heartbeats(beats="patient")
    >>> few = heartbeats.data[::20], heartbeats.target[::20]
    >>> clf = make_patient_classifier(n_networks=1, max_epochs=1, random_state=0)
    >>> clf.fit(*few).predict_proba(few[0]).shape == (len(few[1]), 5)
    True
    """
    if n_leads < 1 or n_networks < 1:
        raise ValueError(
            "There must be at least one lead and one network, got "
            f"n_leads={n_leads} and n_networks={n_networks}."
        )
    seeds = check_random_state(random_state).randint(2**31 - 1, size=n_networks)
    networks = [
        (f"network{index}", _network(n_leads, max_epochs, device, int(seed)))
        for index, seed in enumerate(seeds)
    ]
    return VotingClassifier(networks, voting="soft", n_jobs=n_jobs)


class _PatientNetwork(SignalClassifier):
    """A network on the beats of `patient_beats`; not public.

    Beats of another number of leads have other rows and other columns. They would pass
    for beats of another window, a part of their columns for samples or the other way
    round, so they are refused.
    """

    def _read_rows(self, X: npt.ArrayLike, *, reset: bool) -> Rows:
        n_leads = (self.context - _N_SHARED) // _N_PER_LEAD
        shape = np.shape(X)
        if len(shape) != 3 or shape[1] != 2 * n_leads:
            raise ValueError(
                f"This classifier was built for beats of {n_leads} lead(s), an X of "
                f"shape (n_beats, {2 * n_leads}, n_window + {self.context}) as "
                f"patient_beats cuts them, got shape {shape}{_of_leads(shape)}. Give "
                "make_patient_classifier the n_leads of the beats, or cut them from "
                f"{n_leads} lead(s)."
            )
        return super()._read_rows(X, reset=reset)


def _of_leads(shape: tuple[int, ...]) -> str:
    if len(shape) != 3 or shape[1] % 2:
        return ""
    return f", which is of {shape[1] // 2} lead(s)"


def _network(n_leads: int, max_epochs: int, device: str, seed: int) -> _PatientNetwork:
    return _PatientNetwork(
        "contextnet1d",
        context=len(patient_columns(n_leads)),
        sampling_rate=PATIENT_RATE,
        max_epochs=max_epochs,
        weight_decay=0.05,
        class_weight="sqrt",
        augment=[Shift(0.016), Scale(), Noise(0.03), LeadDropout(0.2)],
        device=device,
        random_state=seed,
    )
