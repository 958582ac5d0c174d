"""Transformers that turn records, beats or pictures into rows of named numbers."""

from skecg.features._backbone import BackboneFeatures
from skecg.features._hog import HOGFeatures
from skecg.features._rhythm import RhythmFeatures
from skecg.features._twave import TWaveFeatures
from skecg.features._twave_intensity import TWaveIntensity

__all__ = [
    "BackboneFeatures",
    "HOGFeatures",
    "RhythmFeatures",
    "TWaveFeatures",
    "TWaveIntensity",
]
