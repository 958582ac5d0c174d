"""Records to work with: real ones in the package, synthetic ones, and readers."""

from skecg.datasets._ludb_sample import load_ludb_sample
from skecg.datasets._make_ecg import make_ecg
from skecg.datasets._mitbih import read_mitbih
from skecg.datasets._noise_sample import load_noise_sample
from skecg.datasets._sample import load_heartbeats, load_mitbih_sample

__all__ = [
    "load_heartbeats",
    "load_ludb_sample",
    "load_mitbih_sample",
    "load_noise_sample",
    "make_ecg",
    "read_mitbih",
]
