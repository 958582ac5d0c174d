"""Torch modules: kernels without scikit-learn, found by name in a registry."""

from skecg.nn.backbone import Backbone
from skecg.nn.contextnet1d import ContextNet1d
from skecg.nn.convnet1d import ConvNet1d
from skecg.nn.convnet2d import ConvNet2d, ConvNetSmall2d
from skecg.nn.pooled_body import PooledBody
from skecg.nn.published import PublishedWeights, published_weights
from skecg.nn.registry import (
    NetworkKind,
    get_network,
    list_networks,
    register_network,
)
from skecg.nn.resnet1d import ResNet1d
from skecg.nn.vit import ViT
from skecg.nn.weights import read_weights

__all__ = [
    "Backbone",
    "ContextNet1d",
    "ConvNet1d",
    "ConvNet2d",
    "ConvNetSmall2d",
    "NetworkKind",
    "PooledBody",
    "PublishedWeights",
    "ResNet1d",
    "ViT",
    "get_network",
    "list_networks",
    "published_weights",
    "read_weights",
    "register_network",
]
