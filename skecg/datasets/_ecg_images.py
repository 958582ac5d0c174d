"""The real pictures of ECGs inside the package."""

from importlib.resources import files
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch

from skecg.datasets._files import sha256_of_files
from skecg.imaging.decode import read_image

_FOLDER = files("skecg.datasets") / "data" / "ecg_images"
_PICTURES = Path(str(_FOLDER / "pictures"))


def load_ecg_images() -> Bunch:
    """Load two dozen real printouts of ECGs, six of each of four classes.

    From the ECG Images dataset of Cardiac Patients [1]_, at half the size of the
    pictures at hand. Patients are not known; the pictures are all different. So few
    show how something is done, never how well.

    Returns
    -------
    Bunch
        Made anew by every call:

        data : ndarray of uint8 of shape (24, 206, 352, 3)
            The pictures, in colour.
        target : ndarray of str of shape (24,)
            Abnormal_Heartbeat, History_of_MI, Myocardial_Infarction or Normal.
        paths : ndarray of str of shape (24,)
            Their JPEG files, which estimators take as well.
        groups : ndarray of str of shape (24,)
            Each picture by itself: patients are not known.
        sha256 : str
            Of the packaged files, to be written beside every score.
        DESCR : str
            Origin, making and licence (CC BY 4.0).

    See Also
    --------
    read_image_folder : Read a folder of pictures.

    References
    ----------
    .. [1] Khan A. H., Hussain M. (2021). ECG Images dataset of Cardiac Patients.
       Mendeley Data, version 2. :doi:`10.17632/gwbz3fsgp8.2`

    Examples
    --------
    >>> from skecg.datasets import load_ecg_images
    >>> pictures = load_ecg_images()
    >>> pictures.data.shape
    (24, 206, 352, 3)
    >>> pictures.target[::6].tolist()
    ['Abnormal_Heartbeat', 'History_of_MI', 'Myocardial_Infarction', 'Normal']
    """
    paths = sorted(_PICTURES.glob("*/*.jpg"))  # by tools/make_ecg_images_sample.py
    return Bunch(
        data=np.stack([read_image(path) for path in paths]),
        target=np.array([path.parent.name for path in paths]),
        paths=np.array([str(path) for path in paths]),
        groups=np.array([path.relative_to(_PICTURES).as_posix() for path in paths]),
        sha256=sha256_of_files(paths),
        DESCR=(_FOLDER / "README.rst").read_text(encoding="utf-8"),
    )
