"""Trees that lead outside themselves, in whatever they are held."""

import numpy as np
import pytest
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skecg.persistence._trees import check_trees

RNG = np.random.default_rng(0)
X = np.c_[RNG.normal(size=(200, 4)), RNG.integers(3, size=200)]
Y = X[:, 0] + (X[:, 4] == 1) > 0.5

FORESTS = [
    DecisionTreeClassifier(random_state=0),
    RandomForestClassifier(3, random_state=0),
    ExtraTreesClassifier(3, random_state=0),
    GradientBoostingClassifier(n_estimators=3, random_state=0),
    AdaBoostClassifier(n_estimators=2, random_state=0),
]


def first_tree(model):
    while not hasattr(model, "tree_"):
        model = np.ravel(model.estimators_)[0]
    return model.tree_


@pytest.mark.parametrize("model", FORESTS, ids=lambda model: type(model).__name__)
def test_real_trees_pass_and_changed_ones_do_not(model):
    model.fit(X, Y)
    check_trees(make_pipeline(StandardScaler().fit(X), model))
    tree = first_tree(model)
    for numbers, wrong in [
        (tree.children_left, 0),  # back to the root: never ends
        (tree.children_right, tree.node_count),
        (tree.children_right, -2),
        (tree.feature, X.shape[1]),
        (tree.feature, -1),
    ]:
        right = numbers[0]
        numbers[0] = wrong
        with pytest.raises(ValueError, match="a tree"):
            check_trees({"steps": [model]})
        numbers[0] = right
    check_trees(model)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("left", 0), ("right", 10**6), ("feature_idx", 5), ("bitset_idx", 10**6)],
)
def test_trees_of_histogram_boosting(field, wrong):
    model = HistGradientBoostingClassifier(
        max_iter=3, categorical_features=[4], random_state=0
    ).fit(X, Y)
    check_trees(model)
    tree = model._predictors[0][0]
    inner = tree.nodes["is_leaf"] == 0
    if field == "bitset_idx":
        inner &= tree.nodes["is_categorical"] == 1
        assert inner.any()
    tree.nodes[field][np.flatnonzero(inner)[0]] = wrong
    with pytest.raises(ValueError, match="a tree"):
        check_trees(model)


def test_a_forest_that_says_it_has_more_columns_than_its_trees():
    model = RandomForestClassifier(2, random_state=0).fit(X, Y)
    model.n_features_in_ = 1
    with pytest.raises(ValueError, match="beyond the 1 there are"):
        check_trees(model)
