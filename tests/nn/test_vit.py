import pytest
import torch

from skecg.nn import ViT
from skecg.nn.vit import TokensToMap


def build(**params):
    torch.manual_seed(0)
    options = {"n_features": 16, "n_blocks": 2, "height": 30, "width": 41} | params
    return ViT(n_channels=1, n_classes=3, **options).eval()


def test_patches_cover_the_picture():
    network = build()
    assert network.padded_size == (32, 48)
    assert network.body.patches.place.shape == (1, 4 * 6, 16)
    assert build(patch_size=10).padded_size == (30, 50)


def test_places_matter():
    network = build(height=32, width=48)
    x = torch.rand(2, 1, 32, 48)
    moved = x.roll(8, dims=3)  # by a patch
    assert not torch.allclose(network(x), network(moved), atol=1e-6)
    torch.nn.init.zeros_(network.body.patches.place)
    torch.testing.assert_close(network(x), network(moved))


def test_tokens_see_each_other():
    network = build(height=16, width=16)
    x = torch.rand(1, 1, 16, 16)
    other = x.clone()
    other[..., :8, :8] = 0
    first, second = (network.body(each) for each in (x, other))
    assert not torch.allclose(first[:, -1], second[:, -1], atol=1e-6)


def test_maps_lie_as_the_patches_do():
    network = build(height=32, width=48)
    x = torch.rand(1, 1, 32, 48)
    tokens = network.body.patches(x) - network.body.patches.place
    maps = TokensToMap(4, 6)(tokens)
    torch.testing.assert_close(maps, network.body.patches.project(x))
    with_one_before = torch.cat([torch.full((1, 1, 16), 9.0), tokens], dim=1)
    torch.testing.assert_close(TokensToMap(4, 6, 1)(with_one_before), maps)


def test_heads_divide_the_features():
    with pytest.raises(ValueError, match="n_heads=3 and n_features=16"):
        build(n_heads=3)
