"""Models of pictures, for signals: windows drawn on paper."""

from typing import Any

import numpy as np
import numpy.typing as npt

from skecg.preprocessing import ECGRenderer


class DrawnWindows:
    """A classifier of pictures that takes windows of signal, and draws them first.

    Parameters
    ----------
    estimator : classifier
        Of pictures, fitted.
    renderer : ECGRenderer
        Draws as the pictures were drawn that the estimator was trained on.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Those of `estimator`.
    sampling_rate : float
        Of the windows that it takes, in Hz.

    See Also
    --------
    StreamMonitor : Takes it for its estimator.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.dummy import DummyClassifier
    >>> from skecg.monitoring import DrawnWindows
    >>> from skecg.preprocessing import ECGRenderer
    >>> any_picture = DummyClassifier().fit([[0], [0], [1]], ["normal", "normal", "MI"])
    >>> renderer = ECGRenderer(sampling_rate=250, layout="rows", size=(100, 200))
    >>> DrawnWindows(any_picture, renderer).predict_proba(np.zeros((2, 2500))).shape
    (2, 2)
    """

    def __init__(self, estimator: Any, renderer: ECGRenderer) -> None:
        self.estimator = estimator
        self.renderer = renderer
        self.classes_ = estimator.classes_

    @property
    def sampling_rate(self) -> float:
        """Of the windows that it takes, in Hz: that of `renderer`.

        Returns
        -------
        float
        """
        return float(self.renderer.sampling_rate)

    def predict_proba(self, X: npt.ArrayLike) -> np.ndarray:
        """Draw windows and return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_windows, n_times) or (n_windows, n_leads, n_times)
            In mV; samples that are missing are not drawn.

        Returns
        -------
        ndarray of shape (n_windows, n_classes)
        """
        pictures = self.renderer.fit_transform(X)
        return np.asarray(self.estimator.predict_proba(pictures))
