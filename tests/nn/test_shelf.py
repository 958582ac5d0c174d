"""Networks leave their weights on a shelf, and find them there again."""

import pickle

import numpy as np
import pytest
import torch
from sklearn.base import clone

from persistence_models import small_network, waves
from skecg.nn._shelf import Shelf, restoring, storing

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
