"""What a layer says is what the module says when it is run by hand."""

import pytest
import torch
from torch.nn import functional
from torchvision import models

from skecg.nn import Backbone, PooledBody

SIZE = (48, 80)
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@pytest.fixture(scope="module")
def published():
    torch.manual_seed(0)
    return models.squeezenet1_0(weights=None).eval()


@pytest.fixture(scope="module")
def pictures():
    torch.manual_seed(1)
    return torch.rand(2, 3, *SIZE)


def by_hand(published, pictures, n_layers):
    scale = (torch.tensor(numbers).reshape(3, 1, 1) for numbers in (MEAN, STD))
    mean, std = scale
    with torch.no_grad():
        return published.features[:n_layers]((pictures - mean) / std)


def pooled(published, pictures, **options):
    body = PooledBody("squeezenet1_0", *SIZE, **options)
    body.load_tensors(published.state_dict())
    with torch.no_grad():
        return body.eval()(pictures)


@pytest.mark.parametrize(("layer", "n_layers"), [(None, None), ("5", 6), ("0", 1)])
def test_it_is_the_module_of_torchvision(published, pictures, layer, n_layers):
    maps = by_hand(published, pictures, n_layers)
    average = pooled(published, pictures, layer=layer)
    torch.testing.assert_close(average, maps.mean((2, 3), keepdim=True))
    highest = pooled(published, pictures, layer=layer, pool="max")
    torch.testing.assert_close(highest, maps.amax((2, 3), keepdim=True))
    grid = pooled(published, pictures, layer=layer, pool=(2, 1))
    torch.testing.assert_close(grid, functional.adaptive_avg_pool2d(maps, (2, 1)))


def test_a_part_of_a_part_has_a_name(published, pictures):
    inside = pooled(published, pictures, layer="3.squeeze")
    with torch.no_grad():
        expected = published.features[3].squeeze(by_hand(published, pictures, 3))
    torch.testing.assert_close(inside, expected.mean((2, 3), keepdim=True))


def test_tokens_are_laid_out_again():
    body = PooledBody("vit_tiny_patch16_224", *SIZE, layer="blocks.1", pool=(3, 5))
    with torch.no_grad():
        assert body.eval()(torch.rand(2, 3, *SIZE)).shape == (2, 192, 3, 5)


def test_the_state_of_a_backbone_fits_too(pictures):
    torch.manual_seed(2)
    trained = Backbone(3, *SIZE, 4, architecture="resnet18").eval()
    body = PooledBody("resnet18", *SIZE).eval()
    body.load_tensors(trained.state_dict())
    with torch.no_grad():
        expected = trained.forward_features(pictures)
        torch.testing.assert_close(body(pictures).flatten(1), expected)


def test_weights_of_another_body_are_refused(published):
    body = PooledBody("resnet18", *SIZE)
    with pytest.raises(ValueError, match="do not fit the body"):
        body.load_tensors(published.state_dict())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layer": "features.5"}, "no layer 'features.5'"),
        ({"layer": "3.squeez"}, r"Did you mean '3\.squeeze'"),
        ({"pool": "median"}, "pool must be"),
        ({"pool": (2, 0)}, "pool must be"),
        ({"pool": (2, 2, 2)}, "pool must be"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PooledBody("squeezenet1_0", *SIZE, **options)


def test_a_layer_without_maps_is_refused():
    body = PooledBody("vgg16", *SIZE, layer="0").eval()
    with torch.no_grad():
        assert body(torch.rand(1, 1, *SIZE)).shape == (1, 64, 1, 1)
    tokens = PooledBody("vit_tiny_patch16_224", *SIZE, layer="blocks.0").eval()
    tokens.network.tokens_to_map = torch.nn.Flatten()
    with torch.no_grad(), pytest.raises(ValueError, match="does not answer with"):
        tokens(torch.rand(1, 3, *SIZE))
