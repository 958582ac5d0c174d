"""Files are whole or not there, and one process at a time writes them."""

import os
import subprocess
import sys

import pytest

from skecg._files import leads_out_of, lock, name_to_disk, replaced, to_disk


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


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes with names")
def test_no_pipe_and_no_folder_is_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(OSError, match="no file"), replaced(path):
            pass
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


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


def test_links_that_lead_out_of_a_folder_are_seen(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "in-other"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a").touch()
    (inside / "own").symlink_to(inside / "a")
    (inside / "away").symlink_to(outside / "a")
    (inside / "circle").symlink_to(inside / "circle")
    told = {name: leads_out_of(inside, inside / name) for name in ("a", "own", "lost")}
    assert told == {"a": False, "own": False, "lost": False}
    for path in ("away", "circle", "../in-other/a", "/etc/passwd", "nul\0"):
        assert leads_out_of(inside, inside / path), path


def test_names_and_content_reach_the_disk(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.write(b"1")
        to_disk(file)
        assert (tmp_path / "a").read_bytes() == b"1"
    name_to_disk(tmp_path / "a")
