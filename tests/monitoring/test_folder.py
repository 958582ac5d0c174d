"""A folder of new scans."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.imaging.decode import read_image
from skecg.monitoring import watch_folder


class Bright:
    """Of picture files: which are bright."""

    classes_ = np.array(["dark", "bright"])

    def predict_proba(self, X):
        pictures = [read_image(x) for x in X]
        share = np.array([np.mean(picture) / 255 for picture in pictures])
        return np.stack([1 - share, share], axis=-1)


def _save(path, shade):
    Image.new("L", (30, 20), shade).save(path)


def _watch(folder, tmp_path, rounds=1, **more):
    looks = iter(range(rounds))
    options = {"settled": 0.0, "interval": 0.0} | more
    return list(
        watch_folder(
            folder,
            Bright(),
            journal=tmp_path / "journal",
            until=lambda: next(looks) == rounds - 1,
            **options,
        )
    )


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "scans"
    (made / "deep").mkdir(parents=True)
    _save(made / "one.png", 250)
    _save(made / "deep" / "two.png", 5)
    (made / "notes.txt").write_text("no picture")
    _save(made / ".hidden.png", 5)
    return made


def test_each_scan_is_told_once(folder, tmp_path):
    events = _watch(folder, tmp_path, rounds=3)
    told = {event.patient: event.label for event in events}
    assert told == {"one.png": "bright", str(Path("deep") / "two.png"): "dark"}
    assert len(events) == 2
    assert _watch(folder, tmp_path) == []  # by the next process either
    _save(folder / "three.png", 250)
    assert [event.patient for event in _watch(folder, tmp_path)] == ["three.png"]


def test_a_scan_that_was_replaced_is_new(folder, tmp_path):
    first = {event.patient: event.id for event in _watch(folder, tmp_path)}
    _save(folder / "one.png", 3)
    os.utime(folder / "one.png", (1e9, 1e9))
    (again,) = _watch(folder, tmp_path)
    assert (again.patient, again.label) == ("one.png", "dark")
    assert again.id != first["one.png"]


def test_a_file_that_still_grows_is_left_alone(folder, tmp_path):
    assert _watch(folder, tmp_path, rounds=2, settled=30.0) == []
    grown = []

    def grow(_):
        grown.append(1)
        with (folder / "one.png").open("ab") as file:
            file.write(b"0")
        time.sleep(0.1)

    events = _watch(folder, tmp_path, rounds=6, settled=0.25, sleep=grow)
    assert {event.patient for event in events} == {str(Path("deep") / "two.png")}
    assert grown


def test_a_file_that_cannot_be_read_is_told_and_the_others_judged(folder, tmp_path):
    (folder / "broken.png").write_bytes(b"no picture")
    events = _watch(folder, tmp_path)
    (bad,) = [event for event in events if event.kind == "bad_input"]
    assert bad.patient == "broken.png"
    assert bad.label
    assert len(events) == 3


def test_a_torn_line_of_the_journal_is_dropped(folder, tmp_path):
    _watch(folder, tmp_path)
    with (tmp_path / "journal").open("ab") as file:
        file.write(b'["three.png", [1')
    assert _watch(folder, tmp_path) == []
    _save(folder / "three.png", 3)
    assert len(_watch(folder, tmp_path)) == 1


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(DataFileNotFoundError, match="Check the path"):
        _watch(tmp_path / "nowhere", tmp_path)


def test_what_was_not_taken_is_told_again_by_the_same_id(folder, tmp_path):
    def begin():
        return watch_folder(
            folder,
            Bright(),
            journal=tmp_path / "journal",
            settled=0.0,
            until=lambda: True,
        )

    watched = begin()
    first = next(watched)
    watched.close()  # as if the process had ended with the event in its hand
    again = begin()
    assert next(again) == first
    second = next(again)  # so the first one was taken
    again.close()
    assert [event.id for event in begin()] == [second.id]
    assert list(begin()) == []


_CONSUMER = """
import os, signal, sys
from skecg.monitoring import JsonLines, watch_folder

class Any:
    classes_ = ["any"]
    def predict_proba(self, paths):
        return [[1.0]]

folder, journal, kept, dies_at = sys.argv[1:]
sink = JsonLines(kept)
events = watch_folder(folder, Any(), journal=journal, settled=0.0, until=lambda: True)
for number, event in enumerate(events):
    if number == int(dies_at):
        os.kill(os.getpid(), signal.SIGKILL)
    sink(event)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9")
