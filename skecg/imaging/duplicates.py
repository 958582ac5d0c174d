"""Pictures that are there twice: the same pixels, or the same trace once more.

Whoever splits pictures must keep such copies together, or a model is tested on what it
has learnt from.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from skecg.imaging.hashes import as_words, hash_distances

MAX_DISTANCE = 180
"""Bits in which pictures of one trace may differ: the user guide tells why so many."""

_BLOCK = 64  # rows of distances in memory at a time


class Duplicates(NamedTuple):
    """Which pictures are copies of each other.

    Attributes
    ----------
    groups : ndarray of int64 of shape (n_images,)
        A number for each trace, counted from 0 in the order of their first pictures.
        Pictures with the same one belong on one side of a split.
    exact : list of ndarray of int64
        The indices of pictures with the same pixels, two or more each time.
    near : list of ndarray of int64
        The groups in which not all pictures have the same pixels.
    """

    groups: np.ndarray
    exact: list[np.ndarray]
    near: list[np.ndarray]


def group_duplicates(
    hashes: npt.ArrayLike,
    *,
    contents: Sequence[str] | None = None,
    max_distance: int = MAX_DISTANCE,
) -> Duplicates:
    """Find the pictures that are copies of each other by their hashes.

    Each pair whose bits differ in at most `max_distance` is put together, and what is
    together with the same picture is together too.

    Parameters
    ----------
    hashes : array-like of uint8 of shape (n_images, 128)
        From `skecg.imaging.hashes.perceptual_hash`.
    contents : sequence of str of length n_images, optional
        From `skecg.imaging.hashes.content_hash`. Without them nothing is known about
        equal pixels, and every group counts as near.
    max_distance : int, default=180
        Of 1024 bits.

    Returns
    -------
    Duplicates
        The groups, and which of them are exact or near copies.

    Raises
    ------
    ValueError
        If `hashes` are not uint8 of two axes, `contents` are more or fewer, or
        `max_distance` is negative.

    Notes
    -----
    All pairs are compared, in blocks of rows, so memory grows with the number of
    pictures and not with its square. 180 bits lie between the distances of copies and
    of others on 393 real printouts of one layout: see the user guide.

    Beats of one patient, drawn each by itself, look alike and may be put together. That
    does no harm to a split, but is no sign of a copy.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.duplicates import group_duplicates
    >>> rng = np.random.default_rng(0)
    >>> hashes = rng.integers(0, 256, (4, 128), dtype=np.uint8)
    >>> hashes[2] = hashes[0]
    >>> group_duplicates(hashes).groups
    array([0, 1, 0, 2])
    """
    words = as_words(hashes)
    if max_distance < 0:
        raise ValueError(f"max_distance must not be negative, got {max_distance!r}.")
    if contents is not None and len(contents) != len(words):
        raise ValueError(
            f"There are {len(words)} hashes and {len(contents)} contents; there must "
            "be one of each for every picture."
        )
    packed = words.view(np.uint8)
    groups = np.arange(len(words))
    for start in range(0, len(words), _BLOCK):
        block = packed[start : start + _BLOCK]
        near_by = hash_distances(block, packed[start:]) <= max_distance
        groups = join_groups(groups, *(np.stack(np.nonzero(near_by)) + start))
    exact = [] if contents is None else _repeated(np.asarray(contents, dtype=str))
    known = {tuple(members) for members in exact}
    near = [group for group in _repeated(groups) if tuple(group) not in known]
    return Duplicates(groups, exact, near)


def join_groups(
    groups: np.ndarray, first: np.ndarray, second: np.ndarray
) -> np.ndarray:
    """Put the groups of pictures together that are linked with each other.

    Parameters
    ----------
    groups : ndarray of shape (n_images,)
        What belongs together already has the same label.
    first, second : ndarray of int of shape (n_links,)
        Indices of pictures that belong together.

    Returns
    -------
    ndarray of int64 of shape (n_images,)
        Numbers, counted from 0 in the order of the groups' first pictures.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.imaging.duplicates import join_groups
    >>> join_groups(np.array(["a", "b", "a", "c"]), np.array([2]), np.array([3]))
    array([0, 1, 0, 0])
    """
    _, labels = np.unique(groups, return_inverse=True)
    n_labels = int(labels.max(initial=-1)) + 1
    links = coo_array(
        (np.ones(len(first), dtype=bool), (labels[first], labels[second])),
        shape=(n_labels, n_labels),
    )
    joined = connected_components(links, directed=False)[1][labels]
    _, at, inverse = np.unique(joined, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(at))[inverse].astype(np.int64)


def _repeated(labels: np.ndarray) -> list[np.ndarray]:
    # The indices of each label that is there more than once, by their first one.
    _, inverse, counts = np.unique(labels, return_inverse=True, return_counts=True)
    order = np.argsort(inverse, kind="stable")
    members = np.split(order, np.cumsum(counts)[:-1])
    return sorted((one for one in members if len(one) > 1), key=lambda one: one[0])
