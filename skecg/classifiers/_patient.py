"""The classifier of heartbeats for patients that it has never seen."""

import numpy as np
from sklearn.ensemble import VotingClassifier
from sklearn.utils import check_random_state

from skecg.classifiers._signal import SignalClassifier
from skecg.nn.augmentation import LeadDropout, Noise, Scale, Shift
from skecg.signal.patient import PATIENT_RATE, patient_columns


def make_patient_classifier(
    n_leads: int = 2,
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
    settings follow trials on the patients of MIT-BIH's DS1; ``benchmarks/RESULTS.md``
    says what was compared, and that this very combination was not.

    Parameters
    ----------
    n_leads : int, default=2
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
        Unfitted; ``named_estimators_`` has the networks after `fit`.

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


def _network(n_leads: int, max_epochs: int, device: str, seed: int) -> SignalClassifier:
    return SignalClassifier(
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