def test_a_consumer_that_is_killed_loses_nothing(folder, tmp_path):
    _save(folder / "three.png", 99)
    kept = tmp_path / "kept.jsonl"
    for dies_at, code in ((1, -signal.SIGKILL), (0, -signal.SIGKILL), (9, 0)):
        words = [folder, tmp_path / "journal", kept, dies_at]
        ended = subprocess.run(
            [sys.executable, "-c", _CONSUMER, *map(str, words)], check=False
        )
        assert ended.returncode == code
    events = [json.loads(line) for line in kept.read_text().splitlines()]
    assert sorted(event["patient"] for event in events) == sorted(
        ["one.png", "three.png", str(Path("deep") / "two.png")]
    )


def test_copies_have_ids_of_their_own_and_a_touched_file_is_not_new(folder, tmp_path):
    (folder / "copy.png").write_bytes((folder / "one.png").read_bytes())
    first = _watch(folder, tmp_path)
    assert len({event.id for event in first}) == len(first) == 3
    os.utime(folder / "one.png", (1e9, 1e9))
    assert _watch(folder, tmp_path) == []
    (tmp_path / "journal").unlink()
    assert {event.id for event in _watch(folder, tmp_path)} == {e.id for e in first}


def test_a_file_that_changes_while_it_is_looked_at_waits(folder, tmp_path):
    class Slow(Bright):
        def predict_proba(self, X):
            answer = super().predict_proba(X)
            if not grown and X[0].endswith("one.png"):
                grown.append(1)
                _save(folder / "one.png", 3)
                os.utime(folder / "one.png", (1e9, 1e9))
            return answer

    grown, looks = [], iter(range(2))
    events = watch_folder(
        folder,
        Slow(),
        journal=tmp_path / "journal",
        settled=0.0,
        interval=0.0,
        until=lambda: next(looks) == 1,
    )
    assert [(e.patient, e.label) for e in events if e.patient == "one.png"] == [
        ("one.png", "dark")
    ]


@pytest.mark.parametrize(
    "content",
    [
        "name,class\none.png,MI",
        "no line is whole",
        '["a", "b"]',
        '{"a": 1, "b": 2, "c": 3}\n',
        '"abc"\n',
        '["one.png", [1, "2"], "id"]\n',
    ],
)
def test_another_file_is_no_journal_and_stays_as_it_is(folder, tmp_path, content):
    journal = tmp_path / "journal"
    journal.write_text(content)
    with pytest.raises(DataFileError, match="no journal of watched scans"):
        _watch(folder, tmp_path)
    assert journal.read_text() == content


def test_a_folder_is_no_journal(folder, tmp_path):
    (tmp_path / "journal").mkdir()
    with pytest.raises(DataFileError, match="no journal of watched scans"):
        _watch(folder, tmp_path)


@pytest.mark.parametrize("n_bytes", [1, 2, 30])
def test_a_first_line_that_is_torn_is_dropped(folder, tmp_path, n_bytes):
    _watch(folder, tmp_path)
    journal = tmp_path / "journal"
    journal.write_bytes(journal.read_bytes()[:n_bytes])
    assert len(_watch(folder, tmp_path)) == 2
    assert _watch(folder, tmp_path) == []


def test_one_process_at_a_time_has_the_journal(folder, tmp_path):
    first = watch_folder(folder, Bright(), journal=tmp_path / "journal", settled=0.0)
    next(first)
    with pytest.raises(DataFileError, match="Another process writes to"):
        _watch(folder, tmp_path)
    first.close()
    assert len(_watch(folder, tmp_path)) == 2


class Failing:
    """Of picture files, whatever they hold."""

    classes_ = np.array(["dark", "bright"])

    def __init__(self, answer):
        self.answer = answer

    def predict_proba(self, X):
        if isinstance(self.answer, Exception):
            raise self.answer
        return [self.answer]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ImportError("PDF needs a reader."), "PDF needs a reader."),
        (
            RuntimeError("sizes differ"),
            "The model failed: RuntimeError(",
        ),
        ([np.nan, np.nan], "no number"),
        ([0.2, np.inf], "no number"),
    ],
)
def test_a_model_that_fails_ends_no_watch(folder, tmp_path, answer, reason):
    options = {"journal": tmp_path / "journal", "settled": 0.0, "until": lambda: True}
    events = list(watch_folder(folder, Failing(answer), **options))
    assert [event.kind for event in events] == ["bad_input"] * 2
    for event in events:
        assert reason in event.label
        assert json.loads(event.as_json())["label"] == event.label


def test_a_folder_that_is_taken_away_while_it_is_looked_into(
    folder, tmp_path, monkeypatch
):
    listed = os.scandir

    def scandir(path):
        deep = folder / "deep"
        if os.fspath(path) == str(deep):  # it was there when its parent was listed
            (deep / "two.png").unlink()
            deep.rmdir()
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert [event.patient for event in _watch(folder, tmp_path)] == ["one.png"]
