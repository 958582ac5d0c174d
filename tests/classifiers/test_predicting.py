"""Logits: whatever they are computed with, however many at a time."""

import numpy as np
import pytest
import torch
from torch import nn

from networks import small_network
from skecg.classifiers._batches import TensorSet
from skecg.classifiers._predicting import predict_logits, rows_at_a_time
from skecg.nn import get_network, list_networks

CPU = torch.device("cpu")


def rows_of(X):
    return TensorSet.from_arrays(X.astype(np.float32), None, device=CPU)


@pytest.fixture
def threads(request):
    """Let torch compute on some threads, and on as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("threads", [1, 2], indirect=True)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", list_networks("signal"))
def test_logits_do_not_depend_on_the_company(name, precision):
    torch.manual_seed(0)
    module = get_network(name)(1, 187, 5)
    X = np.random.default_rng(0).normal(size=(20, 187))
    together = predict_logits(module, rows_of(X), precision=precision)
    for n_rows in (1, 2, 3, 7, 8, 9, 13):
        some = predict_logits(module, rows_of(X[:n_rows]), precision=precision)
        np.testing.assert_array_equal(some, together[:n_rows])
    some = predict_logits(module, rows_of(X), batch_size=9, precision=precision)
    np.testing.assert_array_equal(some, together)


def test_predicting_is_done_in_evaluation_mode():
    module = nn.Sequential(nn.Flatten(), nn.Dropout(0.9))
    np.testing.assert_array_equal(
        predict_logits(module, rows_of(np.ones((10, 4)))), np.ones((10, 4))
    )


@pytest.mark.parametrize("name", list_networks("signal"))
def test_logits_are_those_of_plain_torch(name):
    torch.manual_seed(0)
    module = get_network(name)(2, 187, 5).eval()
    X = np.random.default_rng(0).normal(size=(300, 2, 187))
    plain = module(torch.from_numpy(X).float()).detach()  # with gradients on
    np.testing.assert_allclose(predict_logits(module, rows_of(X)), plain, atol=1e-5)


def test_long_rows_go_fewer_at_a_time():
    beats, records = rows_of(np.zeros((2, 187))), rows_of(np.zeros((2, 12, 5000)))
    least = rows_at_a_time(rows_of(np.zeros((2, 10**5))))
    assert rows_at_a_time(beats) > 10 * rows_at_a_time(records) > 0
    assert least > 0
    assert rows_at_a_time(beats) % least == rows_at_a_time(records) % least == 0


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize("threads", [1, 2], indirect=True)
def test_a_row_that_fills_the_memory_goes_alone():
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Conv2d(1, 2, 3, stride=4), nn.AdaptiveAvgPool2d(8), nn.Flatten()
    )
    seen = []
    module.register_forward_pre_hook(lambda _, inputs: seen.append(len(inputs[0])))
    X = np.random.default_rng(0).normal(size=(5, 412, 703, 1))
    together = predict_logits(module, rows_of(X))
    assert seen == [1] * 5
    for n_rows in (1, 3):
        some = predict_logits(module, rows_of(X[:n_rows]))
        np.testing.assert_array_equal(some, together[:n_rows])


class TestPrecision:
    def test_a_fitted_model_takes_it_without_another_fit(self, waves):
        X, y, _ = waves
        model = small_network().fit(X, y)
        exact = model.predict_proba(X)
        before = {k: v.clone() for k, v in model.net_.module_.state_dict().items()}
        rough = model.set_params(predict_precision="bfloat16").predict_proba(X)
        assert 0 < np.abs(rough - exact).max() < 0.05
        after = model.net_.module_.state_dict()
        assert all(torch.equal(after[name], each) for name, each in before.items())
        assert after[next(iter(after))].dtype == torch.float32
        again = model.set_params(predict_precision="float32").predict_proba(X)
        np.testing.assert_array_equal(again, exact)

    def test_it_does_not_touch_the_training(self, waves):
        X, y, _ = waves
        model = small_network(max_epochs=1, predict_precision="bfloat16").fit(X, y)
        exact = small_network(max_epochs=1).fit(X, y).predict_proba(X)
        model.set_params(predict_precision="float32")
        np.testing.assert_array_equal(model.predict_proba(X), exact)

    def test_it_takes_context_columns(self, waves):
        X, y, _ = waves
        X = np.c_[X, np.ones((len(X), 2))]
        model = small_network(context=2, max_epochs=1, predict_precision="bfloat16")
        assert np.isfinite(model.fit(X, y).predict_proba(X)).all()

    def test_another_name_is_refused_by_fit_and_predict(self, waves):
        X, y, _ = waves
        with pytest.raises(ValueError, match="predict_precision"):
            small_network(predict_precision="float16").fit(X, y)
        model = small_network(max_epochs=1).fit(X, y)
        with pytest.raises(ValueError, match=r"float32.*bfloat16.*got 'half'"):
            model.set_params(predict_precision="half").predict(X)
