"""Pictures one at a time, out of an array or out of files."""

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import overload

import numpy as np

from skecg.imaging.decode import Color, read_image


class Pictures(Sequence[np.ndarray]):
    """What an estimator was handed: every picture is decoded when it is asked for.

    Parameters
    ----------
    source : ndarray of shape (n_images, height, width[, 3]) or sequence of paths
        uint8 or float, or files.
    color : {"grey", "rgb"} or None
        What the pictures are brought to. None leaves arrays as they are, and makes
        colour of files.
    """

    def __init__(
        self, source: np.ndarray | Sequence[str | os.PathLike[str]], color: Color | None
    ) -> None:
        self.source = source
        self.color = color

    def __len__(self) -> int:
        return len(self.source)

    @overload
    def __getitem__(self, index: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, index: slice) -> "Pictures": ...
    def __getitem__(self, index: int | slice) -> "np.ndarray | Pictures":
        if isinstance(index, slice):
            return Pictures(self.source[index], self.color)
        one = self.source[index]
        if not isinstance(one, np.ndarray):
            return read_image(one, color=self.color or "rgb")
        return one if self.color is None else to_color(one, self.color)


def to_color(image: np.ndarray, color: Color) -> np.ndarray:
    """Return one picture in grey or in colour.

    Parameters
    ----------
    image : ndarray of shape (height, width) or (height, width, 3)
        uint8 or float.
    color : {"grey", "rgb"}
        Grey is 0.299 R + 0.587 G + 0.114 B; in colour, a grey picture has three equal
        channels.

    Returns
    -------
    ndarray of shape (height, width) or (height, width, 3)
        Of the same dtype. The picture itself where nothing is to be done.
    """
    if image.ndim == (3 if color == "rgb" else 2):
        return image
    if color == "rgb":
        return np.repeat(image[..., np.newaxis], 3, axis=-1)
    red, green, blue = (image[..., channel] for channel in range(3))
    if image.dtype != np.uint8:
        return image @ np.array([0.299, 0.587, 0.114], dtype=image.dtype)
    # As Pillow does it, so that an array and its file become the same grey.
    grey = red * np.uint32(19595) + green * np.uint32(38470) + blue * np.uint32(7471)
    return ((grey + 2**15) // 2**16).astype(np.uint8)


def in_threads(
    work: Callable[[int], None], indices: Iterable[int], n_threads: int
) -> None:
    """Do something for each picture; the first error ends the rest.

    Parameters
    ----------
    work : callable
        Takes the index of a picture.
    indices : iterable of int
        Of the pictures.
    n_threads : int
        1 works in the thread of the caller.
    """
    if n_threads == 1:
        for index in indices:
            work(index)
        return
    with ThreadPoolExecutor(n_threads) as pool:
        waiting = [pool.submit(work, index) for index in indices]
        try:
            for one in waiting:
                one.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)  # the rest of ten thousand files
            raise
