"""What labelled data are is seen from what is there."""

import pytest

from labelled_data import beat_table, picture_folder, record_folder
from skecg.datasets import read_data
from skecg.exceptions import DataFileError, DataFileNotFoundError


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    picture_folder(folder / "pictures")
    record_folder(folder / "records", ("106", "119"))
    beat_table(folder / "beats.csv")
    return folder


@pytest.mark.parametrize(
    ("name", "form", "known"),
    [
        ("pictures", "pictures", False),
        ("records", "records", True),
        ("beats.csv", "beats", True),
    ],
)
def test_all_forms_have_the_same_names(name, form, known, data):
    bunch = read_data(data / name)
    assert (bunch.form, bunch.patients_known) == (form, known)
    assert len(bunch.data) == len(bunch.target) == len(bunch.groups)
    assert (bunch.subset, bunch.skipped) == (None, [])
    assert len(bunch.sha256) == 64
    kind = "image" if form == "pictures" else "signal"
    assert read_data(data / name, kind=kind).sha256 == bunch.sha256
    with pytest.raises(DataFileError, match="not of the kind"):
        read_data(data / name, kind="signal" if kind == "image" else "image")


def test_options_reach_their_reader(data):
    beats = read_data(data / "beats.csv", sampling_rate=125.0)
    assert beats.sampling_rate == 125.0
    records = read_data(data / "records", sampling_rate=100.0, window=(0.1, 0.2))
    assert records.data.shape[1] == 30
    assert read_data(data / "records", lead="V1").lead == "V1"


@pytest.mark.parametrize("column", ["patient", "note"])
def test_a_table_of_pictures_may_name_patients(column, data, tmp_path):
    rows = [
        f"{path.relative_to(data / 'pictures')},{path.parent.name},{index % 4}"
        for index, path in enumerate(sorted((data / "pictures").rglob("*.jpg")))
    ]
    table = tmp_path / "labels.csv"
    table.write_text("\n".join([f"file,label,{column}", *rows]))
    bunch = read_data(data / "pictures", labels=table)
    assert bunch.patients_known == (column == "patient")
    if bunch.patients_known:
        assert len(set(bunch.groups.tolist())) == 4


def test_pictures_without_classes_are_refused(data):
    with pytest.raises(DataFileError, match="have no classes"):
        read_data(data / "pictures" / "MI")


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("beats.csv", {"lead": "II"}, "lead is not for beats"),
        ("beats.csv", {"labels": "x.csv"}, "labels is not for beats"),
        ("pictures", {"sampling_rate": 125.0}, "sampling_rate is not for pictures"),
        ("records", {"labels": "x.csv"}, "labels is not for records"),
        ("beats.csv", {"kind": "video"}, "kind must be"),
    ],
)
def test_options_for_other_data_are_refused(name, options, told, data):
    with pytest.raises(ValueError, match=told):
        read_data(data / name, **options)


def test_nothing_there(tmp_path):
    with pytest.raises(DataFileNotFoundError, match="no file or folder"):
        read_data(tmp_path / "lost")
