"""Trees that lead outside themselves, in whatever they are held."""

import numpy as np
import pytest
from sklearn.ensemble import (
    AdaBoostClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.tree._tree import Tree

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
    with pytest.raises(ValueError, match="another number of features"):
        check_trees(model)


@pytest.mark.parametrize("number", [None, "4", 5.0])
def test_a_tree_whose_estimator_does_not_say_how_many_features_it_has(number):
    model = DecisionTreeClassifier(random_state=0).fit(X, Y)
    model.n_features_in_ = number
    with pytest.raises(ValueError, match="does not say how many features"):
        check_trees(model)


def test_a_tree_that_no_estimator_answers_for():
    model = DecisionTreeClassifier(random_state=0).fit(X, Y)
    with pytest.raises(ValueError, match="no estimator's"):
        check_trees({"elsewhere": model.tree_})


def test_a_tree_without_a_root():
    model = DecisionTreeClassifier(random_state=0).fit(X, Y)
    model.tree_ = Tree(5, np.array([2]), 1)
    with pytest.raises(ValueError, match="no root"):
        check_trees(model)


def test_stages_of_more_classes_than_there_are_columns_of_answers():
    model = GradientBoostingClassifier(n_estimators=2).fit(X, X[:, 4])
    check_trees(model)
    model.init_.class_prior_ = model.init_.class_prior_[:1]
    with pytest.raises(ValueError, match="another number of classes"):
        check_trees(model)


def test_a_tree_of_an_isolation_forest_gets_the_columns_that_it_asks_for():
    model = IsolationForest(n_estimators=2, max_features=2, random_state=0).fit(X)
    check_trees(model)
    model.estimators_features_[0] = np.array([0])
    with pytest.raises(ValueError, match="another number of features"):
        check_trees(model)


def test_votes_of_unlike_members_pass():
    members = [("one", DecisionTreeClassifier()), ("many", RandomForestClassifier(2))]
    check_trees(VotingClassifier(members).fit(X, Y))
