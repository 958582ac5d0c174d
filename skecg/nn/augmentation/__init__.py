"""Changes that leave the class what it is, drawn anew for every batch.

Each augmentation is a small frozen dataclass that is called with a batch: of signals,
``(n, n_leads, n_times)`` and their sampling rate in Hz; or of pictures, ``(n,
n_channels, height, width)`` from 0 for black to 1 for white, and None. They work on
whole batches, on whatever device these are, each row with a draw of its own from
torch's generator, which the estimators seed. There is no flip: a T wave comes after
its QRS complex, on paper too.

`Scale`, `Shift`, `Noise`, `Wander`, `TimeMask`, `LeadDropout` and `Stretch` are for
signals, `RandomAffine`, `Brightness` and `Blur` for pictures; `picture_augmentation`
gives sets of these by name. `MixUp` is for both.
"""

from skecg.nn.augmentation._amplitude import LeadDropout, Noise, Scale, Wander
from skecg.nn.augmentation._base import Augmentation
from skecg.nn.augmentation._light import Blur, Brightness
from skecg.nn.augmentation._mixup import MixUp
from skecg.nn.augmentation._plane import RandomAffine
from skecg.nn.augmentation._presets import picture_augmentation
from skecg.nn.augmentation._time import Shift, Stretch, TimeMask

__all__ = [
    "Augmentation",
    "Blur",
    "Brightness",
    "LeadDropout",
    "MixUp",
    "Noise",
    "RandomAffine",
    "Scale",
    "Shift",
    "Stretch",
    "TimeMask",
    "Wander",
    "picture_augmentation",
]
