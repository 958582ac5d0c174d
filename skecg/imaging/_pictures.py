"""Pictures one at a time, out of an array or out of files."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from operator import itemgetter
from threading import Event, Lock
from typing import overload

import numpy as np

from skecg._memory import keep_freed_memory
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

    Of several pictures that cannot be used the first is named, as in a loop: those
    before it were begun before it, and are brought to their end.

    Parameters
    ----------
    work : callable
        Takes the index of a picture.
    indices : iterable of int
        Of the pictures, ascending.
    n_threads : int
        1 works in the thread of the caller.
    """
    keep_freed_memory()
    if n_threads == 1:
        for index in indices:
            work(index)
        return
    # Threads take what is left until nothing is: a task for each of ten thousand files
    # would take more memory than the pictures do.
    left, turn, ended = iter(indices), Lock(), Event()

    def work_on() -> tuple[int, BaseException] | None:
        while not ended.is_set():
            with turn:
                index = next(left, None)
            if index is None:
                break
            try:
                work(index)
            except BaseException as error:  # noqa: BLE001 - raised below
                ended.set()
                return index, error
        return None

    with ThreadPoolExecutor(n_threads) as pool:
        try:
            ends = [
                one.result() for one in [pool.submit(work_on) for _ in range(n_threads)]
            ]
        finally:
            ended.set()
    errors = [end for end in ends if end is not None]
    if errors:
        raise min(errors, key=itemgetter(0))[1]


def in_batches(
    decode: Callable[[int], np.ndarray],
    shape: tuple[int, ...],
    size: int,
    n_threads: int,
) -> Iterator[np.ndarray]:
    """Decode pictures batch by batch, the next while the last one is made use of.

    Parameters
    ----------
    decode : callable
        Takes the index of a picture and returns it, as uint8.
    shape : tuple of int
        Number of pictures, and the shape that each has.
    size : int
        Pictures of a batch; the last one may have fewer.
    n_threads : int
        How many decode, beside the thread of the caller.

    Yields
    ------
    ndarray of uint8 of shape (size, *shape[1:])
        Overwritten when the next but one is decoded: it must not be kept.
    """
    keep_freed_memory()
    n_images = shape[0]
    two = np.empty((2, min(size, n_images), *shape[1:]), dtype=np.uint8)

    def fill(place: np.ndarray, index: int) -> None:
        place[...] = decode(index)

    def begin(start: int) -> tuple[np.ndarray, list[Future[None]]]:
        batch = two[start // size % 2, : n_images - start]
        tasks = [
            pool.submit(fill, place, start + index) for index, place in enumerate(batch)
        ]
        return batch, tasks

    with ThreadPoolExecutor(n_threads) as pool:
        begun = begin(0)
        try:
            for start in range(0, n_images, size):
                (batch, tasks), after = begun, start + size
                if after < n_images:
                    begun = begin(after)
                for task in tasks:
                    task.result()
                yield batch
        finally:
            pool.shutdown(cancel_futures=True)
