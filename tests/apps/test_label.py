"""`skecg label` without its page: exports, agreement, Label Studio, mistakes."""

import json
import sys

import pytest
from click.testing import CliRunner

import skecg
from labelled_folder import folder_of_pictures
from skecg.apps.cli import main
from skecg.classifiers import SignalClassifier
from skecg.datasets import make_ecg, read_image_folder
from skecg.labelling import LabelSession

CLASSES = ["Normal", "Abnormal"]


@pytest.fixture
def folder(tmp_path):
    folder = folder_of_pictures(tmp_path / "scans", 8)
    for who, shift in (("anna", 0), ("ben", 0), ("carl", 1)):
        session = LabelSession(folder, who, CLASSES)
        for place in range(8):
            name = CLASSES[(place + shift * (place == 0)) % 2]
            session.decide(session.look(place), "label", name)
    return folder


def run(*arguments):
    return CliRunner().invoke(main, ["label", *map(str, arguments)])


def test_an_export_is_told_and_read_back(folder, tmp_path):
    made = tmp_path / "made"
    result = run(folder, "--export", made, "--conflicts", "majority", "--seed", 1)
    assert result.exit_code == 0, result.output
    assert f"Wrote {made}: 8 groups, none of them divided." in result.output
    assert len(read_image_folder(made).paths) == 8


def test_patients_of_other_files_divide_nobody_unseen(folder, tmp_path):
    patients, made = tmp_path / "patients.csv", tmp_path / "made"
    patients.write_text("file,patient\nscans/00.png,p1\nscans/01.png,p1\n")
    options = ("--conflicts", "majority", "--patients", patients)
    result = run(folder, "--export", made, *options)
    assert result.exit_code == 1
    assert "names none of the 8 files: it has 'scans/00.png'" in result.output
    assert not made.exists()


def test_labels_that_do_not_come_in_are_told_beside_what_is_left_out(folder, tmp_path):
    choice = {"type": "choices", "value": {"choices": ["Normal"]}}
    task = {"data": {"image": "other.png"}, "annotations": [{"result": [choice]}]}
    given = tmp_path / "given.json"
    given.write_text(json.dumps([task]))
    options = ("--from-label-studio", given, "--conflicts", "leave out", "--json")
    result = run(folder, *options, "--export", tmp_path / "made")
    assert result.exit_code == 3, result.output
    told = json.loads(result.output)
    assert [one["file"] for one in told["not_imported"]] == ["other.png"]
    assert [one["file"] for one in told["left_out"]] == ["00.png"]


def test_a_class_of_one_group_is_told_in_a_sentence(tmp_path):
    folder = folder_of_pictures(tmp_path / "scans", 8)
    session = LabelSession(folder, "anna", CLASSES)
    for place in range(8):
        session.decide(session.look(place), "label", CLASSES[place == 0])
    result = run(folder, "--annotator", "anna", "--export", tmp_path / "made")
    assert result.exit_code == 0, result.output
    assert "Warning: Not in both parts: Abnormal." in result.stderr


@pytest.mark.parametrize("place", [".", "made", "a/b/made", ".hidden"])
def test_an_export_into_the_labelled_folder_is_wrong_use(folder, place):
    before = sorted(folder.rglob("*"))
    result = run(folder, "--export", folder / place, "--conflicts", "majority")
    assert result.exit_code == 2
    assert "must lie outside the folder that was labelled" in result.output
    assert sorted(folder.rglob("*")) == before


