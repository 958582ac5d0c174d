"""What the transformers that measure pictures have in common."""

from abc import ABC, abstractmethod
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted

from skecg._validation import validate_images
from skecg._warn import warn_user
from skecg.exceptions import SignalQualityWarning
from skecg.imaging._pictures import Pictures, in_threads
from skecg.signal._checks import shorten


class ImageFeatures(TransformerMixin, BaseEstimator, ABC):
    """Base of the transformers that turn each picture into a row of numbers.

    A picture is decoded, measured and forgotten before its thread takes the next one.
    """

    n_jobs: int | None

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: object = None) -> Self:
        """Note the shape of the images and how many numbers the first gives.

        Parameters
        ----------
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images, uint8 or float; or paths of files.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` is neither of the two, or a parameter does not go with it.
        DataFileError
            If the first file cannot be used; `skecg.imaging.decode.read_image` tells
            what can be.
        """
        images = self._read(X, reset=True)
        self._measured_shape = self._measure(images[0]).shape
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Measure images.

        Parameters
        ----------
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images like those of `fit`, or paths of files.

        Returns
        -------
        ndarray of shape (n_images, n_features)
            One row for each of `X`, in the same order.

        Raises
        ------
        ValueError
            If the images differ in shape from what `fit` saw, or give another number of
            features, or a pixel is not finite.
        DataFileError
            If a file cannot be used.

        Warns
        -----
        SignalQualityWarning
            If pictures are of one shade, with their indices: their numbers say nothing.
        """
        check_is_fitted(self)
        images = self._read(X, reset=False)
        is_blank = np.zeros(len(images), dtype=bool)
        one = images[0]
        first, is_blank[0] = self._checked(one, 0), one.min() == one.max()
        result = np.empty((len(images), first.size), dtype=first.dtype)
        result[0] = first.ravel()

        def fill(index: int) -> None:
            image = images[index]
            result[index] = self._checked(image, index).ravel()
            is_blank[index] = image.min() == image.max()

        in_threads(fill, range(1, len(images)), effective_n_jobs(self.n_jobs))
        _tell_blank(is_blank)
        return result

    def get_feature_names_out(
        self, input_features: npt.ArrayLike | None = None
    ) -> np.ndarray:
        """Name the columns that `transform` returns.

        Parameters
        ----------
        input_features : array-like of str, optional
            Not used: pixels have no names.

        Returns
        -------
        ndarray of object of shape (n_features,)
        """
        check_is_fitted(self)
        return np.array(self._names(self._measured_shape), dtype=object)

    def _read(self, X: Any, *, reset: bool) -> Pictures:
        images = validate_images(self, X, reset=reset, color="grey")
        # Files are decoded in grey, which takes half the time. Arrays are left to the
        # kernel, which needs not all of their pixels.
        if isinstance(images.source, np.ndarray):
            return Pictures(images.source, None)
        return images

    def _checked(self, image: np.ndarray, index: int) -> np.ndarray:
        measured = self._measure(image)
        if measured.shape != self._measured_shape:
            raise ValueError(
                f"Image {index}, of shape {image.shape}, gives {measured.size} "
                f"features, the first of fit gave {np.prod(self._measured_shape)}. "
                "Bring them to one size with ImageResizer first."
            )
        return measured

    @abstractmethod
    def _measure(self, image: np.ndarray) -> np.ndarray:
        """Return the numbers of one picture, in as many axes as they have."""

    @abstractmethod
    def _names(self, shape: tuple[int, ...]) -> list[str]:
        """Name the numbers of an array of this shape, row by row."""

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_measured_shape")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def _tell_blank(is_blank: np.ndarray) -> None:
    rows = np.flatnonzero(is_blank)
    if rows.size:
        reason = "are of one shade"
        text = f"{rows.size} of {is_blank.size} rows of X {reason}: {shorten(rows)}."
        warn_user(SignalQualityWarning.about(text, rows=rows, reason=reason))
