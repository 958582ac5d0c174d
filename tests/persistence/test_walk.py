"""Every object of an estimator once, whatever holds it."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skecg.persistence._walk import rate_of, walk


def test_objects_are_found_in_every_container():
    inner = [LogisticRegression(C=number) for number in range(1, 6)]
    held = {
        "dict": inner[0],
        "list": [inner[1]],
        "tuple": (inner[2],),
        "array": np.array([inner[3]], dtype=object),
        "pipeline": make_pipeline(inner[4]),
    }
    found = [one for one in walk(held) if isinstance(one, LogisticRegression)]
    assert sorted(one.C for one in found) == [1, 2, 3, 4, 5]


def test_what_holds_itself_is_walked_once():
    loop: dict[str, object] = {"name": "loop"}
    loop["self"] = loop
    assert list(walk(loop)) == [loop]


class Step:
    def __init__(self, name, *inside, sampling_rate=None):
        self.name, self.inside, self.sampling_rate = name, inside, sampling_rate


def test_things_come_from_the_outside_or_as_data_flow():
    steps = [Step("a", Step("b", Step("c"))), Step("d", Step("e"))]

    def names(**how):
        return "".join(one.name for one in walk(steps, **how) if isinstance(one, Step))

    assert names() == "adbec"
    assert names(as_data_flow=True) == "abcde"


def test_what_comes_first_tells_the_rate():
    late = Step("network", sampling_rate=125)
    assert rate_of([Step("deep", Step("er", sampling_rate=360.0)), late]) == 360.0
    assert rate_of([Step("tells nothing"), late]) == 125.0
    assert rate_of([Step("none", sampling_rate="fast")]) is None
