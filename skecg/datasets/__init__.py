"""Records to work with: real ones in the package, synthetic ones, and readers."""

from skecg.datasets._beat_table import read_beat_table
from skecg.datasets._ecg_images import load_ecg_images
from skecg.datasets._fetch import fetch_ludb, fetch_mitbih, fetch_ptb
from skecg.datasets._image_folder import read_image_folder
from skecg.datasets._kaggle import load_kaggle_heartbeat
from skecg.datasets._ludb import read_ludb
from skecg.datasets._ludb_sample import load_ludb_sample
from skecg.datasets._make_ecg import make_ecg
from skecg.datasets._mitbih import read_mitbih
from skecg.datasets._noise_sample import load_noise_sample
from skecg.datasets._ptb import read_ptb
from skecg.datasets._ptb_sample import load_ptb_sample
from skecg.datasets._read_data import read_data
from skecg.datasets._read_record import read_record
from skecg.datasets._record_folder import read_record_folder
from skecg.datasets._sample import load_heartbeats, load_mitbih_sample

__all__ = [
    "fetch_ludb",
    "fetch_mitbih",
    "fetch_ptb",
    "load_ecg_images",
    "load_heartbeats",
    "load_kaggle_heartbeat",
    "load_ludb_sample",
    "load_mitbih_sample",
    "load_noise_sample",
    "load_ptb_sample",
    "make_ecg",
    "read_beat_table",
    "read_data",
    "read_image_folder",
    "read_ludb",
    "read_mitbih",
    "read_ptb",
    "read_record",
    "read_record_folder",
]
