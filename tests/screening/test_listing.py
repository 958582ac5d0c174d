"""Which files are meant by paths of files and folders."""

from pathlib import Path

import pytest

from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.screening import find_pictures, find_records


@pytest.fixture
def folder(tmp_path):
    for name in ("b.png", "a.JPG", "notes.txt", ".c.png", "in/d.tif", ".x/e.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def test_folders_give_their_pictures_and_files_themselves(folder):
    found = find_pictures([folder / "notes.txt", folder])
    names = ["notes.txt", "a.JPG", "b.png", "in/d.tif"]
    assert found == [str(folder / name) for name in names]


def test_what_is_not_there_is_told(folder, tmp_path):
    with pytest.raises(DataFileNotFoundError, match=r"no file or folder .*lost"):
        find_pictures([folder, folder / "lost"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataFileError, match="empty holds no picture"):
        find_pictures([tmp_path / "empty"])


def test_links_that_lead_nowhere_are_listed_to_be_told_of(folder):
    link = folder / "lost.png"
    link.symlink_to(folder / "gone.png")
    assert str(link) in find_pictures([folder])
    assert find_pictures([link]) == [str(link)]


def test_records_are_headers_and_files_of_their_own(tmp_path):
    (tmp_path / "deep").mkdir()
    names = ["100.hea", "100.dat", "100.atr", "deep/a.EDF", "b.dcm", "c.csv", ".d.edf"]
    for name in names:
        (tmp_path / name).touch()
    found = [Path(one).name for one in find_records([tmp_path, tmp_path / "c.csv"])]
    assert found == ["100.hea", "b.dcm", "a.EDF", "c.csv"]
    (tmp_path / "none").mkdir()
    with pytest.raises(DataFileError, match="none holds no record"):
        find_records([tmp_path / "none"])
    with pytest.raises(DataFileNotFoundError, match="lost"):
        find_records([tmp_path / "lost"])
