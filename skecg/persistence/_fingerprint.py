"""What tells one fitted estimator from another."""

import hashlib
import pickle

import joblib
from safetensors.torch import save as tensors_to_bytes
from sklearn.base import BaseEstimator

from skecg.nn._shelf import Shelf, storing


def fingerprint(estimator: BaseEstimator) -> str:
    """Return a hash of everything that a fitted estimator holds.

    Parameters
    ----------
    estimator : estimator
        Fitted.

    Returns
    -------
    str
        64 hexadecimal digits, the same ones in every process with the same versions of
        Python and of the packages; empty for what cannot be serialised, such as a
        function that was defined on the spot.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skecg.persistence._fingerprint import fingerprint
    >>> X, y = [[0.0], [1.0]], ["low", "high"]
    >>> one, two = (LogisticRegression(C=C).fit(X, y) for C in (1.0, 2.0))
    >>> fingerprint(one) == fingerprint(two)
    False
    """
    shelf = Shelf()
    try:
        with storing(shelf):  # networks apart: torch serialises them anew each time
            rest = joblib.hash(estimator, hash_name="sha1")
    except (pickle.PicklingError, TypeError, AttributeError):
        return ""
    digest = hashlib.sha256(rest.encode())
    for state in shelf.states:
        digest.update(tensors_to_bytes(state))
    return digest.hexdigest()
