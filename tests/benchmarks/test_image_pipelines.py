"""Blocks of measurements weigh what they should, and learn from the training part."""

import numpy as np
import pytest
from PIL import Image

from benchmarks import _image_pipelines as pipelines
from benchmarks._image_files import ImageFiles
from benchmarks._image_pipelines import Measured, learner, measure, svm
from benchmarks.image_choice import inner_scores, part_of
from skecg.datasets import load_ecg_images

N = 40


@pytest.fixture
def files():
    target = np.array(["Normal", "Infarction"] * (N // 2))
    return ImageFiles([f"{n}.png" for n in range(N)], target, np.arange(N), "")


@pytest.fixture
def measured(files):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N, 30)) * 7
    X[:, :5] += 20 * (files.target == "Normal")[:, np.newaxis]
    X[::7, 3] = np.nan
    return Measured(X, {"waves": slice(0, 5), "network": slice(5, 30)})


def test_blocks_share_the_distance_by_their_weights(measured, files):
    blocks = {"waves": 3.0, "network": 1.0}
    model = learner(measured.columns, blocks).fit(measured.X, files.target)
    scaled = model[0].transform(measured.X)
    spread = scaled.var(axis=0)
    assert spread[:5].sum() == pytest.approx(0.75, rel=0.05)
    assert spread[5:].sum() == pytest.approx(0.25, rel=0.05)
    far = np.where(np.arange(30) == 7, 1e6, measured.X[:1])
    assert np.abs(model[0].transform(far)).max() < 3


def test_nothing_is_learnt_from_what_is_held_out(measured, files, monkeypatch):
    monkeypatch.setattr(pipelines, "measure", lambda *_: measured)
    train, test = np.arange(30), np.arange(30, N)
    model = svm({"waves": 1.0, "network": 1.0})
    answer = model(files)(train, test, 0)
    assert (answer.labels == files.target[test]).mean() > 0.8
    assert set(answer.chosen) == {*pipelines.GRID, "inner_score"}
    hidden = files.target.copy()
    hidden[test] = "Normal"
    blind = model(files._replace(target=hidden))(train, test, 0)
    assert blind.labels.tolist() == answer.labels.tolist()
    assert blind.chosen == answer.chosen


def test_pictures_are_measured_side_by_side(tmp_path):
    images = load_ecg_images()
    paths = []
    for index, image in enumerate(images.data[::12]):
        paths.append(str(tmp_path / f"{index}.png"))
        Image.fromarray(image).save(paths[-1])
    files = ImageFiles(paths, images.target[::12], np.arange(2), "")
    X, columns = measure(files, {"waves": 1.0, "rhythm": 0.5}, None)
    assert list(columns) == ["waves", "rhythm"]
    assert X.shape == (2, columns["rhythm"].stop)
    assert columns["waves"].stop == columns["rhythm"].start
    assert np.isfinite(X).mean() > 0.8
    alone, _ = measure(files._replace(paths=paths[1:]), {"rhythm": 1.0}, None)
    np.testing.assert_array_equal(alone[0], X[1, columns["rhythm"]])


def test_a_choice_sees_the_training_parts_alone(measured, files):
    only = part_of(measured, {"waves": 1.0})
    assert only.columns == {"waves": slice(0, 5)}
    np.testing.assert_array_equal(only.X, measured.X[:, :5])
    parts = [(np.arange(30), np.arange(30, N))]
    blocks = {"waves": 1.0}
    found = inner_scores(measured, blocks, files.target, files.groups, parts)
    changed = measured.X.copy()
    changed[30:] = 0
    again = inner_scores(
        Measured(changed, measured.columns), blocks, files.target, files.groups, parts
    )
    assert found == again
    assert found["inner_accuracy"] > 0.8
