"""Classes taken from where there are some."""

import pytest

from labelled_folder import folder_of_pictures
from skecg.exceptions import DataFileError
from skecg.labelling import read_classes


def test_of_folders_and_of_a_table(tmp_path):
    for name in ("Normal", "MI"):
        folder_of_pictures(tmp_path / name, 1)
    assert read_classes(tmp_path) == ("MI", "Normal")
    table = tmp_path / "labels.csv"
    table.write_text("file,label\na.png,yes\nb.png,no\n")
    assert read_classes(table) == ("no", "yes")


def test_there_must_be_some(tmp_path):
    folder_of_pictures(tmp_path, 1)
    with pytest.raises(DataFileError, match="has no classes"):
        read_classes(tmp_path)
