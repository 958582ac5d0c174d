"""What is trained where nobody says otherwise."""

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch

from skecg.classifiers import (
    BeatwiseClassifier,
    ImageClassifier,
    SignalClassifier,
    make_patient_classifier,
)
from skecg.exceptions import SignalQualityWarning
from skecg.nn import get_network, list_networks
from skecg.nn.backbone import check_architecture
from skecg.preprocessing import (
    BeatSegmenter,
    ImageResizer,
    PatientBeatSegmenter,
    RecordScaler,
)

_SIZE = (182, 256)
_PATIENT_EPOCHS = 6


def default_estimator(
    data: Bunch,
    *,
    network: str | None = None,
    max_epochs: int | None = None,
    size: Sequence[int] | None = None,
    class_weight: str | None = None,
    random_state: int | None = None,
) -> BaseEstimator:
    """Return an unfitted classifier for data, by their form.

    Parameters
    ----------
    data : Bunch
        From `skecg.datasets.read_data`.
    network : str, default=None
        A name that `skecg.nn.list_networks` gives; for pictures of a back-bone too.
        None: "resnet1d" for signals and "convnet_small" for pictures. "patient": that
        of `skecg.classifiers.make_patient_classifier`, for records that were read with
        ``beats="patient"``, which take no other.
    max_epochs : int, default=None
        Passes over the training rows. None: 10, and 6 of "patient".
    size : tuple of two ints, default=None
        Height and width that pictures are brought to (None: 182 and 256).
    class_weight : {"balanced", "sqrt"} or None, default=None
        Of the loss, see `skecg.classifiers.SignalClassifier`.
    random_state : int, default=None
        Seed.

    Returns
    -------
    classifier
        Of pictures: `~skecg.preprocessing.ImageResizer`, then
        `~skecg.classifiers.ImageClassifier`. Of beats out of records:
        `~skecg.preprocessing.RecordScaler`, which scales each beat by itself, then
        `~skecg.classifiers.SignalClassifier`, or with "patient" its vote. Of a table's
        beats, which come scaled as somebody wanted them: that alone.

    Raises
    ------
    ValueError
        If no network of that kind has the name; the text names the nearest. If `size`
        is given for signals, or `class_weight` with "patient", which has its own.

    Examples
    --------
    >>> from sklearn.utils import Bunch
    >>> from skecg.training import default_estimator
    >>> default_estimator(Bunch(form="beats", sampling_rate=125.0), random_state=0)
    SignalClassifier(random_state=0, sampling_rate=125.0)
    """
    if data.get("beats") == "patient" or network == "patient":
        return _of_patients(data, network, max_epochs, size, class_weight, random_state)
    options: dict[str, Any] = {
        "max_epochs": 10 if max_epochs is None else max_epochs,
        "class_weight": class_weight,
        "random_state": random_state,
    }
    if data.form == "pictures":
        network = "convnet_small" if network is None else network
        own = list_networks("image")
        if network not in own:
            check_architecture(network, own)
        resizer = ImageResizer(_SIZE if size is None else tuple(size))
        return make_pipeline(resizer, ImageClassifier(network, **options))
    if size is not None:
        raise ValueError("size is for pictures; these data are signals.")
    network = "resnet1d" if network is None else network
    get_network(network, "signal")  # or said before anything is trained
    classifier = SignalClassifier(network, sampling_rate=data.sampling_rate, **options)
    if data.form == "beats":
        return classifier
    return make_pipeline(RecordScaler(), classifier)


def _of_patients(
    data: Bunch,
    network: str | None,
    max_epochs: int | None,
    size: object,
    class_weight: object,
    random_state: int | None,
) -> BaseEstimator:
    if data.get("beats") != "patient" or network not in (None, "patient"):
        raise ValueError(
            'The network "patient" and records that were read with beats="patient" go '
            f"together; got network={network!r} and {data.form}."
        )
    if size is not None or class_weight is not None:
        what = "class_weight" if size is None else "size"
        raise ValueError(f'{what} is not for the network "patient".')
    return make_patient_classifier(
        data.n_leads,
        max_epochs=_PATIENT_EPOCHS if max_epochs is None else max_epochs,
        random_state=random_state,
    )


def whole_model(data: Bunch, model: BaseEstimator, rows: np.ndarray) -> BaseEstimator:
    """Let a classifier of beats out of records find them by itself.

    Parameters
    ----------
    data : Bunch
        What it was trained on.
    model : classifier
        Fitted.
    rows : ndarray of int
        Those of the data that it was trained on.

    Returns
    -------
    classifier
        A `~skecg.classifiers.BeatwiseClassifier` for records; of other data `model`.
    """
    if data.form != "records":
        return model
    segmenter_of: type[BeatSegmenter | PatientBeatSegmenter] = BeatSegmenter
    if data.get("beats") == "patient":
        segmenter_of = PatientBeatSegmenter
    segmenter = segmenter_of(sampling_rate=data.sampling_rate, window=data.window)
    there = np.isin(data.records, data.record[rows])
    labels = []
    for name in data.records[there]:
        of_record = rows[data.record[rows] == name]
        classes, counts = np.unique(data.target[of_record], return_counts=True)
        labels.append(classes[counts.argmax()])
    whole = BeatwiseClassifier(segmenter, FrozenEstimator(model))
    with warnings.catch_warnings():  # a first minute without a beat is no fault here
        warnings.simplefilter("ignore", SignalQualityWarning)
        return whole.fit(data.excerpts[there], np.array(labels))
