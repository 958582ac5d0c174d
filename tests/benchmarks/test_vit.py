"""The network learns from drawings, is kept, and answers for pictures held out."""

import json

import numpy as np
import pytest
import torch

from benchmarks import _vit_models as models
from benchmarks import _vit_pretraining as pretraining
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
    plan = pretraining.Plan(n_pictures=8, max_epochs=1)
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
    torch.testing.assert_close(place, 0.5 * sines((23, 32), 64), atol=0.1, rtol=0)
    assert not torch.equal(place, 0.5 * sines((23, 32), 64))


def test_models_learn_from_the_training_part_alone(files, weights):
    train, test = splits(files, None, 0)[0]
    hidden = files.target.copy()
    hidden[test] = "none"
    settings = {"max_epochs": 1, "lr": 1e-3}
    for model in (models.frozen(weights), models.trained(weights, settings)):
        answer = model(files)(train, test, 0)
        blind = model(files._replace(target=hidden))(train, test, 0)
        assert blind.labels.tolist() == answer.labels.tolist()
    assert models.frozen(weights)(files)(train, test, 0).labels.tolist() == (
        files.target[test].tolist()
    )


def test_the_choice_is_made_far_from_the_test_part(files):
    train, valid = vit_choice.halves(files)
    _, test = splits(files, None, 0)[0]
    assert not set(test) & (set(train) | set(valid))
    assert not set(train) & set(valid)
    assert len(train) + len(valid) + len(test) == 20


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
            "models": {"fine_tuned": json.loads(json.dumps(summary([run], [0])))},
        }
    )
    row = "| pre-trained on drawings, last layers fine-tuned | 0 | 0.7500 | 0.7500 |"
    assert row in text
    assert "3,000 drawings" in text
