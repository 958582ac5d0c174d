"""The network learns to read, keeps its weights, and answers for pictures held out."""

import json

import numpy as np
import pytest
import torch

from benchmarks import _vit_models as models
from benchmarks import _vit_pretraining as pretraining
from benchmarks import vit_choice
from benchmarks._image_files import ImageFiles
from benchmarks._render_vit import vit
from benchmarks._vit_pictures import OFFSETS, SIZE, as_sources, make_printouts
from benchmarks.images import Run, splits, summary
from skecg.datasets import load_ptb_sample
from skecg.nn import ViT, read_weights
from skecg.signal.resampling import resample


@pytest.fixture(scope="module")
def sources():
    sample = load_ptb_sample()
    rate = sample.sampling_rate
    return as_sources(resample(sample.data[:2], sampling_rate=rate, target_rate=250.0))


@pytest.fixture(scope="module")
def weights(sources, tmp_path_factory):
    path = tmp_path_factory.mktemp("vit") / "weights.safetensors"
    plan = pretraining.Plan(rounds=1, n_pictures=8, looks=1, whole=1)
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


def test_patches_know_their_strip():
    strips = pretraining.strip_of_tokens((184, 256)).reshape(23, 32)
    assert sorted(set(strips.flatten().tolist())) == list(range(13))
    assert strips[3, 2] == 0  # lead I: high and on the left
    assert strips[3, -1] == 3  # V4 beside it, on the right
    assert (strips[-1] == 12).all()


def test_ink_is_seen_first():
    x = torch.ones(1, 1, 184, 256)
    x[..., 80:88, :] = 0  # the eleventh row of patches
    seen = pretraining.some_patches(x, kept=0.1)
    assert seen.shape == (1, 74)
    assert set(range(320, 352)) <= set(seen[0].tolist())


def test_errors_are_of_the_row_and_column_of_a_patch(sources):
    targets = pretraining.targets_of(make_printouts(sources, 2, seed=0))
    at = torch.arange(736).expand(2, -1)
    row = pretraining.row_of_tokens()[at // 32]
    told = targets.of_tokens[torch.arange(2)[:, None], row, at % 32]
    n_beats = 13 * len(OFFSETS)
    known = targets.of_all[:, :n_beats]
    reading = pretraining.Reading(at, told, known, targets.of_all)
    losses = pretraining.loss_of(reading, targets)
    assert {name: loss.item() for name, loss in losses.items()} == dict.fromkeys(
        ("tokens", "strips", "beats", "rhythm"), 0.0
    )
    wrong = reading._replace(at=at.flip(1))
    assert pretraining.loss_of(wrong, targets)["tokens"] > 0


def test_what_was_learnt_is_kept(weights):
    torch.manual_seed(0)
    drawn = ViT(1, *SIZE, 2, **{**pretraining.NETWORK, "dropout": 0.0}).state_dict()
    kept = read_weights(weights)
    assert set(kept) == set(drawn)
    name = "body.block0.qkv.weight"
    assert not torch.equal(kept[name], drawn[name])
    torch.testing.assert_close(kept["head.1.0.weight"], drawn["head.1.0.weight"])


def test_pictures_move_over_white():
    x = torch.zeros(8, 1, 20, 20)
    torch.manual_seed(0)
    moved = models.move(x, None)
    assert moved.shape == x.shape
    assert moved.min() >= 0
    assert moved.max() <= 1
    assert moved[..., 5:-5, 5:-5].max() < 0.4  # ink stays ink, whatever its light


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
            "pretraining": {"rounds": 6, "n_pictures": 800},
            "models": {"fine_tuned": json.loads(json.dumps(summary([run], [0])))},
        }
    )
    row = "| pre-trained on drawn printouts, fine-tuned | 0 | 0.7500 | 0.7500 |"
    assert row in text
    assert "4,800 drawings" in text
