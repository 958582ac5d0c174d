"""Transformers that turn records into other records."""

from skecg.preprocessing._segmenter import BeatSegmenter

__all__ = ["BeatSegmenter"]
