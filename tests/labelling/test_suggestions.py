"""Suggestions come from labels and models, and say when there is none."""

import re

import numpy as np
import pytest
from PIL import Image

from beat_models import beat_model, write_excerpts
from labelled_folder import folder_of_pictures
from screened_files import Brightness
from skecg.labelling import LabelSession, ModelSays, RuleOfThumb, find_items
from skecg.screening import FileJudge


@pytest.fixture
def session(tmp_path):
    folder = tmp_path / "scans"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(10):
        shade = (200 if number % 2 else 60) + rng.integers(-9, 9, (50, 60))
        Image.fromarray(shade.astype(np.uint8)).save(folder / f"{number}.png")
    return LabelSession(folder, "anna", ["Normal", "Abnormal"])


def test_the_rule_learns_from_the_labels_and_says_so(session):
    rule = RuleOfThumb(session)
    first = rule(session.items[9])
    assert (first.label, "3 pictures that are Normal" in first.reason) == ("", True)
    for place in range(8):
        name = "Normal" if place % 2 else "Abnormal"
        session.decide(session.look(place), "label", name)
    light, dark = rule(session.items[9]), rule(session.items[8])
    assert (light.label, dark.label) == ("Normal", "Abnormal")
    assert min(light.confidence, dark.confidence) > 0.5
    assert "8 of your labels" in light.reason


def test_a_label_of_the_picture_itself_takes_no_part(session):
    for place in range(6):
        name = "Normal" if place % 2 else "Abnormal"
        session.decide(session.look(place), "label", name)
    assert RuleOfThumb(session)(session.items[0]).label == ""  # two are left


def of_pictures():
    return ModelSays(FileJudge(Brightness()), "picture")


def test_the_model_answers(session):
    said = of_pictures()(session.items[9])
    assert said.label == "light"
    assert said.confidence == pytest.approx(200 / 255, abs=0.05)


def test_a_file_that_cannot_be_read_has_a_reason(tmp_path):
    folder = folder_of_pictures(tmp_path / "scans", 1)
    (folder / "00.png").write_bytes(b"torn")
    said = of_pictures()(find_items(folder)[0])
    assert said.label == ""
    assert "00.png" in said.reason
    assert str(tmp_path) not in said.reason


def test_a_model_of_records_tells_class_and_beats_as_a_screening_does(tmp_path):
    pytest.importorskip("wfdb")
    write_excerpts(tmp_path, ("233", "103"))
    Image.new("L", (30, 20), 9).save(tmp_path / "one.png")
    says = ModelSays(FileJudge(beat_model()), "record")
    said = {item.name: says(item) for item in find_items(tmp_path)}
    assert said["233.hea"].label == "V"  # of its beats most are not
    assert re.search(r"^\d+ beats: \d+ V, \d+ N\.", said["233.hea"].reason)
    assert said["103.hea"].label == "N"
    assert (said["one.png"].label, said["one.png"].reason) == (
        "",
        "This model is for records.",
    )
    picture = find_items(tmp_path)[-1]
    record = find_items(tmp_path)[0]
    assert of_pictures()(picture).label == "dark"
    assert of_pictures()(record).reason == "This model is for pictures."
