"""Transformers that turn records into other records, or into pictures."""

from skecg.preprocessing._bandpass_filter import BandpassFilter
from skecg.preprocessing._baseline_remover import BaselineRemover
from skecg.preprocessing._ecg_renderer import ECGRenderer
from skecg.preprocessing._lead_selector import LeadSelector
from skecg.preprocessing._record_scaler import RecordScaler
from skecg.preprocessing._resampler import Resampler
from skecg.preprocessing._segmenter import BeatSegmenter

__all__ = [
    "BandpassFilter",
    "BaselineRemover",
    "BeatSegmenter",
    "ECGRenderer",
    "LeadSelector",
    "RecordScaler",
    "Resampler",
]
