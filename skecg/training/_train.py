"""Training: held out, measured, and said so in a card."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sklearn import config_context
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import get_routing_for_object

from skecg.classifiers import BeatwiseClassifier
from skecg.classifiers._progress import networks_of, with_progress, without_progress
from skecg.exceptions import GroupsWarning, MissingClassWarning, SignalQualityWarning
from skecg.model_selection import GroupValidSplit
from skecg.persistence import ModelCard
from skecg.preprocessing import BeatSegmenter
from skecg.training._card import make_card
from skecg.training._evaluation import Evaluation, evaluate_answers
from skecg.training._models import default_estimator
from skecg.training._split import SplitPlan, plan_split

ProgressCallback = Callable[[int, int, str], object]
"""Called as ``on_progress(n_done, n_steps, what_was_done)``."""

_CALIBRATION = 0.25  # share of the training rows
_LEAST_OF_A_CLASS = 2


class Training(NamedTuple):
    """What `train_model` made.

    Attributes
    ----------
    estimator : classifier
        Fitted.
    card : ModelCard
        Data, protocol and figures in words, for `skecg.persistence.save`.
    evaluation : Evaluation
        The figures.
    split : str
        How rows were held out, one of `SPLITS`.
    n_train : int
        Rows that the estimator was trained on, those for its calibration included.
    n_test : int
        Rows that the figures are from.
    """

    estimator: BaseEstimator
    card: ModelCard
    evaluation: Evaluation
    split: str
    n_train: int
    n_test: int


class _Part(NamedTuple):
    # Rows to fit on, and those that a temperature is learnt from.
    fit: np.ndarray
    calibrate: np.ndarray | None

    @property
    def rows(self) -> np.ndarray:
        parts = [self.fit] if self.calibrate is None else [self.fit, self.calibrate]
        return np.concatenate(parts)


@dataclass(frozen=True, eq=False)
class TrainingPlan:
    """A training of which all is settled and nothing is done.

    Attributes
    ----------
    data : Bunch
        The data.
    estimator : classifier
        Unfitted.
    plan : SplitPlan
        Who is held out.
    parts : list of _Part
        What each fit takes: one for each fold, then one for all rows if there are
        several folds.
    random_state : int
        Seed.
    command : str
        What the card says made it.
    """

    data: Bunch
    estimator: BaseEstimator
    plan: SplitPlan
    parts: list[_Part]
    random_state: int
    command: str

    def run(self, *, on_progress: ProgressCallback | None = None) -> Training:
        """Train, measure, and write the card.

        Parameters
        ----------
        on_progress : callable, default=None
            Called as ``on_progress(n_done, n_steps, text)`` after each epoch.

        Returns
        -------
        Training

        Raises
        ------
        KeyboardInterrupt
            If it is broken off: no model is returned that is half trained.
        TrainingDivergedError
            If a loss becomes infinite or NaN.
        NoUsableRowError
            If no row of a part can be used.
        """
        tick = _Ticks(self.estimator, len(self.parts), on_progress)
        answers: list[np.ndarray] = []
        for part, fold in zip(self.parts, self.plan.folds, strict=False):
            model = self._fit(part, tick)
            answers.append(model.predict(self.data.data[fold.test]))
        tested = np.concatenate([fold.test for fold in self.plan.folds])
        if len(self.parts) > len(self.plan.folds):
            model = self._fit(self.parts[-1], tick)
        groups = self.data.groups
        evaluation = evaluate_answers(
            self.data.target[tested],
            np.concatenate(answers),
            groups=None if groups is None else groups[tested],
            unit=self.plan.unit,
        )
        part = self.parts[-1]
        card = make_card(
            self.data,
            self.plan,
            evaluation,
            trained=part.rows,
            calibrated=part.calibrate,
            is_calibrated=isinstance(model, CalibratedClassifierCV),
            random_state=self.random_state,
            command=self.command,
        )
        return Training(
            estimator=_whole_model(self.data, model, part.rows),
            card=card,
            evaluation=evaluation,
            split=self.plan.split,
            n_train=part.rows.size,
            n_test=tested.size,
        )

    def _fit(self, part: _Part, tick: "_Ticks") -> BaseEstimator:
        model = clone(self.estimator)
        before = tick.attach(model)
        data, target, groups = self.data.data, self.data.target, self.data.groups
        with config_context(enable_metadata_routing=True):
            params: dict[str, Any] = {}
            wanted = get_routing_for_object(model).consumes("fit", ["groups"])
            if groups is not None and wanted:
                params["groups"] = groups[part.fit]
            model.fit(data[part.fit], target[part.fit], **params)
        without_progress(model, before)
        if part.calibrate is None:
            return model
        rows, labels = data[part.calibrate], target[part.calibrate]
        if (model.predict(rows) == labels).all():
            return model  # the best temperature would be none at all: always sure
        calibrated = CalibratedClassifierCV(
            FrozenEstimator(model), method="temperature", cv=_LEAST_OF_A_CLASS
        )
        return calibrated.fit(rows, labels)


def plan_training(
    data: Bunch,
    estimator: BaseEstimator | None = None,
    *,
    split: str | None = None,
    test_fraction: float = 0.25,
    n_folds: int | None = None,
    calibrate: bool = False,
    random_state: int = 0,
    command: str = "",
) -> TrainingPlan:
    """Settle a training, so that what is wrong is said before the long part.

    Parameters
    ----------
    data, estimator, split, test_fraction, n_folds, calibrate, random_state, command
        As `train_model` takes them.

    Returns
    -------
    TrainingPlan
        With a method `run`.

    Raises
    ------
    ValueError
        As `train_model` says.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.utils import Bunch
    >>> from skecg.training import plan_training
    >>> rng = np.random.default_rng(0)
    >>> data = Bunch(
    ...     form="beats",
    ...     data=rng.normal(size=(40, 50)),
    ...     target=np.tile(["N", "V"], 20),
    ...     groups=np.repeat(["a", "b", "c", "d"], 10),
    ...     patients_known=True,
    ...     subset=None,
    ...     sampling_rate=125.0,
    ... )
    >>> plan_training(data).plan.split
    'patients'
    """
    if not 0 < test_fraction < 1:
        raise ValueError(f"test_fraction must be between 0 and 1, got {test_fraction}.")
    if estimator is None:
        estimator = default_estimator(data, random_state=random_state)
    plan = plan_split(
        data,
        split=split,
        test_fraction=test_fraction,
        n_folds=n_folds,
        random_state=random_state,
    )
    trained = [fold.train for fold in plan.folds]
    if len(plan.folds) > 1:
        trained.append(np.arange(len(data.target)))
    parts = [_Part(rows, None) for rows in trained]
    if calibrate:
        parts = [_with_calibration(data, plan, rows, random_state) for rows in trained]
    return TrainingPlan(data, estimator, plan, parts, random_state, command)


def train_model(
    data: Bunch,
    estimator: BaseEstimator | None = None,
    *,
    split: str | None = None,
    test_fraction: float = 0.25,
    n_folds: int | None = None,
    calibrate: bool = False,
    random_state: int = 0,
    command: str = "",
    on_progress: ProgressCallback | None = None,
) -> Training:
    """Train a classifier, measure it on what was held out, and say so in a card.

    Without `n_folds` the model that is returned is the one that was measured: it has
    never seen the rows that were held out. With `n_folds`, as many models are trained
    and each is measured on the rows that it has not seen; the one that is returned was
    trained on all rows in the same way, and not measured itself. The card says which.

    Parameters
    ----------
    data : Bunch
        From `skecg.datasets.read_data`.
    estimator : classifier, default=None
        Unfitted; it is cloned. None takes that of `default_estimator`.
    split : {"patients", "parts", "pictures", "beats"}, default=None
        What is held out: whole patients; the parts that the data came in; pictures,
        copies of one together; beats at random. The last two are optimistic. None
        takes the most honest one that the data allow.
    test_fraction : float, default=0.25
        Share that is held out, where it is not given by parts or folds.
    n_folds : int, default=None
        Of a cross-validation, instead.
    calibrate : bool, default=False
        Learn from a quarter of the training rows, whole patients again, how much the
        probabilities may be believed (temperature scaling). If all of these are
        classified rightly nothing can be learnt, and the card says so.
    random_state : int, default=0
        Seed of what is held out.
    command : str, default=""
        For the card: what made the model.
    on_progress : callable, default=None
        Called as ``on_progress(n_done, n_steps, text)`` after each epoch.

    Returns
    -------
    Training
        Of records, the estimator is a `~skecg.classifiers.BeatwiseClassifier` that
        finds and cuts the beats by itself.

    Raises
    ------
    ValueError
        Before anything is trained: if there are fewer than two classes or patients, the
        data do not allow `split`, or a class has too few rows to calibrate with.
    TrainingDivergedError
        If the loss of a network becomes infinite or NaN.
    NoUsableRowError
        If no row of a part can be used.

    Warns
    -----
    MissingClassWarning
        If a class is on one side of the split only.

    See Also
    --------
    skecg.persistence.save : Keeps estimator and card in a file.
    evaluate_model : Measures a model on other data.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skecg.datasets import load_heartbeats
    >>> from skecg.training import train_model
    >>> beats = load_heartbeats()
    >>> beats.update(form="beats", patients_known=True, subset=None)
    >>> trained = train_model(beats, LogisticRegression(max_iter=200))
    >>> trained.split, trained.evaluation.unit
    ('patients', 'patients')
    >>> trained.card.protocol[:24]
    'Whole patients held out.'
    """
    plan = plan_training(
        data,
        estimator,
        split=split,
        test_fraction=test_fraction,
        n_folds=n_folds,
        calibrate=calibrate,
        random_state=random_state,
        command=command,
    )
    return plan.run(on_progress=on_progress)


class _Ticks:
    # Counts epochs of all fits and tells the caller.

    def __init__(
        self,
        estimator: BaseEstimator,
        n_fits: int,
        on_progress: ProgressCallback | None,
    ) -> None:
        networks = networks_of(estimator).values()
        self.per_fit = sum(network.max_epochs for network in networks)
        self.n_fits, self.n_begun, self.n_done = n_fits, 0, 0
        self.on_progress = on_progress

    def attach(self, model: BaseEstimator) -> dict[str, Any]:
        self.n_begun += 1
        where = (
            f", {self.n_begun} of {self.n_fits} trainings" if self.n_fits > 1 else ""
        )

        def tell(epoch: int, loss: float) -> None:
            self.n_done += 1
            text = f"epoch {epoch}, loss {loss:.4f}{where}"
            if self.on_progress is not None:
                self.on_progress(self.n_done, self.per_fit * self.n_fits, text)

        return with_progress(model, tell)


def _with_calibration(
    data: Bunch, plan: SplitPlan, rows: np.ndarray, random_state: int
) -> _Part:
    groups = None if plan.split == "beats" or data.groups is None else data.groups[rows]
    splitter = GroupValidSplit(_CALIBRATION, random_state=random_state)
    target = data.target[rows]
    with warnings.catch_warnings():  # said as an error below, or in the card
        warnings.simplefilter("ignore", GroupsWarning)
        warnings.simplefilter("ignore", MissingClassWarning)
        fit, held_out = next(splitter.split(target, target, groups))
    for name in np.unique(target).tolist():
        n_held_out = int((target[held_out] == name).sum())
        if n_held_out < _LEAST_OF_A_CLASS or name not in target[fit]:
            raise ValueError(
                f"Class {name!r} has too few rows to calibrate with: of "
                f"{int((target == name).sum())} for training, {n_held_out} would be "
                f"for the calibration, and it needs {_LEAST_OF_A_CLASS} or more, with "
                "others left to learn from. Add rows, or train without calibrating."
            )
    return _Part(rows[fit], rows[held_out])


def _whole_model(data: Bunch, model: BaseEstimator, rows: np.ndarray) -> BaseEstimator:
    # A classifier of beats out of records finds them by itself.
    if data.form != "records":
        return model
    segmenter = BeatSegmenter(sampling_rate=data.sampling_rate, window=data.window)
    there = np.isin(data.records, data.record[rows])
    labels = []
    for name in data.records[there]:
        of_record = rows[data.record[rows] == name]
        classes, counts = np.unique(data.target[of_record], return_counts=True)
        labels.append(classes[counts.argmax()])
    whole = BeatwiseClassifier(segmenter, FrozenEstimator(model))
    with warnings.catch_warnings():  # a first minute without a beat is no fault here
        warnings.simplefilter("ignore", SignalQualityWarning)
        return whole.fit(data.excerpts[there], np.array(labels))
