"""Which model judges where none is named, and what is known of it."""

import sys
import types

import pytest

import skecg
from beat_models import beat_model
from record_files import known_leads, write_edf
from screened_files import write_pictures
from skecg.exceptions import DataFileError, DataFileNotFoundError, ModelFileError
from skecg.persistence import ModelCard
from skecg.screening import open_model


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "beats.skecg"
    skecg.save(beat_model(), path, card=ModelCard(data="Excerpts"))
    return path


@pytest.fixture
def shipped(file, monkeypatch):
    """A package with models inside that tells what it was asked for."""
    asked = []
    module = types.ModuleType("skecg.pretrained")
    module.load_pretrained = lambda name, **options: (
        asked.append((name, options)) or beat_model()
    )
    module.pretrained_path = lambda name: file
    monkeypatch.setitem(sys.modules, "skecg.pretrained", module)
    return asked


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


def test_what_is_to_be_screened_chooses_the_model_inside_the_package(shipped, tmp_path):
    records, pictures = tmp_path / "records", tmp_path / "pictures"
    records.mkdir()
    pictures.mkdir()
    data, _ = known_leads(2.0)
    path = write_edf(records / "a.edf", data, ["I", "II"])
    write_pictures(pictures, [0, 1])
    opened = open_model(paths=[records])
    assert opened.find([records]) == [str(path)]
    assert opened.card["data"] == "Excerpts"
    open_model(paths=[pictures / "000.png"])
    assert shipped == [("heartbeats", {"sampling_rate": 250.0}), ("ecg-images", {})]
    with pytest.raises(DataFileError, match="both pictures and records"):
        open_model(paths=[tmp_path])
    with pytest.raises(DataFileError, match="neither"):
        open_model(paths=[])
    with pytest.raises(DataFileNotFoundError, match="lost"):
        open_model(paths=[tmp_path / "lost"])


def test_a_package_without_models_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "skecg.pretrained", None)
    with pytest.raises(ModelFileError, match="Name one of your own"):
        open_model(paths=["a.edf"])


def test_the_model_inside_the_package_takes_records(tmp_path):
    pytest.importorskip("skecg.pretrained", reason="no model inside the package")
    data, _ = known_leads(2.0)
    path = write_edf(tmp_path / "a.edf", data, ["I", "II"])
    opened = open_model(paths=[path])
    assert opened.of_records
    assert opened.card
