"""Writing a fitted model into a file."""

import os
from pathlib import Path

import skops.io
from safetensors.torch import save as tensors_to_bytes
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted
from skops.io.exceptions import UnsupportedTypeException

from skecg.exceptions import ModelNotStorableError
from skecg.nn._shelf import Shelf, storing
from skecg.persistence._allowed import allowed_of
from skecg.persistence._archive import Contents, write_archive
from skecg.persistence._card import ModelCard
from skecg.persistence._describe import describe
from skecg.persistence._plan import check_plan, without_compression


def save(
    estimator: BaseEstimator,
    path: str | os.PathLike[str],
    *,
    card: ModelCard | None = None,
) -> None:
    """Write a fitted estimator into one file, without pickle.

    Parameters
    ----------
    estimator : estimator
        Fitted: any of ours, almost any of scikit-learn's, a Pipeline of them, or one
        around them (calibrated, voting, a search, beat by beat).
    path : str or os.PathLike
        Where to, usually ``something.skecg``. What is there is replaced in one step: a
        crash leaves the old file.
    card : ModelCard, default=None
        Data, protocol and figures, to be read with the file.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ModelNotStorableError
        If it holds something that cannot be kept without pickle: a function of your
        own, a class that is not on the list of those allowed, a network class that is
        not registered. The text names it.
    OSError
        If the file cannot be written.

    See Also
    --------
    load : Reads the file.
    ModelCard : What belongs beside a model.

    Notes
    -----
    Weights are kept as they are on the CPU; a model that was trained on a GPU is loaded
    on whatever machine there is.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> import skecg
    >>> from skecg.classifiers import SignalClassifier
    >>> rng = np.random.default_rng(0)
    >>> X, y = rng.normal(size=(40, 100)), np.repeat(["flat", "wave"], 20)
    >>> model = SignalClassifier(max_epochs=1, random_state=0).fit(X, y)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "waves.skecg"
    ...     skecg.save(model, file)
    ...     again = skecg.load(file)
    >>> np.allclose(again.predict_proba(X), model.predict_proba(X), atol=1e-6)
    True
    """
    check_is_fitted(estimator)
    shelf = Shelf()
    with storing(shelf):
        kept = _as_skops(estimator)
    contents = Contents(
        describe(estimator, card),
        kept,
        [tensors_to_bytes(state) for state in shelf.states],
    )
    write_archive(Path(path), contents)


def _as_skops(estimator: BaseEstimator) -> bytes:
    try:
        kept = without_compression(skops.io.dumps(estimator))
        check_plan(kept)
        named = skops.io.get_untrusted_types(data=kept)
    # skops says TypeError and its own kind of it for what it does not know.
    except (UnsupportedTypeException, TypeError, ValueError, AttributeError) as error:
        raise ModelNotStorableError(
            f"This {type(estimator).__name__} cannot be kept without pickle: {error}"
        ) from error
    except RecursionError as error:
        raise ModelNotStorableError(
            f"This {type(estimator).__name__} holds itself, or is nested too deep."
        ) from error
    foreign = sorted(set(named) - set(allowed_of(named)))
    if foreign:
        raise ModelNotStorableError(
            f"This {type(estimator).__name__} holds {', '.join(foreign)}, which a "
            "model file may not name. Give a network class a name with "
            "skecg.nn.register_network; use estimators, scorers and optimisers of "
            "skecg, scikit-learn and torch instead of functions of your own; set "
            "callbacks=None after training, and algorithm='brute' for nearest "
            "neighbours before it."
        )
    return kept
