"""A screening replaces what a screening has written, and nothing else."""

import os

import pytest

from skecg.exceptions import DataFileError
from skecg.screening._outputs import check_outputs


@pytest.fixture
def files(tmp_path):
    written = {
        "table": "path,outcome,class,confidence,reason,P(a),sha256\n",
        "beats": "path,time,class,probability\n",
        "page": "<!doctype html>\n<title>Screening</title>",
    }
    for name, text in written.items():
        (tmp_path / name).write_text(text)
    return {name: tmp_path / name for name in written}


def test_what_a_screening_has_written_is_replaced_and_so_is_an_empty_file(
    files, tmp_path
):
    check_outputs(files["table"], files["beats"], files["page"])
    check_outputs(tmp_path / "new.csv")
    (tmp_path / "empty.csv").touch()
    check_outputs(tmp_path / "empty.csv")


@pytest.mark.parametrize("which", ["table", "beats", "page"])
@pytest.mark.parametrize("text", ["time,II\n0,1\n", "path", "PK\x03\x04"])
def test_a_file_of_somebody_else_stays(which, text, files):
    files[which].write_text(text)
    with pytest.raises(DataFileError, match="is there already, and no screening"):
        check_outputs(files["table"], files["beats"], files["page"])
    assert files[which].read_text() == text


def test_a_pipe_or_a_folder_is_not_replaced(tmp_path):
    with pytest.raises(DataFileError, match="no screening has written it"):
        check_outputs(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(DataFileError, match="no screening has written it"):
            check_outputs(tmp_path / "pipe")


def test_two_outputs_are_two_files(files, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(files["table"])
    for beats in (files["table"], link, tmp_path / "table.journal"):
        with pytest.raises(ValueError, match="at once"):
            check_outputs(files["table"], beats)
    with pytest.raises(ValueError, match="the report and the table of beats at once"):
        check_outputs(files["table"], files["beats"], files["beats"])
