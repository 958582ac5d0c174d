"""Arrays out of a file that compiled code takes to go together.

libsvm and scipy's sparse products compute where one array says that another goes on,
and do not look whether it does.
"""

from typing import Any

import numpy as np
import scipy.sparse
from sklearn.base import is_classifier
from sklearn.svm._base import BaseLibSVM

from skecg.persistence._walk import walk


def check_arrays(estimator: Any) -> None:
    """Raise if arrays that are used together do not go together.

    Parameters
    ----------
    estimator : object
        As it came out of a file.

    Raises
    ------
    ValueError
        If those of a support vector machine or a sparse matrix do not.
    """
    for thing in walk(estimator):
        if scipy.sparse.issparse(thing) and thing.format in ("bsr", "csc", "csr"):
            thing.check_format(full_check=True)
        if isinstance(thing, BaseLibSVM) and hasattr(thing, "_n_support"):
            _check_vectors(thing)


def _check_vectors(machine: BaseLibSVM) -> None:
    held = vars(machine)
    numbers, dual = np.asarray(held["_n_support"]), held["_dual_coef_"]
    n_classes = len(machine.classes_) if is_classifier(machine) else 2
    n_vectors = int(numbers.sum() if is_classifier(machine) else numbers[0])
    n_pairs = n_classes * (n_classes - 1) // 2
    together = (
        numbers.shape == (n_classes,)
        and (numbers >= 0).all()
        and dual.shape == (n_classes - 1, n_vectors)
        and (not held["_sparse"] or dual.nnz == (n_classes - 1) * n_vectors)
        and machine.support_.shape == (n_vectors,)
        and held["_intercept_"].shape == (n_pairs,)
        and held["_probA"].shape in ((0,), (n_pairs,))
        and held["_probB"].shape == held["_probA"].shape
        and _are_columns_there(machine, n_vectors)
    )
    if not together:
        raise ValueError("the arrays of a support vector machine do not go together")


def _are_columns_there(machine: BaseLibSVM, n_vectors: int) -> bool:
    if callable(machine.kernel) or machine.kernel == "precomputed":
        within = (machine.support_ >= 0) & (machine.support_ < machine.shape_fit_[0])
        return bool(within.all())
    return machine.support_vectors_.shape == (n_vectors, machine.n_features_in_)
