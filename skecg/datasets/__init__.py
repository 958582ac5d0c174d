"""Heartbeats to work with: real ones inside the package, and readers of databases."""

from skecg.datasets._mitbih import read_mitbih
from skecg.datasets._sample import load_heartbeats, load_mitbih_sample

__all__ = ["load_heartbeats", "load_mitbih_sample", "read_mitbih"]
