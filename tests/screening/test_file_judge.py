"""One file at a time, as a screening judges it."""

import csv
import math
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest

from beat_models import beat_model, write_excerpts
from screened_files import Brightness, write_pictures
from skecg.datasets import make_ecg
from skecg.screening import FileJudge, screen
from skecg.screening._findings import REFER


@pytest.fixture(scope="module")
def excerpts(tmp_path_factory):
    return write_excerpts(tmp_path_factory.mktemp("excerpts"))


def _rows(path):
    with path.open(newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"V", "N"}),
        ({"refer_below": 0.99}, {""}),
        ({"min_beats": 0.5}, {"N"}),  # most beats of each are
    ],
)
def test_it_says_of_a_record_what_a_screening_says(
    excerpts, tmp_path, options, expected
):
    judge = FileJudge(beat_model(), **options)
    assert judge.of_records
    screen(beat_model(), excerpts, tmp_path / "o.csv", **options)
    labels = set()
    for path, row in _rows(tmp_path / "o.csv").items():
        said = judge(Path(path))
        assert (said.outcome, said.label) == (row["outcome"], row["class"])
        assert said.confidence == pytest.approx(float(row["confidence"]), rel=1e-5)
        assert f"{row['beats']} beats: " in said.reason
        assert row["beats(V)"] == "0" or f"{row['beats(V)']} V" in said.reason
        labels.add(said.label)
    assert labels >= expected


def test_what_is_uncertain_says_so(excerpts):
    said = FileJudge(beat_model(), refer_below=1.0)(Path(excerpts[0]))
    assert (said.outcome, said.label) == (REFER, "")
    assert said.reason.startswith("Uncertain: a person should look. ")


def test_it_says_of_a_picture_what_a_screening_says(tmp_path):
    paths = write_pictures(tmp_path, [10, 250])
    judge = FileJudge(Brightness())
    assert not judge.of_records
    assert [judge(Path(path)).label for path in paths] == ["dark", "light"]
    assert judge(Path(paths[0])).confidence == pytest.approx(1 - 10 / 255)


def test_a_file_that_cannot_be_used_has_a_reason(tmp_path):
    (tmp_path / "torn.png").write_bytes(b"torn")
    said = FileJudge(Brightness())(tmp_path / "torn.png")
    assert (said.outcome, said.label) == ("unreadable", "")
    assert math.isnan(said.confidence)
    assert said.reason.startswith("Unreadable. ")
    gone = FileJudge(beat_model())(tmp_path / "gone.hea")
    assert "gone.hea" in gone.reason


def test_a_table_without_times_needs_its_rate(tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("\n".join(["II", *(f"{v:.4f}" for v in _a_record())]))
    assert "column 'time'" in FileJudge(beat_model())(path).reason
    assert FileJudge(beat_model(), sampling_rate=125.0)(path).label


def _a_record():
    return make_ecg(1, sampling_rate=125.0, duration=20, random_state=0).data[0]


def test_threads_get_answers_of_their_own(excerpts):
    judge = FileJudge(beat_model())
    expected = {path: judge(Path(path)) for path in excerpts}
    found = {}

    def ask(path):
        found[path] = judge(Path(path))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        threads = [threading.Thread(target=ask, args=(path,)) for path in excerpts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == expected


class Blind:
    """Takes records, and does not say at which rate."""

    classes_ = np.array(["N", "V"])
    n_times_in_ = 10


def test_parameters_are_checked_as_by_a_screening():
    with pytest.raises(ValueError, match="refer_below"):
        FileJudge(beat_model(), refer_below=2.0)
    for lead in ("", (), ("II", "")):
        with pytest.raises(ValueError, match="lead must name one lead or more"):
            FileJudge(beat_model(), lead=lead)
    with pytest.raises(TypeError, match="sampling rate"):
        FileJudge(Blind())
