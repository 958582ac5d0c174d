"""Which model judges where none is named, and what is known of it."""

import pytest

import skecg
from beat_models import beat_model
from record_files import known_leads, write_edf
from screened_files import write_pictures
from skecg.exceptions import DataFileError, DataFileNotFoundError
from skecg.persistence import ModelCard
from skecg.pretrained import pretrained_path
from skecg.screening import open_model


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "beats.skecg"
    skecg.save(beat_model(), path, card=ModelCard(data="Excerpts"))
    return path


def test_a_file_is_opened_with_its_card(file):
    opened = open_model(str(file))
    assert opened.of_records
    assert opened.card["data"] == "Excerpts"
    assert len(opened.name) == 64
    with pytest.raises(DataFileNotFoundError, match=r"lost\.skecg"):
        open_model("lost.skecg")


def test_a_model_without_a_card_says_nothing(tmp_path):
    skecg.save(beat_model(), tmp_path / "m.skecg")
    assert open_model(tmp_path / "m.skecg").card == {}


def test_what_is_to_be_screened_chooses_the_model_inside_the_package(tmp_path):
    records, pictures = tmp_path / "records", tmp_path / "pictures"
    records.mkdir()
    pictures.mkdir()
    data, _ = known_leads(2.0)
    path = write_edf(records / "a.edf", data, ["I", "II"])
    write_pictures(pictures, [0, 1])
    opened = open_model(paths=[records])
    assert opened.find([records]) == [str(path)]
    assert opened.of_records
    assert "MIT-BIH" in opened.card["data"]
    assert opened.estimator.segmenter.sampling_rate == 250.0
    opened = open_model(paths=[pictures / "000.png"])
    assert not opened.of_records
    assert "Normal" in opened.estimator.classes_
    with pytest.raises(DataFileError, match="both pictures and records"):
        open_model(paths=[tmp_path])
    with pytest.raises(DataFileError, match="neither"):
        open_model(paths=[])
    with pytest.raises(DataFileNotFoundError, match="lost"):
        open_model(paths=[tmp_path / "lost"])


@pytest.mark.parametrize("name", ["heartbeats", "ecg-images"])
def test_a_model_inside_the_package_is_the_same_whether_it_is_named_or_not(
    name, tmp_path
):
    if name == "ecg-images":
        write_pictures(tmp_path, [51])
    else:
        write_edf(tmp_path / "a.edf", known_leads(2.0)[0], ["I", "II"])
    named = open_model(pretrained_path(name))
    taken = open_model(paths=[tmp_path])
    assert named.name == taken.name
    assert str(named.estimator.get_params()) == str(taken.estimator.get_params())
