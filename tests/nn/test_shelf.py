"""Networks leave their weights on a shelf, and find them there again."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone

from persistence_models import small_network, waves
from skecg.nn._shelf import Shelf, check_fits, restoring, storing

X, Y = waves()


def test_outside_a_block_nothing_changes():
    model = small_network().fit(X, Y)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_inside_a_block_the_net_becomes_a_number_and_a_net_again():
    model = small_network().fit(X, Y)
    shelf = Shelf()
    with storing(shelf):
        state = model.__getstate__()
        assert model.__getstate__()["net_"] == state["net_"] == 0
    assert len(shelf.states) == 1
    assert model.__getstate__()["net_"] is model.net_

    again = clone(model)
    with restoring(shelf):
        again.__setstate__(state)
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert not again.net_.module_.training


def test_a_module_has_one_place_and_a_copy_of_its_own():
    module, shelf = torch.nn.Linear(2, 2), Shelf()
    assert (shelf.put(module), shelf.put(torch.nn.Linear(1, 1))) == (0, 1)
    assert shelf.put(module) == 0
    module.weight.data.zero_()
    assert shelf.take(0)["weight"].abs().sum() > 0


@pytest.mark.parametrize("place", [-1, 1])
def test_an_empty_place_is_told(place):
    shelf = Shelf([{}])
    with pytest.raises(LookupError, match=f"number {place}"):
        shelf.take(place)


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"n_filters": 5000}, "not those of the network"),
        ({"n_filters": 10**6}, "larger than its weights"),
        ({"n_hidden": 32}, "not those of the network"),
    ],
)
def test_weights_of_another_network_are_refused_before_it_takes_memory(params, reason):
    model = small_network().fit(X, Y)
    shelf = Shelf()
    with storing(shelf):
        state = model.__getstate__() | {"network_params": params}
    with restoring(shelf), pytest.raises(ValueError, match=reason):
        clone(model).__setstate__(state)


def test_a_network_of_more_layers_than_weights_is_not_built_to_its_end():
    def build():
        return torch.nn.Sequential(*(torch.nn.Linear(1, 1) for _ in range(10**9)))

    with pytest.raises(ValueError, match="more than its weights"):
        check_fits(build, {}, {})
