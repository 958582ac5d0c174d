"""Classifiers: networks on signals and pictures, and from records to beats and back."""

from skecg.classifiers._beatwise import BeatPredictions, BeatwiseClassifier
from skecg.classifiers._checkpoint import Checkpoint
from skecg.classifiers._image import ImageClassifier
from skecg.classifiers._patient import make_patient_classifier
from skecg.classifiers._signal import SignalClassifier
from skecg.classifiers._staging import Stage, StagedUnfreezing
from skecg.classifiers._twave_threshold import TWaveThresholdClassifier

__all__ = [
    "BeatPredictions",
    "BeatwiseClassifier",
    "Checkpoint",
    "ImageClassifier",
    "SignalClassifier",
    "Stage",
    "StagedUnfreezing",
    "TWaveThresholdClassifier",
    "make_patient_classifier",
]
