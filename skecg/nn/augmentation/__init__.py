"""Changes to signals that leave their class what it is, drawn anew for every batch.

Each augmentation is a small frozen dataclass that is called with a batch and its
sampling rate, ``(n, n_leads, n_times)`` and Hz. They work on whole batches, on whatever
device these are, and draw from torch's generator, which the estimators seed. There is
no flip in time: a T wave comes after its QRS complex.
"""

from skecg.nn.augmentation._amplitude import LeadDropout, Noise, Scale, Wander
from skecg.nn.augmentation._base import Augmentation
from skecg.nn.augmentation._mixup import MixUp
from skecg.nn.augmentation._time import Shift, Stretch, TimeMask

__all__ = [
    "Augmentation",
    "LeadDropout",
    "MixUp",
    "Noise",
    "Scale",
    "Shift",
    "Stretch",
    "TimeMask",
    "Wander",
]
