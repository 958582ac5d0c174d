"""Training: held out, measured, and said so in a card."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sklearn import config_context
from sklearn.base import BaseEstimator, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import get_routing_for_object

from skecg.classifiers._progress import without_progress
from skecg.persistence import ModelCard
from skecg.training._calibration import (
    LEAST_OF_A_CLASS,
    TrainingPart,
    with_calibration,
)
from skecg.training._card import make_card
from skecg.training._evaluation import Evaluation, evaluate_answers
from skecg.training._models import default_estimator, whole_model
from skecg.training._split import SplitPlan, plan_split
from skecg.training._ticks import ProgressCallback, Ticks


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
    parts : list of TrainingPart
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
    parts: list[TrainingPart]
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
        tick = Ticks(self.estimator, len(self.parts), on_progress)
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
            estimator=whole_model(self.data, model, part.rows),
            card=card,
            evaluation=evaluation,
            split=self.plan.split,
            n_train=part.rows.size,
            n_test=tested.size,
        )

    def _fit(self, part: TrainingPart, tick: Ticks) -> BaseEstimator:
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
            FrozenEstimator(model), method="temperature", cv=LEAST_OF_A_CLASS
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
    data : Bunch
        As `train_model` takes it, and what follows.
    estimator : classifier, default=None
        Unfitted.
    split : {"patients", "parts", "pictures", "beats"}, default=None
        What is held out.
    test_fraction : float, default=0.25
        Share that is held out.
    n_folds : int, default=None
        Of a cross-validation, instead.
    calibrate : bool, default=False
        Whether a part of the training rows is for a temperature.
    random_state : int, default=0
        Seed.
    command : str, default=""
        For the card.

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
    parts = [TrainingPart(rows, None) for rows in trained]
    if calibrate:
        parts = [with_calibration(data, plan, rows, random_state) for rows in trained]
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
