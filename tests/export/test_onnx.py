"""A network as an ONNX file answers in onnxruntime as the estimator does."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from torch import nn

import skecg
from instances import SMALLEST
from persistence_models import small_network, waves
from skecg.classifiers import (
    BeatwiseClassifier,
    ImageClassifier,
    SignalClassifier,
    make_patient_classifier,
)
from skecg.datasets import load_heartbeats, make_ecg
from skecg.exceptions import MissingExtraError, ModelNotExportableError
from skecg.nn import list_networks
from skecg.preprocessing import BeatSegmenter, ImageResizer, RecordScaler

X, Y = waves()
rng = np.random.default_rng(1)
PICTURES = rng.integers(0, 256, size=(12, 40, 56), dtype=np.uint8)
KINDS = np.array(["MI", "normal", "other"] * 4)


def run(path, rows):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    logits, probabilities = session.run(["logits", "probabilities"], {"X": rows})
    assert np.array_equal(logits.argmax(axis=1), probabilities.argmax(axis=1))
    return probabilities


def metadata(path):
    props = onnx.load(path).metadata_props
    return {one.key: json.loads(one.value) for one in props}


@pytest.mark.parametrize("leads", [(), (2,)], ids=["2-D", "two leads"])
@pytest.mark.parametrize("context", [0, 3])
@pytest.mark.parametrize("name", list_networks("signal"))
def test_every_network_on_signals(name, context, leads, tmp_path):
    rows = rng.normal(size=(20, *leads, 70 + context))
    model = SignalClassifier(
        name, context=context, sampling_rate=125.0, max_epochs=1, random_state=0
    ).fit(rows, np.arange(20) % 3)
    path = tmp_path / "signal.onnx"
    told = skecg.export_onnx(model, path)
    assert told.input_shape == (None, *rows.shape[1:])
    # On other rows than those of the check, and another number of them.
    answers = run(path, rows.astype(np.float32))
    assert np.abs(answers - model.predict_proba(rows)).max() <= 1e-5
    assert metadata(path)["sampling_rate"] == 125.0


@pytest.mark.parametrize("name", [*list_networks("image"), "squeezenet1_0"])
def test_every_network_on_pictures(name, tmp_path):
    rows = PICTURES if name == "vit" else np.stack([PICTURES] * 3, axis=-1)
    model = ImageClassifier(
        name, network_params=SMALLEST.get(name), max_epochs=1, random_state=0
    ).fit(rows, KINDS)
    path = tmp_path / "picture.onnx"
    told = skecg.export_onnx(model, path)
    assert (told.input_shape, told.input_dtype) == ((None, *rows.shape[1:]), "uint8")
    assert told.classes == ["MI", "normal", "other"]
    assert np.abs(run(path, rows) - model.predict_proba(rows)).max() <= 1e-5


@pytest.mark.slow
def test_a_transformer_of_timm(tmp_path):
    model = ImageClassifier("vit_tiny_patch16_224", max_epochs=1, random_state=0)
    model.fit(PICTURES[:6], KINDS[:6])
    assert skecg.export_onnx(model, tmp_path / "vit.onnx").difference <= 1e-5


def test_published_colours_are_scaled_inside(tmp_path):
    model = ImageClassifier("squeezenet1_0", max_epochs=1, random_state=0)
    model.fit(PICTURES, KINDS)
    model.net_.module_.scale.mean += 0.45
    model.net_.module_.scale.std *= 0.22
    skecg.export_onnx(model, tmp_path / "scaled.onnx")
    answers = run(tmp_path / "scaled.onnx", PICTURES)
    assert np.abs(answers - model.predict_proba(PICTURES)).max() <= 1e-5


def test_pictures_as_numbers_from_0_to_1(tmp_path):
    model = ImageClassifier(max_epochs=1, random_state=0).fit(PICTURES, KINDS)
    told = skecg.export_onnx(model, tmp_path / "p.onnx", pixels="float32")
    assert told.input_dtype == "float32"
    rows = (PICTURES / 255).astype(np.float32)
    assert np.allclose(
        run(tmp_path / "p.onnx", rows), model.predict_proba(PICTURES), atol=1e-5
    )


def test_what_stands_before_a_network_is_named(tmp_path):
    model = make_pipeline(
        ImageResizer((24, 32)), ImageClassifier(max_epochs=1, random_state=0)
    ).fit(PICTURES, KINDS)
    told = skecg.export_onnx(model, tmp_path / "p.onnx")
    assert told.input_shape == (None, 24, 32)
    assert told.before[0].startswith("ImageResizer(")
    assert "method='area'" in told.before[0]
    assert "size=(24, 32)" in told.before[0]
    assert metadata(tmp_path / "p.onnx")["before"] == list(told.before)
    small = model[0].transform(PICTURES)
    answers = run(tmp_path / "p.onnx", small)
    assert np.allclose(answers, model.predict_proba(PICTURES), atol=1e-5)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_temperature_is_computed_inside(n_classes, tmp_path):
    labels = np.array(["a", "b", "c"])[np.arange(len(X)) % n_classes]
    network = small_network().fit(X, labels)
    model = CalibratedClassifierCV(
        FrozenEstimator(network), method="temperature", cv=2
    ).fit(X, labels)
    # One that is far from 1, whatever was learnt from so few rows.
    model.calibrated_classifiers_[0].calibrators[0].beta_ = np.float64(2.5)
    assert np.abs(model.predict_proba(X) - network.predict_proba(X)).max() > 1e-2
    told = skecg.export_onnx(model, tmp_path / "c.onnx")
    answers = run(tmp_path / "c.onnx", X.astype(np.float32))
    assert np.abs(answers - model.predict_proba(X)).max() <= 1e-5
    assert (told.before, told.after) == ((), ())


@pytest.mark.parametrize("weights", [None, [1, 3]])
def test_a_soft_vote_is_computed_inside(weights, tmp_path):
    voters = [(str(seed), small_network(random_state=seed)) for seed in range(2)]
    model = VotingClassifier(voters, voting="soft", weights=weights).fit(X, Y)
    told = skecg.export_onnx(model, tmp_path / "v.onnx")
    assert told.classes == ["flat", "wave"]
    answers = run(tmp_path / "v.onnx", X.astype(np.float32))
    assert np.abs(answers - model.predict_proba(X)).max() <= 1e-5


def test_the_patient_classifier(tmp_path):
    beats = load_heartbeats(beats="patient")
    rows, labels = beats.data[::150], beats.target[::150]
    model = make_patient_classifier(n_networks=1, max_epochs=1, random_state=0)
    model.fit(rows, labels)
    skecg.export_onnx(model, tmp_path / "p.onnx", X=rows)
    answers = run(tmp_path / "p.onnx", rows.astype(np.float32))
    assert np.abs(answers - model.predict_proba(rows)).max() <= 1e-5


def test_of_a_record_model_the_network_of_the_beats(tmp_path):
    records = make_ecg(4, sampling_rate=125.0, random_state=0).data
    network = make_pipeline(RecordScaler(), small_network())
    model = BeatwiseClassifier(BeatSegmenter(sampling_rate=125.0), network)
    model.fit(records, ["N", "V"] * 2)
    told = skecg.export_onnx(model, tmp_path / "r.onnx")
    names = [step.split("(")[0] for step in told.before]
    assert names == ["BeatSegmenter", "RecordScaler"]
    assert told.after == ("'mean' of a record's beats",)
    beats = model.segmenter_.segment(records).data
    scaled = model.classifier_[0].transform(beats).astype(np.float32)
    answers = run(tmp_path / "r.onnx", scaled)
    said = model.predict_beats(records).probability
    assert np.abs(answers - said).max() <= 1e-5


def test_of_a_search_the_best(tmp_path):
    model = GridSearchCV(small_network(), {"lr": [1e-3, 1e-2]}, cv=2).fit(X, Y)
    skecg.export_onnx(model, tmp_path / "s.onnx")
    answers = run(tmp_path / "s.onnx", X.astype(np.float32))
    assert np.abs(answers - model.predict_proba(X)).max() <= 1e-5


def test_a_lowered_precision_does_not_reach_the_file(tmp_path):
    model = small_network(predict_precision="bfloat16").fit(X, Y)
    assert skecg.export_onnx(model, tmp_path / "b.onnx").difference <= 1e-5
    assert model.predict_precision == "bfloat16"


def test_the_same_model_is_the_same_file_and_tells_nothing_of_the_machine(tmp_path):
    model = small_network().fit(X, Y)
    contents = []
    for name in ("one.onnx", "two.onnx"):
        skecg.export_onnx(model, tmp_path / name)
        contents.append((tmp_path / name).read_bytes())
    assert contents[0] == contents[1]
    for trace in (str(Path(skecg.__file__).parent), "site-packages", ".py"):
        assert trace.encode() not in contents[0]


class _Unknown(nn.Module):
    # Nothing in ONNX decides by values which layers there are.
    def __init__(self, n_leads, n_times, n_classes):
        super().__init__()
        self.head = nn.Linear(n_leads * n_times, n_classes)

    def forward(self, x):
        if x.sum() > 0:
            return self.head(x.flatten(1))
        return self.head(-x.flatten(1))


class _Moody(nn.Module):
    # In torch it is another network than in a file: the file must not be written.
    def __init__(self, n_leads, n_times, n_classes):
        super().__init__()
        self.head = nn.Linear(n_leads * n_times, n_classes)

    def forward(self, x):
        answer = self.head(x.flatten(1))
        return answer if torch.compiler.is_exporting() else answer + torch.arange(2)


def _calibrated(**params):
    return CalibratedClassifierCV(small_network(), **params)


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (LogisticRegression(), "LogisticRegression computes with scikit-learn"),
        (make_pipeline(RecordScaler(), LogisticRegression()), "LogisticRegression"),
        (_calibrated(cv=2), "holds 2 networks"),
        (_calibrated(cv=2, ensemble=False), "sigmoid calibration"),
        (VotingClassifier([("a", small_network())]), "only voting='soft'"),
        (SignalClassifier(_Unknown, max_epochs=1), "no counterpart in ONNX"),
        (SignalClassifier(_Moody, max_epochs=1), "answer otherwise"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_exported_is_named_and_nothing_is_lost(model, told, tmp_path):
    path = tmp_path / "old.onnx"
    path.write_bytes(b"old")
    with pytest.raises(ModelNotExportableError, match=told):
        skecg.export_onnx(model.fit(X, Y), path)
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["old.onnx"]


def test_an_unfitted_model_says_so(tmp_path):
    with pytest.raises(NotFittedError):
        skecg.export_onnx(small_network(), tmp_path / "n.onnx")


@pytest.mark.parametrize(
    "options", [{"pixels": "int16"}, {"tolerance": 0.0}, {"opset": 9}, {"opset": 99}]
)
def test_an_option_out_of_its_range(options, tmp_path):
    with pytest.raises(ValueError, match=next(iter(options))):
        skecg.export_onnx(small_network().fit(X, Y), tmp_path / "n.onnx", **options)


def test_another_opset(tmp_path):
    skecg.export_onnx(small_network().fit(X, Y), tmp_path / "n.onnx", opset=20)
    (imported,) = {
        one.version
        for one in onnx.load(tmp_path / "n.onnx").opset_import
        if not one.domain
    }
    assert imported == 20


def test_without_the_packages_it_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(MissingExtraError, match=r"pip install skecg\[onnx\]"):
        skecg.export_onnx(small_network().fit(X, Y), tmp_path / "n.onnx")


def test_it_can_be_used_without_this_package(tmp_path):
    path = tmp_path / "n.onnx"
    skecg.export_onnx(small_network().fit(X, Y), path)
    code = (
        "import numpy, onnxruntime, sys;"
        f"session = onnxruntime.InferenceSession({str(path)!r});"
        "print(session.run(None, {'X': numpy.ones((7, 60), 'f4')})[1].shape);"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "(7, 2)"
