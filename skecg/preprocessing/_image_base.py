"""What the transformers that turn pictures into pictures have in common."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import Tags
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from skecg._validation import validate_images
from skecg.exceptions import DataFileError
from skecg.imaging._pictures import Pictures, in_threads
from skecg.imaging.decode import Color
from skecg.imaging.resize import bilinear_resize
from skecg.preprocessing._frameless import FramelessTransformer


class ImageTransformer(FramelessTransformer, BaseEstimator, ABC):
    """Base of the transformers that work on one picture at a time, in threads.

    A picture is decoded, worked on and written into the result before its thread takes
    the next one, so no more than `n_jobs` of them are in memory beside the result.
    """

    n_jobs: int | None

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: object = None) -> Self:
        """Note the shape of the images and check the parameters on the first.

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
            If a file that is needed cannot be used; `skecg.imaging.decode.read_image`
            tells what can be.
        """
        images = validate_images(self, X, reset=True, color=self._color())
        self._learn(images)
        self._shape_out = self._apply(images[0])[0].shape
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Turn images into images.

        Parameters
        ----------
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images like those of `fit`, or paths of files.

        Returns
        -------
        ndarray of shape (n_images, height_out, width_out[, 3])
            One image for each of `X`, in the same order, in an array of its own. Of
            the dtype of `X`, uint8 for files.

        Raises
        ------
        ValueError
            If the images differ in shape from what `fit` saw, or the results from each
            other, or a pixel is not finite.
        DataFileError
            If a file cannot be used.

        Warns
        -----
        GridNotFoundWarning
            If a step looks for a grid and finds none, with the indices of the images.
        """
        check_is_fitted(self)
        images = validate_images(self, X, reset=False, color=self._color())
        first, found = self._apply_to(images, 0)
        result = np.empty((len(images), *first.shape), dtype=first.dtype)
        result[0] = first
        usable = np.full(len(images), found)

        def fill(index: int) -> None:
            one, usable[index] = self._apply_to(images, index)
            if one.shape != first.shape:
                raise ValueError(
                    f"Image {index} becomes one of shape {one.shape}, image 0 one of "
                    f"{first.shape}. Bring them to one size with ImageResizer first."
                )
            result[index] = one

        in_threads(fill, range(1, len(images)), effective_n_jobs(self.n_jobs))
        self._report(usable)
        return result

    def trace_back(self, maps: npt.ArrayLike, X: Any) -> np.ndarray:
        """Bring maps over the pixels of the result back to those of the images.

        Parameters
        ----------
        maps : array-like of float of shape (n_images, height_out, width_out)
            One number for each pixel of the result, as `skecg.inspection.grad_cam`
            makes them; NaN all over where there is no map.
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            The images that the result was made of, or their paths. They must have one
            size: so have the maps that come back.

        Returns
        -------
        ndarray of shape (n_images, height, width)
            Interpolated linearly; 0 for what this step cut off.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If there is not one map for each image, a map has another size than the
            result, or the images differ in size.
        """
        check_is_fitted(self)
        images = validate_images(self, X, reset=False, color=self._color())
        maps = np.asarray(maps)
        check_consistent_length(maps, images)
        size = images[0].shape[:2]
        result = np.zeros((len(images), *size), dtype=maps.dtype)
        for index, image in enumerate(images):
            if image.shape[:2] != size:
                raise ValueError(
                    f"Image {index} has size {image.shape[:2]} and image 0 {size}: "
                    "their maps do not fit into one array. Hand over one at a time, or "
                    "images of one size."
                )
            self._trace(maps[index], image, result[index])
        return result

    def _apply_to(self, images: Pictures, index: int) -> tuple[np.ndarray, bool]:
        try:
            return self._apply(images[index])
        except DataFileError:  # names its file
            raise
        except ValueError as error:
            raise ValueError(f"Image {index} of X: {error}") from error

    def _color(self) -> Color | None:
        # What pictures are brought to before `_apply` sees them.
        return None

    def _learn(self, images: Pictures) -> None:
        """Take from the images of `fit` what `_apply` needs to know; mostly nothing."""

    @abstractmethod
    def _apply(self, image: np.ndarray) -> tuple[np.ndarray, bool]:
        """Return one transformed picture, and whether it had what was looked for."""

    @abstractmethod
    def _trace(self, one: np.ndarray, image: np.ndarray, result: np.ndarray) -> None:
        """Write the map of one picture, laid over the picture before, into `result`."""

    def _report(self, usable: np.ndarray) -> None:
        """Warn of pictures that did not; mostly nothing is looked for."""

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32", "uint8"]
        return tags


def stretch_map(
    one: np.ndarray,
    size: Sequence[int],
    new_size: Sequence[int],
    *,
    part: tuple[slice, slice] = (slice(None), slice(None)),
) -> np.ndarray:
    """Stretch the map of one picture over the picture before.

    Parameters
    ----------
    one : ndarray of shape (height, width)
        The map.
    size : sequence of two ints
        The height and width that it must have.
    new_size : sequence of two ints
        Those of the result.
    part : tuple of two slices, optional
        The rows and columns to stretch; by default all.

    Returns
    -------
    ndarray of shape `new_size`
        NaN for a map of NaN.

    Raises
    ------
    ValueError
        If the map has another size.
    """
    if one.shape != tuple(size):
        raise ValueError(
            f"maps must have shape (n_images, {size[0]}, {size[1]}), one number for "
            f"each pixel of the result, got maps of shape {one.shape}."
        )
    if np.isnan(one).all():
        return np.full(tuple(new_size), np.nan)
    return bilinear_resize(one[part], tuple(new_size))
