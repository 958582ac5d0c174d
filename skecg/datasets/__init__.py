"""Records to work with: real ones in the package, synthetic ones, and readers."""

from skecg.datasets._make_ecg import make_ecg
from skecg.datasets._mitbih import read_mitbih
from skecg.datasets._sample import load_heartbeats, load_mitbih_sample

__all__ = ["load_heartbeats", "load_mitbih_sample", "make_ecg", "read_mitbih"]
