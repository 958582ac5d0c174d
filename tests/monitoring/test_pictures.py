"""Models of pictures: drawn windows, and a folder of new scans."""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from skecg.exceptions import DataFileNotFoundError
from skecg.imaging.decode import read_image
from skecg.monitoring import DrawnWindows, StreamMonitor, watch_folder
from skecg.preprocessing import ECGRenderer


class Bright:
    """Of pictures, arrays or files: which are bright."""

    classes_ = np.array(["dark", "bright"])

    def predict_proba(self, X):
        pictures = [read_image(x) if isinstance(x, str) else x for x in X]
        share = np.array([np.mean(picture) / 255 for picture in pictures])
        return np.stack([1 - share, share], axis=-1)


def test_windows_are_drawn_as_the_renderer_draws_records():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((3, 2500))
    renderer = ECGRenderer(sampling_rate=250, layout="rows", size=(120, 240))
    expected = Bright().predict_proba(renderer.fit_transform(X))
    drawn = DrawnWindows(Bright(), renderer)
    np.testing.assert_array_equal(drawn.predict_proba(X), expected)
    events = StreamMonitor(drawn, sampling_rate=250, step=10, rules=()).feed(
        [(0.0, X.ravel())]
    )
    assert [event.label for event in events] == ["bright"]
    assert events[0].confidence == pytest.approx(expected[:2, 1].mean(), abs=1e-6)


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
