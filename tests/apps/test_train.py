"""`skecg train`: a model and what it is worth, or one sentence and an exit code."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from click.testing import CliRunner

import skecg
from labelled_data import RECORDS, beat_table, picture_folder, record_folder
from skecg.apps.cli import main
from skecg.classifiers import BeatwiseClassifier
from skecg.datasets import load_mitbih_sample
from skecg.persistence import read_manifest

FAST = ("--epochs", 1)
COMMAND = "from skecg.apps.cli import main; main(prog_name='skecg')"


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def process(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    picture_folder(folder / "pictures")
    record_folder(folder / "records")
    beat_table(folder / "beats.csv")
    return folder


def test_pictures_become_a_model_that_screens(data, tmp_path):
    model, table = tmp_path / "m.skecg", tmp_path / "t.csv"
    result = run("train", data / "pictures", "-o", model, "--size", "24x32", *FAST)
    assert result.exit_code == 0, result.output
    assert f"Wrote {model}. Research use, not a medical device." in result.stdout
    assert "patients unknown" in result.stdout
    assert "[1/1] epoch 1, loss " in result.stderr
    told = read_manifest(model)
    assert told["classes"] == ["MI", "normal"]
    assert told["card"]["figures"]["accuracy"] <= 1
    assert "patients unknown" in told["card"]["protocol"]
    assert "--size 24x32" in told["card"]["command"]
    screened = run("screen", data / "pictures", "--model", model, "-o", table)
    assert screened.exit_code == 0, screened.output
    assert len(table.read_text().splitlines()) == 13


def test_records_become_a_model_that_finds_their_beats(data, tmp_path):
    model = tmp_path / "m.skecg"
    result = run("train", data / "records", "-o", model, *FAST)
    assert result.exit_code == 0, result.output
    assert "Whole patients held out." in result.stdout
    assert "of the 688 marked beats" in " ".join(result.stdout.split())
    kept = skecg.load(model)
    assert isinstance(kept, BeatwiseClassifier)
    sample = load_mitbih_sample()
    row = sample.record.tolist().index(RECORDS[0])
    beats = kept.predict_beats(sample.data[[row], 0, : kept.n_times_in_])
    marks = sample.annotations[row]
    n_marked = (marks.sample < kept.n_times_in_).sum()
    assert abs(len(beats.time) - n_marked) <= 3
    assert read_manifest(model)["input"]["sampling_rate"] == 125.0


@pytest.mark.parametrize("network", [None, "patient"])
def test_two_leads_of_records_are_trained_on_and_screened(network, data, tmp_path):
    model, records = tmp_path / "m.skecg", data / "records"
    options = (*FAST, *(() if network is None else ("--network", network)))
    result = run("train", records, "-o", model, "--leads", 2, *options)
    assert result.exit_code == 0, result.output
    told = read_manifest(model)
    assert told["input"]["n_leads"] == 2
    assert "2 leads, MLII first" in told["card"]["data"]
    assert "--leads 2" in told["card"]["command"]
    n_voters = 3 if network else 1
    assert f"[{n_voters}/{n_voters}] epoch 1" in result.stderr
    measured = run("evaluate", model, records, "--json")
    assert measured.exit_code == 0, measured.output
    other = run("evaluate", model, records, "--json", "--lead", "V1,MLII")
    swapped, same = json.loads(other.stdout), json.loads(measured.stdout)
    assert swapped["figures"] != same["figures"]
    screened = run("screen", records, "--model", model, "-o", tmp_path / "t.csv")
    assert screened.exit_code == 0, screened.output
    assert '"MLII, V1"' in (tmp_path / "t.csv").read_text()
    assert run("evaluate", model, records, "--lead", "V1,V2").exit_code == 2


def test_a_machine_reads_one_json_line(data, tmp_path):
    model = tmp_path / "m.skecg"
    result = run("train", data / "beats.csv", "-o", model, "--json", *FAST)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    (line,) = result.stdout.splitlines()
    told = json.loads(line)
    assert (told["split"], told["model"]) == ("patients", str(model))
    assert told["n_train"] + told["n_test"] == sum(
        len(beats) for beats in (skecg.datasets.read_data(data / "beats.csv").target,)
    )
    assert told["evaluation"]["interval_unit"] == "patients"


def test_the_same_seed_is_the_same_model(data, tmp_path):
    models = [tmp_path / name for name in ("one.skecg", "two.skecg", "other.skecg")]
    for model, seed in zip(models, (3, 3, 4), strict=True):
        call = ("train", data / "beats.csv", "-o", model, "--seed", seed, *FAST)
        assert run(*call).exit_code == 0
    told = [read_manifest(model) for model in models]
    weights = [each["parts"]["networks/0.safetensors"]["sha256"] for each in told]
    assert weights[0] == weights[1] != weights[2]
    for each in told:
        del each["created"], each["parts"]["estimator.skops"]  # ids of objects
    assert told[0] == told[1]


def test_folds_and_calibration_are_said_in_the_card(data, tmp_path):
    model = tmp_path / "m.skecg"
    call = ("train", data / "beats.csv", "-o", model, "--folds", 2, "--calibrate")
    result = run(*call, *FAST)
    assert result.exit_code == 0, result.output
    protocol = read_manifest(model)["card"]["protocol"]
    assert "cross-validated in 2 folds" in protocol
    assert "was trained on all" in protocol
    assert "temperature was learnt from" in protocol
    assert "CalibratedClassifierCV" in read_manifest(model)["estimator"]["class"]


def test_files_that_cannot_be_used_are_listed_and_the_code_is_3(data, tmp_path):
    pictures = shutil.copytree(data / "pictures", tmp_path / "pictures")
    (pictures / "MI" / "torn.jpg").write_bytes(b"\xff\xd8\xff nothing")
    model = tmp_path / "m.skecg"
    result = run("train", pictures, "-o", model, "--size", "24x32", *FAST)
    assert result.exit_code == 3, result.output
    assert "Not used (1):" in result.stdout
    assert "torn.jpg" in result.stdout
    assert model.exists()
    assert "1 files could not be used" in read_manifest(model)["card"]["data"]


def test_records_and_lines_that_cannot_be_used_are_listed_too(data, tmp_path):
    records = shutil.copytree(data / "records", tmp_path / "records")
    (records / "106.dat").write_bytes(b"short")
    (records / "119.atr").unlink()
    result = run("train", records, "-o", tmp_path / "r.skecg", "--json", *FAST)
    assert result.exit_code == 3, result.output
    told = json.loads(result.stdout)["skipped"]
    assert [one["path"].rpartition("/")[2] for one in told] == ["106.hea", "119.hea"]

    table = tmp_path / "beats.csv"
    lines = (data / "beats.csv").read_text().splitlines()
    lines[2] = lines[2].replace(lines[2].split(",")[3], "lost", 1)
    lines[5] = "," + lines[5].partition(",")[2]
    table.write_text("\n".join(lines))
    result = run("train", table, "-o", tmp_path / "b.skecg", *FAST)
    assert result.exit_code == 3, result.output
    assert "line 3 has 'lost'" in result.stdout
    assert "line 6 has no sample in column 't0'" in result.stdout


def _mistakes(folder, data):
    one = picture_folder(folder / "one" / "pictures", ("MI",))
    shutil.rmtree(one / "normal", ignore_errors=True)
    torn = folder / "torn"
    for name in ("a", "b"):
        (torn / name).mkdir(parents=True)
        (torn / name / "x.png").write_bytes(b"no picture")
    (folder / "empty").mkdir()
    (folder / "empty.csv").write_text("")
    (folder / "words.csv").write_text("a,b,c\nd,e,f\n")
    (folder / "ragged.csv").write_text("1,2,N\n1,2,3,4,N\n")
    (folder / "class.csv").write_text("1,2,N\n3,4,N\n")
    (folder / "patient.csv").write_text("a,b,label,patient\n1,2,N,x\n3,4,V,x\n")
    (folder / "binary.csv").write_bytes(bytes(range(256)))
    beats = data / "beats.csv"
    return {
        "missing": (1, folder / "lost", (), "no file or folder"),
        "empty": (1, folder / "empty", (), "no picture"),
        "empty table": (1, folder / "empty.csv", (), "no table of beats"),
        "words": (1, folder / "words.csv", (), "none for the class"),
        "ragged": (1, folder / "ragged.csv", (), "no table of beats"),
        "binary": (1, folder / "binary.csv", (), "no table of beats"),
        "one class": (2, folder / "class.csv", (), "one class"),
        "one class of pictures": (2, one, (), "one class"),
        "one patient": (2, folder / "patient.csv", (), "one patient"),
        "nothing readable": (1, torn, (), "None of the 2 pictures"),
        "network": (2, beats, ("--network", "resnet1"), "Did you mean 'resnet1d'?"),
        "other kind": (2, beats, ("--network", "convnet_small"), "No network"),
        "kind": (1, beats, ("--kind", "image"), "not of the kind"),
        "lead": (2, data / "records", ("--lead", "V9"), "No record has a lead 'V9'"),
        "leads": (2, data / "records", ("--leads", "MLII,V9"), "has a lead 'V9'"),
        "leads that no record has": (1, data / "records", ("--leads", 3), "no 3 leads"),
        "leads of a table": (2, beats, ("--leads", 2), "n_leads is not for beats"),
        "patient of a table": (2, beats, ("--network", "patient"), "beats is not for"),
        "weights of patient": (
            2,
            data / "records",
            ("--network", "patient", "--class-weight", "sqrt"),
            "class_weight is not for the network",
        ),
        "lead of a table": (2, beats, ("--lead", "II"), "lead is not for beats"),
        "patients": (2, data / "pictures", ("--split", "patients"), "Nothing says"),
        "parts": (2, beats, ("--split", "parts"), "do not come in parts"),
        "folds": (2, beats, ("--folds", 99), "There must be 2 to 47 folds"),
        "size": (2, data / "pictures", ("--size", "big"), "is no size"),
        "size of beats": (2, beats, ("--size", "9x9"), "size is for pictures"),
        "epochs": (2, beats, ("--epochs", 0), "epochs"),
        "rate": (2, beats, ("--sampling-rate", -1), "sampling_rate"),
        "labels": (1, data / "pictures", ("--labels", "lost.csv"), "lost.csv"),
    }


MISTAKES = """missing|empty|empty table|words|ragged|binary|one class
one class of pictures|one patient|nothing readable|network|other kind|kind
lead|leads|leads that no record has|leads of a table|patient of a table
weights of patient|lead of a table|patients|parts
folds|size|size of beats|epochs|rate|labels"""


@pytest.mark.parametrize("what", MISTAKES.replace("\n", "|").split("|"))
def test_a_mistake_is_a_sentence_before_anything_is_trained(what, data, tmp_path):
    code, source, options, words = _mistakes(tmp_path, data)[what]
    result = run("train", source, "-o", tmp_path / "m.skecg", *options)
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert "Error: " in result.stderr
    assert words in " ".join(result.stderr.split())
    assert "epoch 1" not in result.stderr
    assert not (tmp_path / "m.skecg").exists()


def test_a_share_that_nothing_takes_is_wrong_use(data, tmp_path):
    output = tmp_path / "m.skecg"
    call = ("train", data / "beats.csv", "-o", output, "--test-fraction", 0.25, *FAST)
    result = run(*call, "--folds", 2)
    assert result.exit_code == 2, result.output
    assert "--test-fraction does not go with --folds" in result.output
    for part in ("train", "test"):
        shutil.copytree(data / "pictures", tmp_path / "parts" / part)
        next((tmp_path / "parts" / part / "MI").iterdir()).unlink()
    result = run("train", tmp_path / "parts", *call[2:])
    assert result.exit_code == 2, result.output
    assert "--test-fraction is not for data that come in parts" in result.output


def test_the_output_is_looked_at_first(data, tmp_path):
    absent = run("train", data / "beats.csv", "-o", tmp_path / "no" / "m.skecg")
    assert absent.exit_code == 1
    assert "there is no folder" in absent.stderr
    old = tmp_path / "m.skecg"
    old.write_bytes(b"old")
    there = run("train", data / "beats.csv", "-o", old, *FAST)
    assert there.exit_code == 2
    assert "--force" in there.stderr
    assert old.read_bytes() == b"old"
    assert run("train", data / "beats.csv", "-o", tmp_path, *FAST).exit_code == 2
    assert run("train", data / "beats.csv", "-o", old, "--force", *FAST).exit_code == 0
    assert read_manifest(old)["classes"] == ["N", "V"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_training_that_is_killed_leaves_the_old_model(number, data, tmp_path):
    model = tmp_path / "m.skecg"
    model.write_bytes(b"old")
    call = ("train", data / "beats.csv", "-o", model, "--force", "--epochs", 10**5)
    child = process(*call)
    assert "epoch 1" in child.stderr.readline()
    child.send_signal(number)
    _, errors = child.communicate(timeout=60)
    assert child.returncode != 0
    assert model.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["m.skecg"]
    if number == signal.SIGINT:
        assert "nothing was written" in errors
        assert "Traceback" not in errors


@pytest.mark.slow
def test_a_closed_pipe_loses_no_model(data, tmp_path):
    model = tmp_path / "m.skecg"
    child = process("train", data / "beats.csv", "-o", model, *FAST)
    child.stdout.close()  # as `| true` does
    errors = child.stderr.read()
    child.stderr.close()
    child.wait(timeout=60)
    assert "Traceback" not in errors
    assert read_manifest(model)["classes"] == ["N", "V"]


def test_the_help_tells_the_exit_codes():
    text = " ".join(run("train", "--help").output.split())
    assert "3, done, but some files, records or lines could not be used" in text
    assert "Research use, not a medical device." in text


def test_help_does_not_wait_for_torch():
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", COMMAND, "train", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    assert " torch" not in done.stderr
    assert " numpy" not in done.stderr
    assert time.perf_counter() - start < 30


def test_figures_are_of_rows_that_the_model_has_not_seen(tmp_path):
    # Classes at random: who measures on what was learnt by heart sees it here.
    rng = np.random.default_rng(0)
    table = tmp_path / "noise.csv"
    lines = [
        ",".join([*(f"{x:.3f}" for x in rng.normal(size=30)), rng.choice(["a", "b"])])
        for _ in range(200)
    ]
    table.write_text("\n".join(lines))
    call = ("train", table, "-o", tmp_path / "m.skecg", "--epochs", 30, "--json")
    told = json.loads(run(*call).stdout)
    assert told["evaluation"]["figures"]["accuracy"] < 0.75
    again = run("evaluate", tmp_path / "m.skecg", table, "--json")
    assert json.loads(again.stdout)["figures"]["accuracy"] > 0.8
