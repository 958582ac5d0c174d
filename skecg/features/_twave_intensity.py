"""How light the middle of a picture is: the features of a rule of thumb."""

from collections.abc import Sequence
from numbers import Integral
from typing import Any, ClassVar

import numpy as np

from skecg.features._image_base import ImageFeatures
from skecg.imaging.intensity import band_intensity


class TWaveIntensity(ImageFeatures):
    """Sum up the grey levels of the rows in the middle of pictures.

    The rule of thumb that these features come from takes the rows between 40 % and 60 %
    of the height for the place of the T wave. On a sheet of twelve leads they cut
    through whole leads, QRS complexes and all. It is weak; the guide says how weak.

    Parameters
    ----------
    band : tuple of two floats, default=(0.4, 0.6)
        The rows, from 0, the upper edge, to 1, the lower.
    statistics : sequence of str, default=("mean", "max", "std")
        Some of "mean", "max", "min" and "std": the columns of the result.
    n_jobs : int, optional
        Threads that decode and measure. -1 means one for each core; None means one
        unless a `joblib.parallel_config` says otherwise.

    Attributes
    ----------
    image_shape_in_ : tuple of int or None
        Shape of the images seen in `fit`; None for paths, whose sizes may differ.

    See Also
    --------
    skecg.classifiers.TWaveThresholdClassifier : The rule that takes these features.
    skecg.imaging.intensity.band_intensity : The same for arrays alone.

    Notes
    -----
    Levels are from 0 (black) to 1 (white), of uint8 and of float pictures.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.features import TWaveIntensity
    >>> X = np.full((2, 100, 120), 255, dtype=np.uint8)
    >>> X[0, :5] = X[1, 45:50] = 0
    >>> features = TWaveIntensity().fit(X)
    >>> features.transform(X)
    array([[1.       , 1.       , 0.       ],
           [0.75     , 1.       , 0.4330127]])
    >>> features.get_feature_names_out().tolist()
    ['intensity_mean', 'intensity_max', 'intensity_std']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "band": [tuple, list],
        "statistics": [tuple, list],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        band: Sequence[float] = (0.4, 0.6),
        statistics: Sequence[str] = ("mean", "max", "std"),
        *,
        n_jobs: int | None = None,
    ) -> None:
        self.band = band
        self.statistics = statistics
        self.n_jobs = n_jobs

    def _measure(self, image: np.ndarray) -> np.ndarray:
        return band_intensity(image, band=self.band, statistics=self.statistics)[0]

    def _names(self, shape: tuple[int, ...]) -> list[str]:
        return [f"intensity_{name}" for name in self.statistics]
