"""Transformers: records into records or pictures, images into images or records."""

from skecg.preprocessing._bandpass_filter import BandpassFilter
from skecg.preprocessing._baseline_remover import BaselineRemover
from skecg.preprocessing._ecg_renderer import ECGRenderer
from skecg.preprocessing._grid_cropper import GridCropper
from skecg.preprocessing._grid_remover import GridRemover
from skecg.preprocessing._image_resizer import ImageResizer
from skecg.preprocessing._lead_selector import LeadSelector
from skecg.preprocessing._patient_segmenter import PatientBeatSegmenter
from skecg.preprocessing._record_scaler import RecordScaler
from skecg.preprocessing._resampler import Resampler
from skecg.preprocessing._segmenter import BeatSegmenter
from skecg.preprocessing._trace_reader import TraceReader

__all__ = [
    "BandpassFilter",
    "BaselineRemover",
    "BeatSegmenter",
    "ECGRenderer",
    "GridCropper",
    "GridRemover",
    "ImageResizer",
    "LeadSelector",
    "PatientBeatSegmenter",
    "RecordScaler",
    "Resampler",
    "TraceReader",
]
