"""`skecg evaluate`: figures of a kept model, or one sentence."""

import json
import shutil

import pytest
from click.testing import CliRunner
from sklearn.linear_model import LogisticRegression

import skecg
from labelled_data import beat_table, picture_folder
from skecg.apps.cli import main
from skecg.datasets import read_data
from skecg.training import default_estimator, train_model


def run(*arguments):
    return CliRunner().invoke(main, ["evaluate", *map(str, arguments)])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    picture_folder(folder / "pictures")
    beat_table(folder / "beats.csv")
    beat_table(folder / "others.csv", step=11)
    for name, options in (("pictures", {"size": (24, 32)}), ("beats.csv", {})):
        bunch = read_data(folder / name)
        estimator = default_estimator(bunch, max_epochs=1, random_state=0, **options)
        trained = train_model(bunch, estimator)
        skecg.save(trained.estimator, folder / f"{name}.skecg", card=trained.card)
    return folder


def test_a_person_reads_a_table(data):
    result = run(data / "beats.csv.skecg", data / "others.csv")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].split()[:2] == ["class", "rows"]
    assert "[95% intervals: 47 patients resampled]" in lines
    assert lines[-1] == "Research use, not a medical device."


def test_the_data_of_the_training_are_known_again(data):
    result = run(data / "beats.csv.skecg", data / "beats.csv", "--json")
    assert result.exit_code == 0, result.output
    assert "the model was trained on, so the figures are too good" in result.stderr
    told = json.loads(result.stdout)
    assert told["trained_on_these_data"]
    assert sum(map(sum, told["confusion"])) == told["n_rows"] == 790


def test_what_the_model_was_trained_on_stands_below_the_figures(data, tmp_path):
    # A part of its data has a hash of its own: nothing but the card can tell.
    part = tmp_path / "part.csv"
    lines = (data / "beats.csv").read_text().splitlines(keepends=True)
    part.write_text("".join(lines[::2]))
    model = data / "beats.csv.skecg"
    card = " ".join(run(model, part).stdout.split())
    assert "the figures are too good. Trained on: 790 beats" in card
    assert "790 beats" in json.loads(run(model, part, "--json").stdout)["trained_on"]
    assert "Trained on" not in run(model, data / "beats.csv").stdout  # warned already
    skecg.save(skecg.load(model), tmp_path / "m.skecg")
    bare = " ".join(run(tmp_path / "m.skecg", part).stdout.split())
    assert "Trained on: its card does not say" in bare


def test_pictures_that_cannot_be_read_are_listed_and_the_code_is_3(data, tmp_path):
    pictures = shutil.copytree(data / "pictures", tmp_path / "p")
    (pictures / "MI" / "torn.png").write_bytes(b"nothing")
    result = run(data / "pictures.skecg", pictures)
    assert result.exit_code == 3, result.output
    assert "torn.png" in result.stdout
    assert run(data / "pictures.skecg", pictures, "--json").exit_code == 3


def test_classes_that_the_model_does_not_know_are_warned_of(data, tmp_path):
    table = tmp_path / "more.csv"
    lines = (data / "others.csv").read_text().splitlines()
    lines[1] = lines[1].replace(",N,", ",X,").replace(",V,", ",X,")
    table.write_text("\n".join(lines))
    result = run(data / "beats.csv.skecg", table)
    assert result.exit_code == 0, result.output
    assert "Warning: The model does not know X" in result.stderr


@pytest.mark.parametrize(
    ("model", "source", "code", "told"),
    [
        ("lost.skecg", "beats.csv", 1, "no model file"),
        ("cut.skecg", "beats.csv", 1, "damaged"),
        ("beats.csv", "beats.csv", 1, "model"),
        ("beats.csv.skecg", "lost.csv", 1, "no file or folder"),
        ("beats.csv.skecg", "pictures", 1, "not of the kind 'signal'"),
        ("pictures.skecg", "beats.csv", 1, "not of the kind 'image'"),
        ("beats.csv.skecg", "short.csv", 2, "expecting 187"),
        ("beats.csv.skecg", "foreign.csv", 2, "no class is in both"),
    ],
)
def test_a_mistake_is_an_error_in_one_sentence(
    model, source, code, told, data, tmp_path
):
    cut = (data / "beats.csv.skecg").read_bytes()[:-2000]
    (data / "cut.skecg").write_bytes(cut)
    (data / "short.csv").write_text("1,2,3,N\n3,4,1,V\n")
    wide = ",".join(["0.5"] * 93 + ["0.1"] * 94)
    (data / "foreign.csv").write_text(f"{wide},x\n{wide},y\n")
    result = run(data / model, data / source)
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert "Error: " in result.stderr
    assert told in " ".join(result.stderr.split())


def test_a_model_of_other_makers_is_measured_too(data, tmp_path):
    bunch = read_data(data / "beats.csv")
    model = LogisticRegression(max_iter=500).fit(bunch.data, bunch.target)
    skecg.save(model, tmp_path / "own.skecg")
    result = run(tmp_path / "own.skecg", data / "others.csv", "--json")
    assert json.loads(result.stdout)["figures"]["accuracy"] > 0.8
