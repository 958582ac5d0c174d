"""`skecg export`: an ONNX file, and what stands around it."""

import json

import numpy as np
import onnxruntime
import pytest
from click.testing import CliRunner
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import skecg
from persistence_models import small_network, waves
from skecg.apps.cli import main
from skecg.preprocessing import RecordScaler

X, Y = waves()


def run(*arguments):
    return CliRunner().invoke(main, ["export", *map(str, arguments)])


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    path = tmp_path_factory.mktemp("models") / "m.skecg"
    estimator = make_pipeline(RecordScaler(), small_network(sampling_rate=125.0))
    skecg.save(estimator.fit(X, Y), path)
    return path


def test_a_person_reads_what_to_do_before_it(model, tmp_path):
    output = tmp_path / "m.onnx"
    result = run(model, "-o", output)
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "X: n x 60, float32, 125 Hz"
    assert lines[2] == "  flat, wave"
    assert lines[3] == "Not in the file, to be done before it:"
    assert lines[4] == "  RecordScaler(method='robust')"
    assert lines[-1] == f"Wrote {output}. Research use, not a medical device."
    kept = skecg.load(model)
    scaled = kept[0].transform(X).astype(np.float32)
    session = onnxruntime.InferenceSession(output)
    answers = session.run(["probabilities"], {"X": scaled})[0]
    assert np.abs(answers - kept.predict_proba(X)).max() <= 1e-5
    # What is there is not lost by a second call.
    again = run(model, "-o", output)
    assert again.exit_code == 2
    assert "--force" in again.output


def test_a_machine_reads_one_json_line(model, tmp_path):
    result = run(model, "-o", tmp_path / "m.onnx", "--json")
    told = json.loads(result.output)
    assert told["input_shape"] == [None, 60]
    assert told["classes"] == ["flat", "wave"]
    assert told["before"] == ["RecordScaler(method='robust')"]


def test_pixels_are_not_asked_of_a_model_of_signals(model, tmp_path):
    result = run(model, "-o", tmp_path / "m.onnx", "--pixels", "uint8")
    assert result.exit_code == 2
    assert "--pixels is for pictures" in result.output


@pytest.mark.parametrize(
    ("what", "code", "told"),
    [
        ("lost", 1, "no model file"),
        ("foreign", 1, "LogisticRegression computes with scikit-learn"),
        ("folder", 1, "there is no folder"),
        ("opset", 2, "opset must be"),
        ("pixels", 2, "pixels"),
    ],
)
def test_a_mistake_is_an_error_in_one_sentence(what, code, told, model, tmp_path):
    foreign = tmp_path / "f.skecg"
    skecg.save(LogisticRegression().fit(X, Y), foreign)
    output = tmp_path / "m.onnx"
    call = {
        "lost": (tmp_path / "lost.skecg", "-o", output),
        "foreign": (foreign, "-o", output),
        "folder": (model, "-o", tmp_path / "no" / "m.onnx"),
        "opset": (model, "-o", output, "--opset", 3),
        "pixels": (model, "-o", output, "--pixels", "int4"),
    }[what]
    result = run(*call)
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    assert told in " ".join(result.output.split())
    assert not output.exists()
