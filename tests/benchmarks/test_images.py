"""Pictures are read with their groups, and no fold sees what it is asked about."""

import argparse
import json

import numpy as np
import pytest
from PIL import Image

from benchmarks import _image_baselines as baselines
from benchmarks._image_files import joined, normal_or_not, read_folder
from benchmarks._render_image_scores import images
from benchmarks.images import four_classes, kept_figures, measure, scores, splits

CLASSES = ("Normal", "Infarction")


@pytest.fixture
def folder(tmp_path):
    """Twenty pictures, those of one class with a black bar across the middle."""
    rng = np.random.default_rng(0)
    for name in CLASSES:
        (tmp_path / name).mkdir()
        for index in range(10):
            image = rng.integers(200, 256, (60, 80), dtype=np.uint8)
            if name != "Normal":
                image[28:32] = 0
            Image.fromarray(image).save(tmp_path / name / f"{index}.png")
    return tmp_path


def test_a_table_of_labels_tells_groups(folder):
    (folder / "labels.csv").write_text(
        "file,label,groups\nNormal/0.png,Normal,a\nInfarction/1.png,MI,b\n"
        "Normal/2.png,Normal,a\n"
    )
    files = read_folder(folder)
    assert files.target.tolist() == ["Normal", "MI", "Normal"]
    assert files.groups.tolist() == ["a", "b", "a"]
    assert normal_or_not(files).target.tolist() == ["Normal", "Abnormal", "Normal"]


def test_folders_are_classes_and_each_picture_its_own_group(folder):
    files = read_folder(folder)
    assert sorted(set(files.target)) == sorted(CLASSES)
    assert len(set(files.groups)) == len(files.paths) == 20
    both = joined(files, files)
    assert len(set(both.groups)) == 40
    (only,) = splits(both, 20, 0)
    assert only[0].tolist() == list(range(20))
    assert only[1].tolist() == list(range(20, 40))


def test_folds_keep_groups_together(folder):
    files = read_folder(folder)
    files = files._replace(groups=np.arange(20) // 2)
    folds = splits(files, None, 0)
    assert len(folds) == 5
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(20))
    for train, test in folds:
        assert not set(files.groups[train]) & set(files.groups[test])


def test_models_learn_from_the_training_part_alone(folder):
    files = normal_or_not(read_folder(folder))
    train, test = splits(files, None, 0)[0]
    hidden = files.target.copy()
    hidden[test] = "Normal"
    for model in (baselines.heuristic, baselines.band_intensities, baselines.hog_svm):
        answer = model(files)(train, test, 0)
        assert answer.labels.tolist() == files.target[test].tolist()
        blind = model(files._replace(target=hidden))(train, test, 0)
        assert blind.labels.tolist() == answer.labels.tolist()
        assert blind.chosen == answer.chosen


def test_what_is_measured_is_what_is_printed(folder):
    files = normal_or_not(read_folder(folder))
    models = {"majority": baselines.majority, "heuristic": baselines.heuristic}
    figures = measure(models, files, [0, 1], None)
    assert figures["heuristic"]["accuracy"] == 1.0
    assert figures["majority"]["balanced_accuracy"] == pytest.approx(0.5, abs=0.2)
    text = images(
        {
            "best": {"name": "heuristic"},
            "protocol": "p",
            "n_images": 20,
            "n_groups": 20,
            "n_of_class": {"Normal": 11, "Infarction": 9},
            "four_classes": figures,
            "two_classes": figures,
        }
    )
    learnt = "| `TWaveThresholdClassifier`, thresholds learnt | 1.0000 | 1.0000 |"
    assert text.count(learnt) == 2
    assert "seeds 0, 1;" in text
    assert "of Infarction there are 9 pictures" in text


def test_the_best_needs_weights_only_where_they_are_given():
    models, best = four_classes(None)
    assert best == "traces_svm"
    assert "network_logistic" not in models
    more, best = four_classes("weights.pth")
    assert best == "traces_network_svm"
    assert set(more) - set(models) == {"network_logistic", best}


def test_the_rest_is_taken_from_a_run_on_the_same_pictures(
    folder, tmp_path, monkeypatch
):
    files = normal_or_not(read_folder(folder))
    majority = {"majority": {"runs": [{"seed": 0}]}}
    kept = {"four_classes": majority, "two_classes": {}, "commit": "abc"}
    monkeypatch.setattr("benchmarks.images.RESULTS", tmp_path)
    chosen = argparse.Namespace(seeds=[0], test=None)
    path = tmp_path / "images.json"
    path.write_text(json.dumps({**kept, "data_sha256": files.sha256}))
    found = kept_figures(files, chosen)["four_classes"]
    assert found["majority"]["commit"] == "abc"
    path.write_text(json.dumps({**kept, "data_sha256": "of others"}))
    with pytest.raises(ValueError, match="other pictures"):
        kept_figures(files, chosen)


def test_scores_of_known_answers():
    true, said = np.array(list("aabb")), np.array(list("aaab"))
    told = scores(true, said)
    assert told["accuracy"] == told["balanced_accuracy"] == 0.75
    assert told["macro_f1"] == pytest.approx((0.8 + 2 / 3) / 2)
