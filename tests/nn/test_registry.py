import pytest
from torch import nn

from skecg.nn import get_network, list_networks, register_network, registry


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch):
    monkeypatch.setattr(registry, "_ENTRIES", dict(registry._ENTRIES))


def test_registered_class_is_found_by_name_and_kind():
    @register_network("tiny_image", kind="image")
    class Tiny(nn.Module):
        pass

    assert get_network("tiny_image") is Tiny
    assert "tiny_image" in list_networks()
    assert "tiny_image" in list_networks("image")
    assert "tiny_image" not in list_networks("signal")


def test_unknown_name_gets_a_suggestion():
    with pytest.raises(ValueError, match="Did you mean 'resnet1d'"):
        get_network("resnet_1d")


def test_other_kind_is_refused():
    with pytest.raises(ValueError, match="No network is called 'resnet1d'"):
        get_network("resnet1d", "image")


def test_taken_name_is_refused():
    with pytest.raises(ValueError, match="is taken by ResNet1d"):

        @register_network("resnet1d")
        class Other(nn.Module):
            pass


def test_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="'signal' or 'image'"):
        register_network("x", kind="sound")
