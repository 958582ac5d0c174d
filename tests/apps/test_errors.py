"""Errors are a sentence and a code; mistakes of ours keep their traceback."""

import tempfile
import warnings
from pathlib import Path

import click
import pytest

from skecg.apps._errors import (
    check_output,
    told_plainly,
    warnings_told,
    wrong_use_told,
)
from skecg.exceptions import (
    DataFileError,
    GroupsWarning,
    MissingExtraError,
    ModelNotExportableError,
)


@pytest.mark.parametrize(
    "error",
    [
        DataFileError("sentence"),
        MissingExtraError("sentence"),
        ModelNotExportableError("sentence"),
        OSError("sentence"),
        MemoryError("sentence"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_a_user_can_mend_is_a_failure(error):
    with (
        pytest.raises(click.ClickException, match="sentence") as caught,
        told_plainly(),
    ):
        raise error
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    "error", [ValueError, TypeError, ImportError, ZeroDivisionError]
)
def test_what_nobody_foresaw_keeps_its_traceback(error):
    with pytest.raises(error, match="mistake"), told_plainly():
        raise error("mistake")


def test_a_refused_option_is_wrong_use_and_a_bad_file_is_not():
    with pytest.raises(click.UsageError) as caught, wrong_use_told():
        raise ValueError("option")
    assert caught.value.exit_code == 2
    with pytest.raises(DataFileError), wrong_use_told():
        raise DataFileError("file")


def test_warnings_of_ours_are_told_once_and_no_others(capsys):
    with warnings_told():
        for _ in range(2):
            warnings.warn("ours", GroupsWarning, stacklevel=1)
        warnings.warn("theirs", UserWarning, stacklevel=1)
    assert capsys.readouterr().err == "Warning: ours\n"


def test_a_folder_that_cannot_be_written_into(tmp_path, monkeypatch):
    def refuse(**_):
        raise OSError(30, "Read-only file system")

    check_output(tmp_path / "new", force=False)
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(click.ClickException, match="Read-only file system"):
        check_output(Path(tmp_path / "new"), force=False)