def test_links_patients_and_json(folder, tmp_path):
    patients = tmp_path / "patients.csv"
    rows = "".join(f"{place:02}.png,p{place // 2}\n" for place in range(8))
    patients.write_text(f"file,patient\n{rows}")
    made = tmp_path / "made"
    options = ("--conflicts", "leave out", "--patients", patients, "--link", "symbolic")
    result = run(folder, "--export", made, *options, "--test-share", 0.5, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["n_groups"] == 4
    assert [one["file"] for one in told["left_out"]] == ["00.png"]
    assert all(path.is_symlink() for path in made.glob("T*/*/*.png"))


def test_kappa_of_every_two(folder):
    result = run(folder, "--agreement")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "anna and ben: 8 files, 100.0% alike, Cohen's kappa 1.000"
    assert lines[1] == "anna and carl: 8 files, 87.5% alike, Cohen's kappa 0.750"
    told = json.loads(run(folder, "--agreement", "--json").output)
    assert told["agreement"][1]["kappa"] == pytest.approx(0.75)


def test_label_studio_out_and_in(folder, tmp_path):
    path, labels = tmp_path / "tasks.json", tmp_path / "other.jsonl"
    result = run(folder, "--to-label-studio", path)
    assert result.output == f"Wrote 8 tasks to {path}.\n"
    result = run(
        folder,
        "--labels",
        labels,
        "--classes",
        "Normal,Abnormal",
        "--from-label-studio",
        path,
    )
    assert result.output == "24 labels came in.\n"
    assert (
        run(folder, "--labels", labels, "--agreement").output
        == run(folder, "--agreement").output
    )


def test_classes_come_from_a_folder(tmp_path):
    for name in ("MI", "Normal"):
        folder_of_pictures(tmp_path / name, 1)
    result = run(tmp_path, "--classes-from", tmp_path, "--agreement")
    assert result.output == "Fewer than two persons have labelled anything.\n"
    assert LabelSession(tmp_path, "x").classes == ("MI", "Normal")


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["lost"], 1, "does not exist"),
        (["scans", "--export", "full", "--conflicts", "majority"], 1, "not empty"),
        (["scans", "--export", "made"], 1, "different classes"),
        (["scans", "--classes", "A,B", "--agreement"], 1, "holds labels of"),
        (["scans", "--classes", "A", "--labels", "new"], 2, "two classes"),
        (["scans", "--labels", "new"], 2, "name the classes"),
        (["scans", "--classes", "A,B", "--classes-from", "x"], 2, "either"),
        (["scans", "--annotator", ""], 2, "annotator"),
        (["scans", "--test-share", "1", "--export", "made"], 2, "--test-share"),
        (["scans", "--from-label-studio", "lost.json"], 1, "cannot be read"),
        (["scans", "--export", "made", "--patients", "scans/00.png"], 1, "CSV file"),
        (["scans", "--port", "99999"], 2, "--port"),
        (["scans", "--agreement", "--link", "hard"], 2, "--link is of an export"),
        (["scans", "--seed", "1"], 2, "--seed is of an export"),
        (
            ["scans", "--agreement", "--model", "ecg-images"],
            2,
            "--model is of the page",
        ),
        (["scans", "--json"], 2, "--json is not for the page"),
        (["scans", "--to-label-studio", "no/x.json"], 1, "there is no folder no to"),
        (["scans/00.png"], 2, "is a file"),
    ],
)
def test_a_mistake_is_a_sentence_and_a_code(folder, monkeypatch, arguments, code, text):
    monkeypatch.chdir(folder.parent)
    (folder.parent / "full" / "of").mkdir(parents=True)
    before = (folder / "labels.jsonl").read_bytes()
    result = run(*arguments)
    assert result.exit_code == code, result.output
    assert text in result.output
    assert isinstance(result.exception, SystemExit)
    assert (folder / "labels.jsonl").read_bytes() == before
    assert not (folder.parent / "made").exists()


def test_what_pages_need_is_told(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.delitem(sys.modules, "skecg.apps.web", raising=False)
    monkeypatch.delitem(sys.modules, "skecg.apps.web._server", raising=False)
    result = run(folder, "--no-browser")
    assert result.exit_code == 1
    assert "pip install skecg[web]" in result.output


def test_a_model_that_tells_no_rate_is_wrong_use(folder, tmp_path):
    X = make_ecg(4, sampling_rate=250.0, duration=2.0, random_state=0).data
    network = SignalClassifier(max_epochs=1, random_state=0).fit(X, [0, 1, 0, 1])
    skecg.save(network, tmp_path / "blind.skecg")
    result = run(folder, "--model", tmp_path / "blind.skecg", "--no-browser")
    assert result.exit_code == 2
    assert "sampling rate" in " ".join(result.output.split())
