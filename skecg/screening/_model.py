"""Which model judges, and what is known of it: a file, or one inside the package."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sklearn.base import BaseEstimator

from skecg.datasets._read_record import is_record_file
from skecg.exceptions import DataFileError
from skecg.imaging.decode import is_image_file
from skecg.persistence import load, read_manifest
from skecg.pretrained import load_pretrained, pretrained_path
from skecg.screening._listing import find_files, find_pictures, find_records
from skecg.screening._records import has_beats, takes_records

_OF_PICTURES, _OF_RECORDS = "ecg-images", "heartbeats"
_RATE = 250.0  # Hz, that records are brought to for the model inside the package


class ScreeningModel(NamedTuple):
    """A model and what a screening must know of it.

    Attributes
    ----------
    estimator : estimator
        Fitted.
    name : str
        What names it in the journal: the SHA-256 of its file.
    of_records : bool
        Whether it takes records, and not pictures.
    card : dict
        What is known of it; empty if nothing is.
    """

    estimator: BaseEstimator
    name: str
    of_records: bool
    card: Mapping[str, Any]

    @property
    def has_beats(self) -> bool:
        """Whether it judges each beat of a record."""
        return has_beats(self.estimator)

    def find(self, paths: Iterable[str | os.PathLike[str]]) -> list[str]:
        """List the files it takes among files and in folders.

        Parameters
        ----------
        paths : iterable of str or os.PathLike
            As `find_pictures` or `find_records` take them.

        Returns
        -------
        list of str

        Raises
        ------
        DataFileNotFoundError
            If one of the paths is not there.
        DataFileError
            If there is a folder without such a file.
        """
        return find_records(paths) if self.of_records else find_pictures(paths)


def open_model(
    model: str | os.PathLike[str] | None = None,
    *,
    paths: Iterable[str | os.PathLike[str]] = (),
) -> ScreeningModel:
    """Open a model for a screening.

    Parameters
    ----------
    model : str or os.PathLike, optional
        A file that `~skecg.persistence.save` has written. By default the model inside
        the package that goes with what is to be screened: ``"ecg-images"`` for
        pictures, ``"heartbeats"`` for records.
    paths : iterable of str or os.PathLike
        What is to be screened: files and folders. Looked at if no model is named.

    Returns
    -------
    ScreeningModel

    Raises
    ------
    ModelFileError
        If the file is no model.
    DataFileNotFoundError
        If the file, or one of the paths, is not there.
    DataFileError
        If there are both pictures and records, or neither, and no model is named.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import skecg
    >>> from skecg.classifiers import SignalClassifier
    >>> from skecg.datasets import load_heartbeats
    >>> from skecg.screening import open_model
    >>> beats = load_heartbeats()
    >>> network = SignalClassifier(
    ...     sampling_rate=beats.sampling_rate, max_epochs=1, random_state=0
    ... ).fit(beats.data[::50], beats.target[::50])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     skecg.save(network, Path(folder) / "beats.skecg")
    ...     opened = open_model(Path(folder) / "beats.skecg")
    >>> opened.of_records, len(opened.name)
    (True, 64)
    """
    if model is None:
        return _inside(_OF_RECORDS if _are_records(list(paths)) else _OF_PICTURES)
    file = Path(model)
    for name in (_OF_RECORDS, _OF_PICTURES):  # named or not, the answers are the same
        if file == pretrained_path(name):
            return _inside(name)
    return _opened(file, load(file))


def _opened(file: Path, estimator: BaseEstimator) -> ScreeningModel:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    card = read_manifest(file)["card"] or {}
    return ScreeningModel(estimator, digest, takes_records(estimator), card)


def _inside(name: str) -> ScreeningModel:
    rate = {"sampling_rate": _RATE} if name == _OF_RECORDS else {}
    estimator = load_pretrained(name, **rate)
    return _opened(pretrained_path(name), estimator)


def _are_records(paths: list[str | os.PathLike[str]]) -> bool:
    # Tables are records here: nothing else can be meant by them.
    kinds = {
        name: any(find_files(paths, is_wanted))
        for name, is_wanted in (
            (
                "records",
                lambda p: is_record_file(p) or Path(p).suffix.lower() == ".csv",
            ),
            ("pictures", is_image_file),
        )
    }
    if kinds["records"] == kinds["pictures"]:
        both = "both pictures and" if kinds["records"] else "neither pictures nor"
        raise DataFileError(
            f"There are {both} records in what is to be screened, and no model is "
            "named. Name the one or the other, or a model."
        )
    return kinds["records"]
