"""The files of the models, and what is made of them."""

import difflib
import warnings
from importlib.resources import files
from pathlib import Path

from sklearn.base import BaseEstimator
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import InconsistentVersionWarning
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from skecg.classifiers import BeatwiseClassifier
from skecg.persistence import load
from skecg.signal._checks import check_sampling_rate

_FOLDER = files("skecg.pretrained") / "models"
_ENDING = ".skecg"
_SLOWEST = 80.0  # Hz, as `PatientBeatSegmenter` has it


def list_pretrained() -> tuple[str, ...]:
    """Name the models inside the package.

    Returns
    -------
    tuple of str
        Names that `load_pretrained` takes, sorted.

    Examples
    --------
    >>> from skecg.pretrained import list_pretrained
    >>> list_pretrained()
    ('ecg-images', 'heartbeats', 'heartbeats-kachuee')
    """
    names = (path.name for path in _FOLDER.iterdir())
    return tuple(
        sorted(name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING))
    )


def pretrained_path(name: str) -> Path:
    """Return where the file of a model is.

    Parameters
    ----------
    name : str
        One of `list_pretrained`.

    Returns
    -------
    Path
        A file that `~skecg.persistence.load` and `~skecg.persistence.read_manifest`
        read.

    Raises
    ------
    ValueError
        If there is no such model; the text names those that there are.

    Examples
    --------
    >>> from skecg.persistence import read_manifest
    >>> from skecg.pretrained import pretrained_path
    >>> read_manifest(pretrained_path("heartbeats"))["classes"]
    ['F', 'N', 'Q', 'S', 'V']
    """
    names = list_pretrained()
    if name not in names:
        close = difflib.get_close_matches(str(name), names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"No model inside the package is called {name!r}; there are "
            f"{', '.join(map(repr, names))}.{hint} Models of your own are read with "
            "skecg.load(path)."
        )
    return Path(str(_FOLDER / f"{name}{_ENDING}"))


def load_pretrained(name: str, *, sampling_rate: float | None = None) -> BaseEstimator:
    """Load a trained model that is inside the package.

    ``"heartbeats"`` takes records of one lead like lead II, in mV and of any rate above
    80 Hz and any length, shorter ones filled up with NaN; it finds their beats and
    tells the five AAMI classes apart, beat by beat (``predict_beats``) or as a share of
    each record. ``"heartbeats-kachuee"`` takes single beats of 187 samples at 125 Hz,
    as `skecg.signal.kachuee.kachuee_beats` cuts them. ``"ecg-images"`` takes paths or
    arrays of printouts and tells the four classes of `skecg.datasets.load_ecg_images`
    apart.

    None of them is a medical device, and each has a card that says where it fails.

    Parameters
    ----------
    name : str
        One of `list_pretrained`.
    sampling_rate : float, optional
        Of the records to come, in Hz. Needed for models that take records. Beats at
        another rate than the model's are refused.

    Returns
    -------
    estimator
        Fitted: a `~skecg.classifiers.BeatwiseClassifier`, a
        `~skecg.classifiers.SignalClassifier` or a Pipeline.

    Raises
    ------
    ValueError
        If there is no such model, or the rate is missing, unusable or does not go with
        it.

    See Also
    --------
    skecg.exceptions.UnfamiliarSignalWarning : What records unlike the training bring.
    pretrained_weights : The network alone, to start another training from.

    Examples
    --------
    >>> import skecg
    >>> from skecg.datasets import load_mitbih_sample
    >>> sample = load_mitbih_sample()
    >>> model = skecg.load_pretrained("heartbeats", sampling_rate=sample.sampling_rate)
    >>> beats = model.predict_beats(sample.data[:1, 0])  # record 100
    >>> beats.label[:3].tolist()
    ['N', 'N', 'N']
    """
    model = _read(name)
    if isinstance(model, BeatwiseClassifier):
        return _at_rate(model, name, sampling_rate)
    own = getattr(model, "sampling_rate", None)
    if sampling_rate is not None and sampling_rate != own:
        wants = f"takes beats at {own:g} Hz" if own else "takes pictures"
        remedy = "Resample what they are cut from" if own else "Leave the rate out"
        raise ValueError(
            f"The model {name!r} {wants}, got sampling_rate={sampling_rate!r}. "
            f"{remedy}."
        )
    return model


def pretrained_weights(name: str) -> FrozenEstimator:
    """Return the network of a model, to start another training from.

    Parameters
    ----------
    name : str
        One of `list_pretrained`.

    Returns
    -------
    FrozenEstimator
        For ``weights=`` of a `~skecg.classifiers.SignalClassifier` or an
        `~skecg.classifiers.ImageClassifier` with the `network` and `network_params` of
        its ``estimator``; of a model with several networks the first.

    Raises
    ------
    ValueError
        If there is no such model.

    Examples
    --------
    >>> from skecg.classifiers import SignalClassifier
    >>> from skecg.datasets import load_heartbeats
    >>> from skecg.pretrained import pretrained_weights
    >>> weights = pretrained_weights("heartbeats-kachuee")
    >>> few = load_heartbeats(return_X_y=True)
    >>> clf = SignalClassifier(
    ...     weights.estimator.network,
    ...     sampling_rate=125.0,
    ...     weights=weights,
    ...     trainable_layers=1,
    ...     max_epochs=1,
    ...     random_state=0,
    ... ).fit(few[0][::40], few[1][::40])
    """
    model = _read(name)
    if isinstance(model, BeatwiseClassifier):
        model = model.classifier_.estimator
    if isinstance(model, VotingClassifier):
        model = model.estimators_[0]
    if isinstance(model, Pipeline):
        model = model[-1]
    return FrozenEstimator(model)


def _read(name: str) -> BaseEstimator:
    path = pretrained_path(name)
    with warnings.catch_warnings():
        # What these files hold of scikit-learn is tested with every version of it.
        warnings.simplefilter("ignore", InconsistentVersionWarning)
        return load(path)


def _at_rate(
    model: BeatwiseClassifier, name: str, sampling_rate: float | None
) -> BeatwiseClassifier:
    if sampling_rate is None:
        raise ValueError(
            f"The model {name!r} takes records, and no record tells its rate: give "
            f"load_pretrained({name!r}, sampling_rate=...) that of the records to "
            "come, in Hz."
        )
    rate = check_sampling_rate(sampling_rate)
    if rate <= _SLOWEST:
        raise ValueError(
            f"The model {name!r} needs records of more than 80 Hz, got "
            f"sampling_rate={sampling_rate!r}; QRS complexes are not to be told apart "
            "in fewer samples."
        )
    model.set_params(segmenter__sampling_rate=rate)
    if model.segmenter_ is not None:  # of a model of records it never is
        model.segmenter_.set_params(sampling_rate=rate)
    return model
