"""Every object of an estimator once, whatever holds it."""

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skecg.persistence._walk import walk


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
