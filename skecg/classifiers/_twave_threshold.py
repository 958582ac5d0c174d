"""Three thresholds on the grey levels of a band: a rule of thumb, made a classifier."""

from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from skecg.classifiers._threshold_search import best_thresholds, candidates

_SIGNS = np.array([-1.0, 1.0, 1.0])  # a low mean is suspicious, a high maximum, std
_NAMES = ("mean", "maximum", "std")
_LEAST, _MOST = 1e-9, 1e3  # distances from a threshold, in standard deviations
_SLOPES = (-7.0, 7.0)  # natural logarithms


class TWaveThresholdClassifier(ClassifierMixin, BaseEstimator):
    """Call a picture abnormal when a threshold on its grey levels is passed.

    Abnormal is what has a mean below `mean`, or a maximum above `maximum`, or a
    standard deviation above `std`. Thresholds that are not given are learnt.

    Parameters
    ----------
    mean, maximum, std : float, optional
        Thresholds, on the scale of the features. None means that `fit` learns it. An
        infinite one switches a rule off: ``-inf`` for the mean, ``inf`` for the others.
    normal_label : str, int, float or bool, optional
        Which of the two classes is the normal one. By default the one that is called
        "normal", in capitals or not; where none is, the first in sorted order.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The class labels, sorted.
    normal_label_ : object
        The one of them that passes no threshold.
    mean_, maximum_, std_ : float
        The thresholds in use.
    scale_ : ndarray of shape (3,)
        Standard deviation of each column in `fit`, 1 where that is 0.
    slope_ : float
        How fast the probability grows with the distance from the thresholds.
    n_features_in_ : int
        Columns of `X` in `fit`.

    See Also
    --------
    skecg.features.TWaveIntensity : Measures the three columns on pictures.

    Notes
    -----
    `fit` takes the thresholds with the highest balanced accuracy (the highest Youden's
    index) on the training part, out of all combinations of one that none passes and the
    middles between neighbouring values of each column, or between 64 quantiles where it
    has more. Among equals the laxest mean is taken, then the laxest maximum.

    The probability is ``1 / (1 + exp(-slope_ * d))``. The distance ``d`` is that of the
    column which is furthest beyond its threshold, or nearest to it where none is, in
    standard deviations of that column. So the probability never falls as a column
    becomes more suspicious, and is 0.5 on the threshold, where the class changes. The
    slope makes the training part most likely, with Platt's targets, so that it stays
    finite. How frequent the classes are moves the slope but not the point of 0.5: for
    probabilities to rely on, put it into `sklearn.calibration.CalibratedClassifierCV`.

    The columns of `X` are mean, maximum and standard deviation, in this order. Columns
    that are missing have no rule, those behind the third are not looked at.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import TWaveThresholdClassifier
    >>> X = [[0.9, 1.0, 0.1], [0.8, 1.0, 0.1], [0.6, 1.0, 0.1], [0.9, 1.0, 0.3]]
    >>> y = ["normal", "normal", "abnormal", "abnormal"]
    >>> clf = TWaveThresholdClassifier().fit(X, y)
    >>> clf.predict([[0.5, 1.0, 0.1], [0.85, 1.0, 0.15]]).tolist()
    ['abnormal', 'normal']
    >>> round(clf.mean_, 2), round(clf.std_, 2)
    (0.7, 0.2)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "mean": [Interval(Real, None, None, closed="both"), None],
        "maximum": [Interval(Real, None, None, closed="both"), None],
        "std": [Interval(Real, None, None, closed="both"), None],
        "normal_label": [object],
    }

    def __init__(
        self,
        mean: float | None = None,
        maximum: float | None = None,
        std: float | None = None,
        normal_label: object = None,
    ) -> None:
        self.mean = mean
        self.maximum = maximum
        self.std = std
        self.normal_label = normal_label

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: npt.ArrayLike, y: npt.ArrayLike) -> Self:
        """Learn the thresholds that are not given, and the slope of the probability.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Mean, maximum and standard deviation of each picture.
        y : array-like of shape (n_samples,)
            Class labels, of two classes.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If there are not two classes, `normal_label` is none of them, or a threshold
            is given for a column that is missing.
        """
        values, labels = validate_data(self, X, y, dtype=np.float64)
        self._learn_classes(labels)
        abnormal = labels != self.normal_label_
        columns = self._suspicion(values)
        self._check_given(columns.shape[1])
        spread = columns.std(axis=0)
        self.scale_ = np.where(spread > 0, spread, 1.0)
        thresholds = self._learn_thresholds(columns, abnormal)
        self.mean_, self.maximum_, self.std_ = thresholds
        self.slope_ = _slope(self._distance(values), abnormal)
        return self

    def predict_proba(self, X: npt.ArrayLike) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Columns like those of `fit`.

        Returns
        -------
        ndarray of shape (n_samples, 2)
            In the order of `classes_`; the notes of the class tell how it is computed.
        """
        check_is_fitted(self)
        values = validate_data(self, X, reset=False, dtype=np.float64)
        abnormal = expit(self.slope_ * self._distance(values))
        of_classes = np.column_stack([abnormal, 1 - abnormal])
        first_is_normal = self.classes_[0] == self.normal_label_
        return of_classes[:, ::-1] if first_is_normal else of_classes

    def predict(self, X: npt.ArrayLike) -> np.ndarray:
        """Return the class of each sample.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Columns like those of `fit`.

        Returns
        -------
        ndarray of shape (n_samples,)
            Members of `classes_`.
        """
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]

    def _learn_classes(self, y: np.ndarray) -> None:
        check_classification_targets(y)
        kind = type_of_target(y, input_name="y")
        self.classes_ = np.unique(y)
        if kind != "binary":
            raise ValueError(
                "Only binary classification is supported. The type of the target is "
                f"{kind}. Make it Normal against the rest first, with np.where."
            )
        if len(self.classes_) < 2:
            only = self.classes_.tolist()[0]
            raise ValueError(f"y must have two classes, got one class: {only!r}.")
        called = [one for one in self.classes_ if str(one).lower() == "normal"]
        self.normal_label_ = (called or [*self.classes_])[0]
        if self.normal_label is not None:
            self.normal_label_ = self.normal_label
        if self.normal_label_ not in self.classes_:
            raise ValueError(
                f"normal_label={self.normal_label!r} is none of the classes of y: "
                f"{self.classes_.tolist()}."
            )

    def _check_given(self, n_columns: int) -> None:
        for name in _NAMES[n_columns:]:
            if getattr(self, name) is not None:
                raise ValueError(
                    f"{name}={getattr(self, name)!r} is given, but X has no column "
                    f"for it, only {n_columns}; they are mean, maximum and std."
                )

    def _suspicion(self, X: np.ndarray) -> np.ndarray:
        # Columns, turned so that high values are the suspicious ones.
        columns = X[:, : len(_SIGNS)]
        return columns * _SIGNS[: columns.shape[1]]

    def _learn_thresholds(
        self, columns: np.ndarray, abnormal: np.ndarray
    ) -> list[float]:
        given = [getattr(self, name) for name in _NAMES]
        tried = [
            candidates(column, None if one is None else sign * one, scale)
            for column, one, sign, scale in zip(
                columns.T, given, _SIGNS, self.scale_, strict=False
            )
        ]
        found = np.full(len(_SIGNS), np.inf)
        found[: len(tried)] = best_thresholds(columns, abnormal, tried)
        return (found * _SIGNS).tolist()

    def _distance(self, X: np.ndarray) -> np.ndarray:
        # Never 0: the side of 0.5 that a probability is on is the class.
        columns = self._suspicion(X)
        n_columns = columns.shape[1]
        thresholds = np.array([self.mean_, self.maximum_, self.std_]) * _SIGNS
        beyond = (columns - thresholds[:n_columns]) / self.scale_
        furthest = beyond.max(axis=1).clip(-_MOST, _MOST)
        return np.where(furthest > 0, furthest.clip(_LEAST), furthest.clip(max=-_LEAST))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        # What is suspicious is settled, so data that mean the opposite are not learnt.
        tags.classifier_tags.poor_score = True
        return tags


def _slope(distance: np.ndarray, abnormal: np.ndarray) -> float:
    # Platt's: targets a little inside 0 and 1 keep the slope of a clean split finite.
    n_abnormal = abnormal.sum()
    high = (n_abnormal + 1) / (n_abnormal + 2)
    low = 1 / (len(abnormal) - n_abnormal + 2)
    target = np.where(abnormal, high, low)

    def loss(log_slope: float) -> float:
        logit = np.exp(log_slope) * distance
        return float(np.mean(np.logaddexp(0, logit) - target * logit))

    return float(np.exp(minimize_scalar(loss, bounds=_SLOPES, method="bounded").x))
