"""An export divides no group, moves nothing, and is there whole or not at all."""

import csv
import shutil

import numpy as np
import pytest
from PIL import Image

from labelled_folder import folder_of_pictures
from skecg.datasets import read_image_folder
from skecg.exceptions import DataFileError
from skecg.imaging.decode import read_image
from skecg.labelling import LabelSession, export_labels, read_patients

CLASSES = ["Normal", "Abnormal"]


@pytest.fixture
def session(tmp_path):
    folder = folder_of_pictures(tmp_path / "scans", 12)
    for name in ("00", "03"):  # the same trace once more, lighter
        picture = read_image(folder / f"{name}.png")
        Image.fromarray(picture // 2 + 127).save(folder / f"{name}-copy.png")
    session = LabelSession(folder, "anna", CLASSES)
    for place, item in enumerate(session.items):
        is_normal = int(item.name[:2]) % 2 == 0
        label(session, place, CLASSES[not is_normal])
    return session


def label(session, place, name):
    session.decide(session.look(place), "label", name)


def export(session, output, **options):
    return export_labels(session.store, session.items, output, **options)


def content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_read_back(session, tmp_path):
    before = content(session.folder)
    made = export(session, tmp_path / "made", test_share=0.25)
    assert made.left_out == []
    assert made.n_groups == 12
    read = read_image_folder(tmp_path / "made")
    assert len(read.paths) == 14
    told = {
        path: (target, subset)
        for path, target, subset in zip(
            read.paths, read.target, read.subset, strict=True
        )
    }
    for path, (target, subset) in told.items():
        name = path.rpartition("/")[2]
        assert target == CLASSES[int(name[:2]) % 2]
        assert ("Test data" in path) == (subset == "test")
    for part, name in (("train", "training"), ("test", "test")):
        of_part = read.target[read.subset == part].tolist()
        assert getattr(made, name) == {one: of_part.count(one) for one in CLASSES}
    assert all(made.test.values())
    # No group on both sides: reading it warns of none, and here is why.
    for name in ("00", "03"):
        sides = {subset for path, (_, subset) in told.items() if f"/{name}" in path}
        assert len(sides) == 1
    assert content(session.folder) == before


def test_patients_stay_on_one_side(session, tmp_path):
    patients = {item.name: f"p{int(item.name[:2]) // 4}" for item in session.items}
    made = export(session, tmp_path / "made", patients=patients, test_share=0.3)
    assert made.n_groups == 3
    with (tmp_path / "made" / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    sides = {}
    for row in rows:
        sides.setdefault(patients[row["original"]], set()).add(row["subset"])
    assert all(len(one) == 1 for one in sides.values())
    again = read_image_folder(
        tmp_path / "made", labels=tmp_path / "made" / "labels.csv"
    )
    assert len(set(again.groups.tolist())) == 3


@pytest.mark.parametrize("how", ["hard link", "symbolic link"])
def test_links_instead_of_copies(session, tmp_path, how):
    export(session, tmp_path / "made", how=how)
    (path,) = (tmp_path / "made").glob("T*/*/01.png")
    assert path.is_symlink() == (how == "symbolic link")
    assert path.samefile(session.folder / "01.png")


def test_the_seed_makes_the_split(session, tmp_path):
    for name, seed in (("one", 1), ("two", 1)):
        export(session, tmp_path / name, random_state=seed)
    one, two = (
        {path.relative_to(tmp_path / name) for path in (tmp_path / name).rglob("*")}
        for name in ("one", "two")
    )
    assert one == two


def test_what_has_no_class_is_listed(session, tmp_path):
    session.undo()  # 11
    places = {item.name: place for place, item in enumerate(session.items)}
    for name, action in (("00-copy.png", "unsure"), ("02.png", "skip")):
        place = places[name]
        session.decide(session.look(place), action)
    (session.folder / "01.png").write_bytes((session.folder / "02.png").read_bytes())
    made = export(session, tmp_path / "made")
    assert dict(made.left_out) == {
        "00-copy.png": "nobody could tell",
        "01.png": "changed since it was labelled",
        "02.png": "skipped",
        "11.png": "not labelled",
    }


@pytest.mark.parametrize(
    ("others", "majority"), [(["Abnormal"], None), (["Abnormal"] * 2, "Abnormal")]
)
def test_conflicts(session, tmp_path, others, majority):
    place = 5
    item = session.items[place]
    other = CLASSES[1 - CLASSES.index(session.look(place).decision.label)]
    for number in range(len(others)):
        label(LabelSession(session.folder, f"b{number}"), place, other)
    with pytest.raises(DataFileError, match=f"different classes.*{item.name}"):
        export(session, tmp_path / "made")
    assert not (tmp_path / "made").exists()
    left = dict(export(session, tmp_path / "out", conflicts="leave out").left_out)
    assert "different classes" in left[item.name]
    made = export(session, tmp_path / "most", conflicts="majority")
    if majority is None:
        assert dict(made.left_out)[item.name].startswith("no majority: 1 x")
    else:
        assert made.left_out == []
        (path,) = (tmp_path / "most").glob(f"T*/*/{item.name}")
        assert path.parent.name == other


def test_a_folder_with_something_in_it_is_refused(session, tmp_path):
    (tmp_path / "made").mkdir()
    export(session, tmp_path / "made")  # an empty one is not
    before = content(tmp_path / "made")
    with pytest.raises(FileExistsError, match="not empty"):
        export(session, tmp_path / "made")
    assert content(tmp_path / "made") == before


def test_what_fails_leaves_nothing_behind(session, tmp_path, monkeypatch):
    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("skecg.labelling._export._write_table", fail)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(OSError, match="No space"):
        export(session, tmp_path / "made")
    assert sorted(tmp_path.iterdir()) == before


def test_equal_names_of_several_folders_all_have_a_place(tmp_path):
    folder = folder_of_pictures(tmp_path / "scans" / "", 3)
    for name in ("a", "b"):
        (folder / name).mkdir()
        shutil.move(folder / f"0{'ab'.index(name)}.png", folder / name / "same.png")
    session = LabelSession(folder, "anna", CLASSES)
    for place in range(3):
        label(session, place, "Normal")
    made = export(session, tmp_path / "made", test_share=0.4)
    names = {path.name for path in (tmp_path / "made").glob("T*/*/*")}
    assert sum(made.training.values()) + sum(made.test.values()) == 3
    assert names <= {"same.png", "a__same.png", "b__same.png", "02.png"}


def test_too_little_cannot_be_split(session, tmp_path):
    empty = LabelSession(session.folder, "x", CLASSES, labels=tmp_path / "l.jsonl")
    label(empty, 0, "Normal")
    with pytest.raises(DataFileError, match="two groups"):
        export(empty, tmp_path / "made")


def test_records_keep_their_names_and_all_their_files(tmp_path):
    wfdb = pytest.importorskip("wfdb")
    folder = tmp_path / "records"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in ("r1", "r2", "r3"):
        wfdb.wrsamp(
            name,
            fs=250,
            units=["mV"],
            sig_name=["II"],
            p_signal=rng.normal(size=(500, 1)),
            fmt=["16"],
            write_dir=str(folder),
        )
    session = LabelSession(folder, "anna", CLASSES)
    for place in range(3):
        label(session, place, "Normal")
    export(session, tmp_path / "made", test_share=0.3)
    made = {path.name for path in (tmp_path / "made").glob("T*/*/*")}
    assert made == {f"r{n}.{end}" for n in (1, 2, 3) for end in ("hea", "dat")}


@pytest.mark.filterwarnings("ignore::skecg.exceptions.MissingClassWarning")
def test_an_export_goes_beside_the_folder_however_it_is_called(tmp_path, monkeypatch):
    folder = folder_of_pictures(tmp_path / "scans", 4)
    deep = folder_of_pictures(folder / "deep", 2)
    session = LabelSession(folder, "anna", ["Normal", "Abnormal"])
    for place in range(len(session.items)):
        label = ["Normal", "Abnormal"][place % 2]
        session.decide(session.look(place), "label", label)
    (tmp_path / "link").symlink_to(deep)
    monkeypatch.chdir(folder)
    for output in (deep / "made", tmp_path / "link" / "made", "made", "../scans/made"):
        with pytest.raises(ValueError, match=r"lie outside .*scans, got .*made"):
            export_labels(session.store, session.items, output)
    export_labels(session.store, session.items, "../scans-made")  # begins alike
    assert {path.name for path in folder.iterdir()} == {
        "deep",
        "labels.jsonl",
        *(f"{number:02}.png" for number in range(4)),
    }


def test_a_file_of_two_patients_is_refused(tmp_path):
    table = tmp_path / "patients.csv"
    table.write_text("file,patient\n1.png,a\n1.png,a\n2.png,\n2.png,b\n")
    assert read_patients(table) == {"1.png": "a", "2.png": "b"}
    table.write_text("file,patient\n1.png,a\n1.png,b\n")
    with pytest.raises(DataFileError, match=r"1\.png to two patients, a and b"):
        read_patients(table)
