import hashlib

import pytest

from skecg.datasets._files import require_file, require_folder, sha256_of_files
from skecg.exceptions import DataFileNotFoundError


def test_a_folder_that_is_none(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"")
    assert require_folder(tmp_path) == tmp_path
    with pytest.raises(DataFileNotFoundError, match=r"is a file, not a folder.*file"):
        require_folder(file)
    with pytest.raises(FileNotFoundError, match=r"does not exist.*nowhere"):
        require_folder(tmp_path / "nowhere")


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"File not found: .*100\.dat"):
        require_file(tmp_path / "100.dat")


def test_sha256_is_over_contents_in_order(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_bytes(b"heart")
    second.write_bytes(b"beat")
    whole = hashlib.sha256(b"heartbeat").hexdigest()
    assert sha256_of_files([first, second]) == whole
    assert sha256_of_files([second, first]) != whole
