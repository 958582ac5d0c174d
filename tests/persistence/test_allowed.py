"""The list of what a file may name: everything that is needed, nothing that acts."""

import pytest

from skecg.discovery import all_estimators
from skecg.nn import get_network, list_networks
from skecg.persistence._allowed import allowed_of


def dotted(thing: type) -> str:
    return f"{thing.__module__}.{thing.__name__}"


@pytest.mark.parametrize(("name", "estimator"), all_estimators())
def test_every_estimator_is_on_the_list(name, estimator):
    assert allowed_of([dotted(estimator)]) == [dotted(estimator)]


@pytest.mark.parametrize("name", list_networks())
def test_every_registered_network_is_on_the_list(name):
    one = dotted(get_network(name))
    assert allowed_of([one]) == [one]


def test_what_acts_is_not_on_the_list():
    names = [
        "builtins.eval",
        "os.system",
        "subprocess.Popen",
        "skecg.datasets._fetch.fetch_mitbih",
        "skecg.persistence._load.load",
        "torch.load",
        "numpy.load",
        "sklearn.preprocessing._function_transformer.FunctionTransformer.transform",
    ]
    assert allowed_of(names) == []
