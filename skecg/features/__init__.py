"""Transformers that measure records or beats; each row becomes named numbers."""

from skecg.features._rhythm import RhythmFeatures
from skecg.features._twave import TWaveFeatures

__all__ = ["RhythmFeatures", "TWaveFeatures"]
