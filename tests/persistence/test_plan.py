"""Plans with which skops would run functions, go round for ever or unpack bombs."""

import io
import json
import zipfile

import numpy as np
import pytest
import scipy.sparse
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from skecg.persistence._plan import check_plan, without_compression

X = np.random.default_rng(0).normal(size=(40, 3))


def node(name, loader, **more):
    module, _, of_class = name.rpartition(".")
    return {"__module__": module, "__class__": of_class, "__loader__": loader} | more


def text(value, **more):
    return node("builtins.str", "JsonNode", content=json.dumps(value), **more)


def several(*parts, name="builtins.list", **more):
    return node(name, "ListNode", content=list(parts), **more)


def planned(schema, parts=None, compression=zipfile.ZIP_STORED):
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", compression=compression) as archive:
        archive.writestr("schema.json", json.dumps(schema | {"protocol": 2}))
        for name, part in (parts or {}).items():
            archive.writestr(name, part)
    return result.getvalue()


@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        MLPClassifier(max_iter=2, early_stopping=True),
        HistGradientBoostingClassifier(max_iter=2, categorical_features=[2]),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_plans_of_models_pass(model):
    rows = np.abs(X.round())
    check_plan(skops.io.dumps(model.fit(rows, rows[:, 0] > 0)))


FUNCTION = "sklearn.model_selection._validation.cross_val_score"
MEASURE = "sklearn.metrics._scorer.get_scorer"


@pytest.mark.parametrize(
    "schema",
    [
        node(FUNCTION, "ConstructorFromReduceNode", content=several()),
        several(text("accuracy"), name=MEASURE),
        node(FUNCTION, "SetNode", content=[]),
        node(FUNCTION, "NdArrayNode", type="numpy", file="a.npy", __id__=1),
        node(FUNCTION, "LossNode", content=text({}), __reduce__={"args": several()}),
        node(MEASURE, "DictNode", content={}, key_types=several()),
        node(MEASURE, "ObjectNode"),
        node("torch.optim.adam.Adam", "ObjectNode"),
        node("skecg.nn.vit.ViT", "ObjectNode"),
        node("operator.methodcaller", "OperatorFuncNode", attrs=several()),
        node(
            "functools.partial",
            "PartialNode",
            content={"func": node(MEASURE, "FunctionNode")},
        ),
        node(
            "builtins.dict",
            "DictNode",
            content={"accuracy": text(1)},
            key_types=several(node(MEASURE, "FunctionNode")),
        ),
    ],
    ids=lambda schema: schema["__loader__"],
)
def test_what_would_run_a_function_is_refused(schema):
    with pytest.raises(ValueError, match=r"\w"):
        check_plan(planned(several(schema)))


def test_parts_that_share_parts_that_share_parts_are_refused():
    schema = text(1, __id__=1)
    for number in range(2, 60):
        schema = several(schema, {"__id__": number - 1}, __id__=number)
    with pytest.raises(ValueError, match="not the same everywhere"):
        check_plan(planned(schema))


def test_an_array_that_is_read_again_and_again_is_refused():
    array = node("numpy.ndarray", "NdArrayNode", type="numpy", file="a.npy")
    same = planned(several(*[array | {"__id__": 1}] * 9), {"a.npy": b"\x93NUMPY"})
    check_plan(same)
    others = several(*(array | {"__id__": number} for number in (1, 2)))
    for schema in (several(array), others):
        with pytest.raises(ValueError, match="more than once"):
            check_plan(planned(schema, {"a.npy": b"\x93NUMPY"}))


def test_what_is_no_array_is_refused():
    with pytest.raises(ValueError, match="no array"):
        check_plan(planned(several(), {"a.npy": b"PK\x03\x04"}))


@pytest.mark.parametrize("kind", ["builtins.bool", "numpy.bool", "builtins.map"])
def test_keys_that_would_come_back_as_others_are_refused(kind):
    keys = several(node(kind, "TypeNode"))
    schema = node("builtins.dict", "DictNode", content={"0": text(1)}, key_types=keys)
    with pytest.raises(ValueError, match=f"keys of {kind}"):
        check_plan(planned(schema))


def test_random_numbers_with_a_pool_that_takes_hours_are_refused():
    plan = skops.io.dumps([np.random.default_rng(0)])
    check_plan(plan)
    with zipfile.ZipFile(io.BytesIO(plan)) as archive:
        schema = json.loads(archive.read("schema.json"))
    state = schema["content"][0]["content"]["seed_seq"]
    state["content"]["pool_size"] = text(10**6)
    with pytest.raises(ValueError, match="pool"):
        check_plan(planned(schema))


def test_sparse_matrices_are_not_compressed():
    matrix = scipy.sparse.csr_array(np.eye(300))
    plan = skops.io.dumps([matrix])
    with pytest.raises(ValueError, match="compressed"):
        check_plan(plan)
    plain = without_compression(plan)
    check_plan(plain)
    again = skops.io.loads(plain, ["scipy.sparse._csr.csr_array"])
    np.testing.assert_array_equal(again[0].toarray(), matrix.toarray())
