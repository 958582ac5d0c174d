"""Published weights through ImageClassifier, from a real server on loopback."""

import hashlib
import io
import logging
import socket
from dataclasses import replace

import numpy as np
import pytest
import timm
import torch
from huggingface_hub import constants
from safetensors.torch import save
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from timm.models import _registry as registry

from file_server import Fault, FileServer
from skecg.classifiers import ImageClassifier
from skecg.datasets import _download
from skecg.exceptions import DataFileError, DownloadError
from skecg.nn import published_weights

NAME = "test_resnet.r160_in1k"
MEAN, STD = (0.1, 0.2, 0.3), (0.4, 0.5, 0.6)


@pytest.fixture(scope="module")
def squares():
    X = np.random.default_rng(0).integers(180, 255, (12, 32, 32), dtype=np.uint8)
    X[1::2, 4:20, 4:20] = 0
    return X, np.where(np.arange(12) % 2, "square", "none")


@pytest.fixture(scope="module")
def state():
    torch.manual_seed(1)
    return timm.create_model("test_resnet", pretrained=False).state_dict()


@pytest.fixture(autouse=True)
def data_home(monkeypatch, tmp_path):
    """An empty cache, and no patience."""
    monkeypatch.setattr(_download, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("SKECG_DATA", str(tmp_path))
    return tmp_path / "weights"


@pytest.fixture
def publish(monkeypatch, state):
    """Let timm believe that its smallest network's weights lie on a server here."""
    content = io.BytesIO()
    torch.save(state, content)
    body = content.getvalue()
    file = f"small-{hashlib.sha256(body).hexdigest()[:8]}.pth"
    with FileServer({file: body}) as server:

        def publish(**facts):
            told = {"url": f"{server.url}/{file}", "hf_hub_id": None}
            told |= {"mean": MEAN, "std": STD} | facts
            config = replace(timm.get_pretrained_cfg("test_resnet"), **told)
            for name in ("test_resnet", NAME):
                monkeypatch.setitem(registry._model_pretrained_cfgs, name, config)
            return server, file

        yield publish


def resnet(weights="imagenet", **params):
    options = {"max_epochs": 1, "trainable_layers": 2, "random_state": 0}
    return ImageClassifier("test_resnet", weights=weights, **options | params)


def assert_taken(model, state):
    module = model.net_.module_
    body = module.body.state_dict()
    assert all(torch.equal(body[name], state[name]) for name in body)
    assert module.scale.mean.flatten().tolist() == pytest.approx(MEAN)
    assert module.scale.std.flatten().tolist() == pytest.approx(STD)


def test_weights_are_downloaded_once_and_only_by_fit(
    publish, squares, state, data_home, caplog
):
    server, file = publish()
    model = clone(resnet())
    assert server.requests == []
    with caplog.at_level(logging.INFO, "skecg"):
        model.fit(*squares)
    assert_taken(model, state)
    assert f"{NAME}, licence apache-2.0, of {server.url}" in caplog.text
    assert model.weights_info_ == published_weights("test_resnet")
    assert model.weights_info_.licence == "apache-2.0"
    search = GridSearchCV(model, {"lr": [1e-3, 1e-2]}, cv=2, refit=False)
    search.fit(*squares)
    assert server.requests == [(file, "")]
    assert sorted(each.name for each in data_home.iterdir()) == [".lock", file]


def test_weights_that_are_there_need_no_network(publish, squares, monkeypatch):
    publish()
    first = resnet().fit(*squares).predict_proba(squares[0])

    def refuse(*_):
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    again = resnet().fit(*squares).predict_proba(squares[0])
    np.testing.assert_array_equal(again, first)


def test_without_a_network_the_text_says_what_to_do(publish, squares, data_home):
    server, file = publish()
    server._http.server_close()
    with pytest.raises(DownloadError, match=r"Is there a network") as caught:
        resnet().fit(*squares)
    for part in (NAME, str(data_home), f"put {file} there", "SKECG_DATA", "weights=pa"):
        assert part in str(caught.value)


def test_what_was_put_there_by_hand_is_taken(publish, squares, state, data_home):
    server, file = publish()
    data_home.mkdir()
    torch.save(state, data_home / file)
    assert_taken(resnet().fit(*squares), state)
    assert server.requests == []


def test_a_dropped_connection_is_taken_up(publish, squares, state):
    server, file = publish()
    server.faults[file] = [Fault(drop_after=100_000), Fault(status=503)]
    assert_taken(resnet().fit(*squares), state)
    assert server.ranges(file) == ["", "bytes=100000-", "bytes=100000-"]


def test_a_connection_that_always_drops_leaves_no_half_file(
    publish, squares, data_home
):
    server, file = publish()
    server.faults[file] = [Fault(drop_after=1000, ignore_range=True)]
    server.lasting = True
    with pytest.raises(DownloadError, match=rf"{NAME}.* only 1000 of \d+ bytes came"):
        resnet().fit(*squares)
    assert not (data_home / file).exists()


@pytest.mark.parametrize("tell_length", [True, False])
def test_a_wrong_file_is_not_kept(publish, squares, data_home, tell_length):
    server, file = publish()
    wrong = server.files[file][:-1000]
    server.faults[file] = [Fault(body=wrong, tell_length=tell_length)] * 2
    with pytest.raises(DownloadError, match="not the file that was published"):
        resnet().fit(*squares)
    assert [each.name for each in data_home.iterdir()] == [".lock"]


def test_a_damaged_file_in_the_folder_is_named(publish, squares, data_home):
    server, file = publish()
    data_home.mkdir()
    (data_home / file).write_bytes(server.files[file][:-1000])
    with pytest.raises(DataFileError, match=rf"{file} is damaged.*delete it"):
        resnet().fit(*squares)


class TestTheHub:
    """timm keeps most weights on a hub, which tells the SHA-256 beforehand."""

    PATH = f"timm/{NAME}/resolve/main/model.safetensors"

    @pytest.fixture
    def server(self, publish, state, monkeypatch):
        server, _ = publish(hf_hub_id=f"timm/{NAME}")
        # What the variable HF_ENDPOINT does to a process that begins with it.
        template = server.url + "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "ENDPOINT", server.url)
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        body = save(state)
        server.files[self.PATH] = body
        server.headers[self.PATH] = {
            "ETag": '"0123"',
            "X-Linked-Etag": f'"{hashlib.sha256(body).hexdigest()}"',
            "X-Repo-Commit": "0" * 40,
        }
        return server

    def test_weights_come_with_their_checksum(self, server, squares, state, data_home):
        assert_taken(resnet().fit(*squares), state)
        assert_taken(resnet(NAME).fit(*squares), state)
        assert server.ranges(self.PATH) == ["HEAD", ""]
        assert (data_home / f"{NAME}.safetensors").read_bytes() == save(state)

    def test_a_wrong_file_is_not_kept(self, server, squares, data_home):
        server.faults[self.PATH] = [Fault(body=save({"a": torch.ones(3)}))] * 2
        with pytest.raises(DownloadError, match="not the file that was published"):
            resnet().fit(*squares)
        assert [each.name for each in data_home.iterdir()] == [".lock"]

    def test_a_file_without_a_checksum_is_refused(self, server, squares):
        server.headers[self.PATH] = {"ETag": '"0123"', "X-Repo-Commit": "0" * 40}
        with pytest.raises(DownloadError, match="comes without a SHA-256"):
            resnet().fit(*squares)

    def test_a_file_that_is_not_there(self, server, squares):
        del server.files[self.PATH]
        with pytest.raises(DownloadError, match=r"does not answer .*404"):
            resnet().fit(*squares)

    def test_no_network(self, server, squares):
        server._http.server_close()
        with pytest.raises(DownloadError, match=r"does not answer .* weights=path"):
            resnet().fit(*squares)


def test_what_not_everybody_may_use_has_to_be_asked_for(publish, squares, state):
    server, _ = publish(license="cc-by-nc-4.0")
    with pytest.raises(ValueError, match=r"licence 'cc-by-nc-4\.0'.*ask for them by"):
        resnet().fit(*squares)
    assert server.requests == []
    model = resnet(NAME).fit(*squares)
    assert_taken(model, state)
    assert model.weights_info_.licence == "cc-by-nc-4.0"
    model.set_params(weights=None, trainable_layers="all").fit(*squares)
    assert model.weights_info_ is None


@pytest.mark.parametrize("network", ["convnet_small", torch.nn.Linear])
def test_other_networks_have_no_published_weights(squares, network):
    model = ImageClassifier(network, weights="imagenet")
    with pytest.raises(ValueError, match="are for back-bones such as"):
        model.fit(*squares)


def test_weights_of_another_network_do_not_fit(publish, squares):
    publish()
    model = ImageClassifier("test_vit", weights=NAME, max_epochs=1)
    with pytest.raises(ValueError, match="do not fit the network"):
        model.fit(*squares)
