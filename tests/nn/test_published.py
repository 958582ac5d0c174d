"""What is known of published weights, without downloading any."""

import re
import socket
from dataclasses import replace

import pytest
import timm
from timm.models import _registry as registry

from skecg.nn import published_weights
from skecg.nn.published import PERMISSIVE, imagenet_weights, is_published


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a network connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture
def changed(monkeypatch):
    """Change what timm knows of the default weights of ``test_resnet``."""

    def change(**facts):
        config = replace(timm.get_pretrained_cfg("test_resnet"), **facts)
        for name in ("test_resnet", "test_resnet.r160_in1k"):
            monkeypatch.setitem(registry._model_pretrained_cfgs, name, config)

    return change


@pytest.mark.parametrize(
    ("architecture", "name", "licence", "mean"),
    [
        ("vgg16", "vgg16.tv_in1k", "bsd-3-clause", 0.485),
        ("resnet50", "resnet50.a1_in1k", "apache-2.0", 0.485),
        ("efficientnet_b0", "efficientnet_b0.ra_in1k", "apache-2.0", 0.485),
        (
            *("vit_small_patch16_224", "vit_small_patch16_224.augreg_in21k_ft_in1k"),
            *("apache-2.0", 0.5),
        ),
        (
            *("squeezenet1_0", "SqueezeNet1_0_Weights.IMAGENET1K_V1"),
            *("bsd-3-clause", 0.485),
        ),
    ],
)
def test_the_documented_back_bones_have_weights(architecture, name, licence, mean):
    found = imagenet_weights(architecture)
    assert (found.name, found.licence, found.mean[0]) == (name, licence, mean)
    assert found.size == (224, 224)
    assert found.source.startswith("https://")
    assert published_weights(architecture) == found
    assert published_weights(name) == found
    assert is_published(name)


def test_names_of_weights_are_told_from_paths():
    assert is_published("VGG16_Weights.IMAGENET1K_V1")
    for path in (
        "resnet50",
        "resnet50.pth",
        "imagenet",
        "weights/a.safetensors",
        "best_Weights.pth",
    ):
        assert not is_published(path), path


def test_a_file_has_the_name_that_tells_its_checksum_or_whose_it_is():
    found = published_weights("VGG16_Weights.IMAGENET1K_FEATURES")
    assert re.fullmatch(r"vgg16_features-.*-[0-9a-f]{8}\.pth", found.file)
    assert published_weights("vgg16").file == "vgg16.tv_in1k.safetensors"


def test_other_scales_and_licences_are_told():
    found = published_weights("ViT_B_16_Weights.IMAGENET1K_SWAG_E2E_V1")
    assert found.licence.startswith("https://")  # a link to terms of its own
    assert found.size == (384, 384)
    features = published_weights("VGG16_Weights.IMAGENET1K_FEATURES")
    assert features.std[0] == pytest.approx(1 / 255)


@pytest.mark.parametrize("licence", ["cc-by-nc-4.0", "unknown", None])
def test_what_not_everybody_may_use_is_refused_by_default(changed, licence):
    changed(license=licence)
    told = licence or "unknown"
    assert published_weights("test_resnet").licence == told
    message = rf"licence '{told}'.*'apache-2.0'.*weights='test_resnet\.r160_in1k'"
    with pytest.raises(ValueError, match=message):
        imagenet_weights("test_resnet")


@pytest.mark.parametrize("licence", sorted(PERMISSIVE))
def test_what_everybody_may_use_is_taken(changed, licence):
    changed(license=licence)
    assert imagenet_weights("test_resnet").licence == licence


@pytest.mark.parametrize("tag", ["laion2b", "pin1k"])
def test_imagenet_means_imagenet(changed, tag):
    changed(tag=tag)
    with pytest.raises(ValueError, match="not trained on ImageNet; their licence"):
        imagenet_weights("test_resnet")
    for right in ("in1k", "ra2_in21k_ft_in1k", "fb_inw21k"):
        changed(tag=right)
        assert imagenet_weights("test_resnet").name == f"test_resnet.{right}"


def test_an_address_is_taken_where_there_is_no_hub(changed):
    changed(hf_hub_id=None, url="https://example.org/a/small-0123abcd.pth")
    found = published_weights("test_resnet")
    assert found.source == "https://example.org/a/small-0123abcd.pth"
    assert found.file == "small-0123abcd.pth"
    changed(hf_hub_id=None, url="")
    with pytest.raises(ValueError, match="no weights 'test_resnet'"):
        published_weights("test_resnet")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("resnet5", "Did you mean 'resnet"),
        ("resnet50.nobody", "timm has published no weights 'resnet50.nobody'"),
        ("VGG16_Weights.IMAGENET", "torchvision knows no weights"),
        ("Nothing_Weights.V1", "torchvision knows no weights"),
        ("Raft_Large_Weights.DEFAULT", "does not classify pictures"),
    ],
)
def test_names_that_nobody_knows(name, message):
    with pytest.raises(ValueError, match=message):
        published_weights(name)
