"""Bodies of timm and torchvision under heads of our own; nothing is downloaded."""

import socket

import pytest
import timm
import torch
from torchvision import models

from skecg.nn import Backbone
from skecg.nn.backbone import check_architecture

SIZE = (40, 56)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a network connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def build(architecture: str, n_channels: int = 1, size=SIZE, **params):
    torch.manual_seed(0)
    return Backbone(n_channels, *size, 5, architecture=architecture, **params)


@pytest.mark.parametrize(
    ("name", "head", "padded", "n_features"),
    [
        ("vgg16", "flatten", SIZE, 512 * 1 * 1),
        ("resnet50", "average", SIZE, 2048),
        ("efficientnet_b0", "average", SIZE, 1280),
        ("vit_small_patch16_224", "flatten", (48, 64), 384 * 3 * 4),
        ("squeezenet1_0", "flatten", SIZE, 512 * 2 * 3),
    ],
)
def test_bodies_under_the_heads_of_the_followed_systems(name, head, padded, n_features):
    network = build(name, head=head)
    assert network.padded_size == padded
    dense = [each for each in network.head if isinstance(each, torch.nn.Linear)]
    assert [(each.in_features, each.out_features) for each in dense] == [
        (n_features, 256),
        (256, 5),
    ]
    logits = network(torch.rand(2, 1, *SIZE))
    assert logits.shape == (2, 5)
    logits.square().sum().backward()
    for label, parameter in network.named_parameters():
        assert parameter.grad is not None, label  # no layer stands there unused
        assert torch.isfinite(parameter.grad).all(), label


@pytest.mark.parametrize("size", [(1, 1), (20, 50)])
@pytest.mark.parametrize("name", ["resnet18", "vit_tiny_patch16_224"])
def test_small_pictures_are_padded(name, size):
    network = build(name, size=size).eval()
    assert min(network.padded_size) >= 32
    assert torch.isfinite(network(torch.rand(2, 1, *size))).all()


def test_grey_is_three_equal_colours():
    network = build("resnet18").eval()
    grey = torch.rand(2, 1, *SIZE)
    torch.testing.assert_close(network(grey), network(grey.expand(-1, 3, -1, -1)))


def test_the_head_may_be_one_layer():
    network = build("resnet18", head_units=0)
    assert [each.out_features for each in network.head] == [5]


def test_the_body_is_what_timm_makes_of_it():
    torch.manual_seed(0)
    whole = timm.create_model("resnet18", pretrained=False).eval()
    network = build("resnet18").eval()
    named = network.own_names(whole.state_dict())
    missing, unexpected = network.load_state_dict(named, strict=False)
    assert not unexpected
    assert all(name.startswith("head.") for name in missing)
    x = torch.rand(2, 3, *SIZE)
    mean, std = (torch.tensor(whole.default_cfg[key]) for key in ("mean", "std"))
    scaled = (x - mean[:, None, None]) / std[:, None, None]
    torch.testing.assert_close(
        network.body(network.scale(x)), whole.forward_features(scaled)
    )


def test_torchvision_weights_find_their_layers():
    whole = models.squeezenet1_0(weights=None).eval()
    network = build("squeezenet1_0").eval()
    named = network.own_names(whole.state_dict())
    assert not any("classifier" in name for name in named)
    network.load_state_dict(named, strict=False)
    x = torch.rand(1, 3, *SIZE)
    torch.testing.assert_close(network.body(x), whole.features(x))
    assert network.scale.mean.flatten().tolist() == pytest.approx([0.485, 0.456, 0.406])


def test_places_of_tokens_follow_the_size_of_the_pictures():
    torch.manual_seed(0)
    published = timm.create_model("test_vit", pretrained=False).state_dict()
    size = (64, 80)  # 4 x 5 patches; the weights have 10 x 10
    whole = timm.create_model(
        "test_vit",
        pretrained=True,
        pretrained_cfg_overlay={"state_dict": dict(published)},
        img_size=size,
    ).eval()
    network = build("test_vit", size=size).eval()
    network.load_state_dict(network.own_names(published), strict=False)
    x = torch.rand(2, 3, *size)
    torch.testing.assert_close(network.body(x), whole.forward_features(x))
    same = build("test_vit", size=(160, 160))
    named = same.own_names(published)
    assert torch.equal(named["body.pos_embed"], published["pos_embed"])


def test_the_scale_may_be_told():
    network = build("resnet18")
    named = network.own_names({}, {"mean": (0.1, 0.2, 0.3), "std": (1.0, 2.0, 3.0)})
    network.load_state_dict(named, strict=False)
    assert network.scale.mean.flatten().tolist() == pytest.approx([0.1, 0.2, 0.3])
    assert network.scale.std.flatten().tolist() == [1.0, 2.0, 3.0]


def test_without_weights_pixels_stay_from_0_to_1():
    x = torch.rand(1, 3, *SIZE)
    torch.testing.assert_close(build("resnet18").scale(x), x)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("resnet5", "Did you mean 'resnet"),
        ("hf-hub:timm/resnet18", "No image network is called"),
        ("maxvit_t", "has no `features`"),
        ("swin_tiny_patch4_window7_224", "one size only"),
    ],
)
def test_bodies_that_cannot_be_used_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        build(name)


def test_a_name_is_known_or_not():
    check_architecture("resnet50.a1_in1k", [])
    with pytest.raises(ValueError, match=r"there are \['convnet'\].*'convnet'"):
        check_architecture("convne", ["convnet"])
    with pytest.raises(ValueError, match="'average' or 'flatten'"):
        build("resnet18", head="max")
