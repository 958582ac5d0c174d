"""The network learns from drawings, is kept, and answers for pictures held out."""

import json

import numpy as np
import pytest
import torch

from benchmarks import _vit_models as models
from benchmarks import _vit_pretraining as pretraining
from benchmarks import vit as benchmark
from benchmarks import vit_choice
from benchmarks._image_files import ImageFiles
from benchmarks._render_vit import vit
from benchmarks._vit_pictures import SIZE, as_sources
from benchmarks.images import Run, splits, summary
from skecg.datasets import load_ptb_sample
from skecg.nn import ViT, read_weights
from skecg.nn.vit import sines
from skecg.signal.resampling import resample


@pytest.fixture(scope="module")
def sources():
    sample = load_ptb_sample()
    rate = sample.sampling_rate
    return as_sources(resample(sample.data[:2], sampling_rate=rate, target_rate=250.0))


@pytest.fixture(scope="module")
def weights(sources, tmp_path_factory):
    path = tmp_path_factory.mktemp("vit") / "weights.safetensors"
    plan = pretraining.Plan(n_pictures=8, max_epochs=1, batch_size=4)
    pretraining.pretrain(sources, path, plan=plan)
    return path


@pytest.fixture
def files(tmp_path):
    from PIL import Image

    rng = np.random.default_rng(0)
    target, paths = [], []
    for index in range(20):
        image = rng.integers(200, 256, (91, 128), dtype=np.uint8)
        if index % 2:
            image[40:50] = 0
        paths.append(tmp_path / f"{index}.png")
        Image.fromarray(image).save(paths[-1])
        target.append("bar" if index % 2 else "none")
    return ImageFiles(paths, np.array(target), np.arange(20), "0")


def test_what_was_learnt_is_kept(weights):
    network = ViT(1, *SIZE, 2, **pretraining.NETWORK)
    network.load_state_dict(read_weights(weights))
    place = network.body.patches.place.detach()
    at_first = 0.5 * sines((12, 16), 128)
    torch.testing.assert_close(place, at_first, atol=0.1, rtol=0)
    assert not torch.equal(place, at_first)


def test_more_passes_read_better(sources, tmp_path):
    plan = pretraining.Plan(n_pictures=16, max_epochs=1, batch_size=8)
    out = tmp_path / "weights.safetensors"
    once = pretraining.pretrain(sources, out, plan=plan)
    often = pretraining.pretrain(sources, out, plan=plan._replace(max_epochs=6))
    assert often < once


def test_a_reader_is_wrong_by_what_it_should_have_said():
    network = ViT(1, *SIZE, 2, **pretraining.NETWORK)
    reader = pretraining.Reader(network, n_measures=3, n_rhythm=2).eval()
    for answer in (reader.of_patch, reader.of_picture[1]):
        torch.nn.init.zeros_(answer.weight)
        torch.nn.init.ones_(answer.bias)
    waves = torch.ones(2, 12, 3)
    waves[:, 1] = 3.0  # lead II
    x = torch.ones(2, 1, *network.padded_size)
    of_picture, of_patch = reader.loss(x, waves, torch.ones(2, 2))
    assert of_picture.item() == pytest.approx(4 * 3 / (12 * 3 + 2))
    share = (reader.lead == 1).double().mean().item()
    assert of_patch.item() == pytest.approx(share * 4 * 3 / 5)


def test_what_is_missing_or_far_away_is_nothing_or_near():
    values = np.arange(201.0)[:, None] - 100
    scale = pretraining._Scale.of(np.vstack([values, [[np.nan]]]))
    far, none, middle = scale.applied(np.array([[1e9], [np.nan], [0.0]])).flatten()
    assert far.item() == pytest.approx(3**0.5, rel=0.05)
    assert none.item() == 0
    assert middle.item() == pytest.approx(0, abs=1e-6)


def test_features_are_the_means_of_each_layer(weights):
    rng = np.random.default_rng(0)
    some = rng.integers(0, 256, (3, *SIZE), dtype=np.uint8)
    found = pretraining.features_of(weights, some)
    assert found.shape == (3, 6, 128)
    network = ViT(1, *SIZE, 2, **pretraining.NETWORK).eval()
    network.load_state_dict(read_weights(weights))
    with torch.no_grad():
        head_takes = network.forward_body(torch.from_numpy(some)[:, None] / 255)
    np.testing.assert_allclose(found[:, -1], head_takes.numpy(), atol=1e-5)


def test_models_learn_from_the_training_part_alone(files, weights):
    train, test = splits(files, None, 0)[0]
    hidden = files.target.copy()
    hidden[test] = "none"
    settings = {"max_epochs": 1, "lr": 1e-3}
    for model in (
        models.frozen(weights),
        models.frozen(weights, all_layers=True),
        models.trained(weights, settings),
    ):
        answer = model(files)(train, test, 0)
        blind = model(files._replace(target=hidden))(train, test, 0)
        assert blind.labels.tolist() == answer.labels.tolist()
    assert models.frozen(weights)(files)(train, test, 0).labels.tolist() == (
        files.target[test].tolist()
    )


def test_the_choice_is_made_far_from_the_test_part(files):
    folds = vit_choice.inner_folds(files)
    _, test = splits(files, None, 0)[0]
    for train, valid in folds:
        assert not set(test) & (set(train) | set(valid))
        assert not set(train) & set(valid)
        assert len(train) + len(valid) + len(test) == 20
    assert len(np.unique(np.concatenate([valid for _, valid in folds]))) == 16


def test_what_was_tried_is_scored_on_all_inner_folds(files, weights):
    told = vit_choice.try_out(models.frozen(weights, all_layers=True), files)
    assert told["n_valid"] == 16
    assert told["accuracy"] == 1.0


def test_kept_figures_are_of_the_same_pictures_and_weights(
    files, tmp_path, monkeypatch
):
    monkeypatch.setattr(benchmark, "RESULTS", tmp_path)
    assert benchmark.kept_models(files, "1") == {}
    kept = {"data_sha256": "0", "pretraining": {"weights_sha256": "1"}, "models": {}}
    kept["models"] = {"layers": {"accuracy": 0.5}}
    (tmp_path / "vit.json").write_text(json.dumps(kept))
    assert benchmark.kept_models(files, "1") == kept["models"]
    for other, digest in ((files, "2"), (files._replace(sha256="3"), "1")):
        with pytest.raises(ValueError, match="measure all models"):
            benchmark.kept_models(other, digest)


def test_what_is_measured_is_what_is_printed():
    true, said = (np.tile(list(word), 10) for word in ("abab", "abaa"))
    run = Run(true, said, [{}], 1.0)
    text = vit(
        {
            "protocol": "p",
            "n_images": 40,
            "n_groups": 40,
            "n_of_class": {"a": 20, "b": 20},
            "network": pretraining.NETWORK,
            "pretraining": {"n_pictures": 3000, "max_epochs": 4},
            "chosen": "fine_tuned",
            "models": {"fine_tuned": json.loads(json.dumps(summary([run], [0])))},
        }
    )
    row = "| pre-trained on drawings, fine-tuned | 0 | 0.7500 | 0.7500 |"
    assert row in text
    assert "3,000 drawings" in text
