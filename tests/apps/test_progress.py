"""Progress is a bar where there is a terminal, and lines where there is none."""

import os
import subprocess
import sys

import pytest

from skecg.apps._progress import progress


def test_lines_are_as_wide_as_the_last_one(capsys):
    with progress() as tell:
        tell(32, 100, "a.png")
        tell(100, 100, "z.png")
    assert capsys.readouterr().err.splitlines() == [
        "[ 32/100] a.png",
        "[100/100] z.png",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_progress_is_a_bar_on_a_terminal():
    import pty

    code = (
        "from skecg.apps._progress import progress\n"
        "with progress() as tell:\n"
        "    tell(1, 2, 'first')\n"
        "    tell(2, 2, 'second')\n"
    )
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", code], stderr=theirs, check=True)
    output = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "100%" in output
    assert "second" in output
    assert "[ 1/2]" not in output


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_bar_begins_where_an_earlier_run_ended():
    import pty

    code = (
        "from skecg.apps._progress import progress\n"
        "with progress() as tell:\n"
        "    tell(50, 100, 'first')\n"
    )
    ours, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", code], stderr=theirs, check=True)
    output = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert "50%" in output


def test_progress_beside_the_output(capsys):
    with progress() as tell:
        tell(1, 2, "first")
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "[1/2] first\n")
