"""A minute of the noise that moving electrodes make."""

from importlib.resources import files

from sklearn.utils import Bunch

from skecg.datasets._archive import read_archive, restore_steps

NOISE_STEPS_PER_MILLIVOLT = 200
"""Resolution of the stored samples: 5 uV, the recorder's own."""

_FOLDER = files("skecg.datasets") / "data" / "nstdb"


def load_noise_sample() -> Bunch:
    """Load a minute of real noise from moving electrodes, without any heartbeat.

    It is what the MIT-BIH Noise Stress Test Database added to record 118 [1]_: the
    record with noise less the one without. Of all noises this one is the hardest for a
    detector, for it looks like QRS complexes and no filter takes it away.

    Returns
    -------
    Bunch
        Made anew by every call:

        data : ndarray of float32 of shape (2, 21600)
            Two leads of 60 s, in mV, as strong as in record 118e00, where the database
            counts 0 dB. Scale it to the signal-to-noise ratio that you want.
        sampling_rate : float
            360.0 Hz.
        lead_names : ndarray of str of shape (2,)
            The leads of record 118 it was added to.
        start : int
            Where the minute begins in the record, in seconds.
        DESCR : str
            Origin, making and licence (ODC-By 1.0).

    References
    ----------
    .. [1] Moody G. B., Muldrow W. K., Mark R. G. (1984). A noise stress test for
       arrhythmia detectors. Computers in Cardiology 11, 381-384.
       :doi:`10.13026/C2HS3T`

    Examples
    --------
    Add it to a record so that the noise has a tenth of the signal's power (10 dB):

    >>> import numpy as np
    >>> from skecg.datasets import load_noise_sample, make_ecg
    >>> noise = load_noise_sample()
    >>> ecg = make_ecg(
    ...     1, sampling_rate=noise.sampling_rate, duration=60, random_state=0
    ... )
    >>> scale = ecg.data[0].std() / noise.data[0].std() / np.sqrt(10)
    >>> noisy = ecg.data[0] + scale * noise.data[0]
    >>> noisy.shape
    (21600,)
    """
    stored = read_archive(_FOLDER / "noise.npz")  # made by tools/make_noise_sample.py
    return Bunch(
        data=restore_steps(stored["differences"], NOISE_STEPS_PER_MILLIVOLT),
        sampling_rate=float(stored["sampling_rate"]),
        lead_names=stored["lead_names"],
        start=int(stored["start"]),
        DESCR=(_FOLDER / "README.rst").read_text(encoding="utf-8"),
    )
