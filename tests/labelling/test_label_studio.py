"""Labels out to Label Studio and in again."""

import json

import pytest

from labelled_folder import folder_of_pictures
from skecg.exceptions import DataFileError
from skecg.labelling import (
    LabelSession,
    LabelStore,
    read_label_studio,
    write_label_studio,
)

CLASSES = ["Normal", "Abnormal"]


@pytest.fixture
def session(tmp_path):
    session = LabelSession(folder_of_pictures(tmp_path / "scans", 4), "anna", CLASSES)
    for place, (action, name) in enumerate(
        [("label", "Normal"), ("unsure", ""), ("skip", "")]
    ):
        session.decide(session.look(place), action, name)
    return session


def task(image, choice="Normal", **more):
    result = [{"type": "choices", "value": {"choices": [choice]}}]
    annotation = {"id": 7, "completed_by": 3, "result": result} | more
    return {"id": 1, "data": {"image": image}, "annotations": [annotation]}


def test_what_goes_out_comes_in_again(session, tmp_path):
    path = tmp_path / "tasks.json"
    assert write_label_studio(session.store, session.items, path) == 4
    other = LabelStore(tmp_path / "other.jsonl", CLASSES)
    for _ in range(2):  # twice changes nothing
        told = read_label_studio(other, session.items, path)
        assert told == (3, [])
    assert len((tmp_path / "other.jsonl").read_bytes().splitlines()) == 4

    def what(store):
        return {
            file: (one.action, one.label, one.sha256)
            for file, one in store.decisions("anna").items()
        }

    assert what(other) == what(session.store)


@pytest.mark.parametrize(
    "image",
    [
        "03.png",
        "/data/upload/1/0a1b2c3d-03.png",
        "/data/local-files/?d=some/scans/03.png",
        "https://example.org/scans/03.png?token=x",
    ],
)
def test_paths_as_label_studio_writes_them(session, tmp_path, image):
    path = tmp_path / "in.json"
    path.write_text(json.dumps([task(image, "Abnormal")]))
    assert read_label_studio(session.store, session.items, path) == (1, [])
    assert session.store.decision("Label Studio 3", "03.png").label == "Abnormal"


def test_what_cannot_be_taken_is_listed(session, tmp_path):
    path = tmp_path / "in.json"
    path.write_text(json.dumps([task("lost.png"), task("00.png", "Noise")]))
    told = read_label_studio(session.store, session.items, path)
    assert told.n_decisions == 0
    assert [one.file for one in told.left_out] == ["lost.png", "00.png"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"image": "a.png"}]'])
def test_another_file_is_refused(session, tmp_path, text):
    path = tmp_path / "in.json"
    path.write_text(text)
    with pytest.raises(DataFileError, match=r"in\.json"):
        read_label_studio(session.store, session.items, path)
