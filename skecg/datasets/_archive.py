"""Arrays inside the package, without pickled objects."""

from importlib.resources.abc import Traversable

import numpy as np


def read_archive(path: Traversable) -> dict[str, np.ndarray]:
    """Read all arrays of an ``.npz`` file.

    Parameters
    ----------
    path : Traversable
        The file, inside the package.

    Returns
    -------
    dict of str to ndarray
    """
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        return dict(archive)


def restore_steps(differences: np.ndarray, steps_per_unit: int) -> np.ndarray:
    """Return the samples whose differences were stored.

    Differences of neighbouring samples are small and pack to a byte or less each.

    Parameters
    ----------
    differences : ndarray of int16 of shape (..., n_times)
        Of samples in whole steps; the first is the sample itself.
    steps_per_unit : int
        Resolution of the stored samples.

    Returns
    -------
    ndarray of float32 of shape (..., n_times)
        Exactly ``float32(step / steps_per_unit)``.
    """
    steps = np.cumsum(differences, axis=-1, dtype=np.int32)
    return np.divide(steps, steps_per_unit, dtype=np.float32)
