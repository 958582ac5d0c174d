"""One or more instances of every estimator, for the batteries of checks.

A new estimator without an entry here fails `tests/test_common.py`.
"""

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline

from skecg.classifiers import (
    BeatwiseClassifier,
    ImageClassifier,
    SignalClassifier,
    TWaveThresholdClassifier,
)
from skecg.features import (
    BackboneFeatures,
    HOGFeatures,
    RhythmFeatures,
    TWaveFeatures,
    TWaveIntensity,
)
from skecg.nn import list_networks
from skecg.preprocessing import (
    BandpassFilter,
    BaselineRemover,
    BeatSegmenter,
    ECGRenderer,
    GridCropper,
    GridRemover,
    ImageResizer,
    LeadSelector,
    PatientBeatSegmenter,
    RecordScaler,
    Resampler,
    TraceReader,
)

# What makes a registered image network small; one without an entry fails.
SMALLEST: dict[str, dict[str, object]] = {
    "convnet": {"n_hidden": 4},
    "convnet_small": {"n_filters": 4, "n_hidden": 8},
    "vit": {"n_features": 8, "n_blocks": 1},
}


def _small_network(name: str) -> SignalClassifier:
    return SignalClassifier(
        name,
        network_params={"n_filters": 8},
        max_epochs=15,
        batch_size=32,
        lr=1e-2,
        random_state=0,
    )


def _preprocessors(sampling_rate: float) -> list[BaseEstimator]:
    rate = sampling_rate
    return [
        BandpassFilter(sampling_rate=rate),
        BaselineRemover(sampling_rate=rate),
        ECGRenderer(sampling_rate=rate, layout="rows", size=(36, 60), style="plain"),
        LeadSelector(["lead0"]),
        RecordScaler(),
        Resampler(sampling_rate=rate, target_rate=0.8 * rate),
    ]


def for_sklearn_checks() -> list[BaseEstimator]:
    """Return instances whose parameters make sense of scikit-learn's tiny data.

    It feeds rows of 2 to 10 numbers: at 250 Hz they are records of less than a second,
    whose one beat is at the largest deflection.
    """
    short = BeatSegmenter(sampling_rate=250.0, window=(0.04, 0.04))
    return [
        *(_small_network(name) for name in list_networks("signal")),
        *_preprocessors(250.0),
        BeatSegmenter(sampling_rate=250.0),
        BeatSegmenter(sampling_rate=250.0, output="beats", edge="nan"),
        *for_segmenters(250.0),
        RhythmFeatures(sampling_rate=250.0, context=1),
        TWaveFeatures(sampling_rate=1.0, r_peak=0.0, window=(0.0, 10.0)),
        TWaveFeatures(
            sampling_rate=250.0, r_peak=0.0, window=(0.0, 0.04), measures="all"
        ),
        BeatwiseClassifier(
            short,
            make_pipeline(
                SimpleImputer(keep_empty_features=True), KNeighborsClassifier(3)
            ),
        ),
        *for_tables(),
    ]


def for_tables() -> list[BaseEstimator]:
    """Return instances that take features and nothing else."""
    return [TWaveThresholdClassifier(), TWaveThresholdClassifier(mean=0.0)]


def for_segmenters(sampling_rate: float) -> list[BaseEstimator]:
    """Return instances that cut records into beats and transform nothing.

    Records of other lengths, gaps and rows without beats are in
    `tests/preprocessing/test_patient_segmenter.py`.
    """
    return [PatientBeatSegmenter(sampling_rate=sampling_rate)]


def for_records(sampling_rate: float) -> list[BaseEstimator]:
    """Return instances for records of some seconds, of one or more leads."""
    segmenter = BeatSegmenter(sampling_rate=sampling_rate)
    of_beats = TWaveFeatures(sampling_rate=sampling_rate, r_peak=segmenter.window[0])
    return [
        *(
            SignalClassifier(name, max_epochs=2, batch_size=8, random_state=0)
            for name in list_networks("signal")
        ),
        SignalClassifier(context=3, max_epochs=2, batch_size=8, random_state=0),
        *_preprocessors(sampling_rate),
        segmenter,
        BeatSegmenter(sampling_rate=sampling_rate, output="beats"),
        RhythmFeatures(sampling_rate=sampling_rate),
        RhythmFeatures(sampling_rate=sampling_rate, context=3),
        TWaveFeatures(sampling_rate=sampling_rate),
        TWaveFeatures(sampling_rate=sampling_rate, r_peak=0.2, context=3),
        TWaveFeatures(sampling_rate=sampling_rate, measures="waves", leads="fused"),
        TWaveFeatures(sampling_rate=sampling_rate, r_peak=0.3, measures="all"),
        BeatwiseClassifier(segmenter, make_pipeline(of_beats, KNeighborsClassifier(3))),
        BeatwiseClassifier(segmenter, _small_network("convnet1d"), aggregate="vote"),
    ]


def for_images() -> list[BaseEstimator]:
    """Return instances for pictures, which scikit-learn has no checks for."""
    return [
        GridCropper(),
        GridCropper((20, 30), color="grey"),
        GridRemover(),
        ImageResizer(size=(20, 30)),
        ImageResizer(size=(24, 24), method="bilinear", aspect="letterbox"),
        ImageResizer(size=(20, 30), color="rgb", n_jobs=2),
        *(
            ImageClassifier(
                name,
                network_params=SMALLEST[name],
                max_epochs=1,
                batch_size=2,
                random_state=0,
            )
            for name in list_networks("image")
        ),
    ]


def for_image_features() -> list[BaseEstimator]:
    """Return instances that turn pictures into features."""
    return [
        BackboneFeatures(layer="3", random_state=0),
        BackboneFeatures(
            "resnet18", layer="layer1", pool=(2, 3), n_jobs=2, random_state=0
        ),
        HOGFeatures(),
        HOGFeatures(6, cell=(10, 15), block=(1, 2), n_jobs=2),
        TWaveIntensity(),
        TWaveIntensity((0.2, 0.9), ("std", "min"), n_jobs=2),
    ]


def for_printouts() -> list[BaseEstimator]:
    """Return instances that read signals off pictures."""
    return [TraceReader(sampling_rate=100.0, layout=(("A",),), duration=2.0)]


def short_name(estimator: BaseEstimator) -> str:
    """Return the class and the parameters that tell its instances apart."""
    defaults = {
        "network": None,
        "output": None,
        "context": 0,
        "r_peak": None,
        "measures": "region",
        "leads": "first",
        "aggregate": None,
        "method": "skecg",
        "color": None,
        "mean": None,
        "statistics": ("mean", "max", "std"),
        "n_orientations": 9,
        "architecture": "squeezenet1_0",
    }
    params = estimator.get_params(deep=False)
    shown = [
        f"{name}={params[name]}"
        for name, default in defaults.items()
        if name in params and params[name] != default
    ]
    return f"{type(estimator).__name__}({', '.join(shown)})"


def logistic() -> LogisticRegression:
    """Return the classifier that searches and pipelines in tests end with."""
    return LogisticRegression(max_iter=200)


def toy_labels(n_rows: int) -> np.ndarray:
    """Return two classes in turn, as strings."""
    return np.where(np.arange(n_rows) % 2, "normal", "abnormal")
