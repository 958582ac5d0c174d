"""Files are whole or not there, and one process at a time writes them."""

import subprocess
import sys

import pytest

from skecg._files import lock, replaced


def test_a_file_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    path.chmod(0o640)
    with replaced(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")

    def break_off():
        with replaced(path) as file:
            file.write(b"half of the")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_another_process_is_kept_out_until_the_file_is_closed(tmp_path):
    path = tmp_path / "journal"
    code = (
        "import sys; from skecg._files import lock;"
        "file = open(sys.argv[1], 'ab'); lock(file.fileno(), wait=False)"
    )
    call = [sys.executable, "-c", code, str(path)]
    with path.open("ab") as file:
        lock(file.fileno())
        assert subprocess.run(call, capture_output=True, check=False).returncode == 1
    assert subprocess.run(call, capture_output=True, check=False).returncode == 0
