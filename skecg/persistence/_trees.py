"""Trees out of a file, before anybody walks down one.

scikit-learn follows the numbers of children and features in compiled code and does not
look where they lead: made-up ones would read foreign memory.
"""

from numbers import Integral
from typing import Any

import numpy as np
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._forest import BaseForest
from sklearn.ensemble._gb import BaseGradientBoosting
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import (
    BaseHistGradientBoosting,
)
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.tree._tree import Tree

from skecg.persistence._walk import walk

_TREES = (Tree, TreePredictor)
_ENSEMBLES = (BaseForest, BaseGradientBoosting, IsolationForest)
_LEAF = -1  # scikit-learn's number for a child that is not there


def check_trees(estimator: Any) -> None:
    """Raise if a tree leads outside itself or asks for a feature that is not there.

    Parameters
    ----------
    estimator : object
        As it came out of a file.

    Raises
    ------
    ValueError
        If there is such a tree.
    """
    found = list(walk(estimator))
    owned: set[int] = set()
    for thing in found:
        trees = _trees_of(thing)
        for inner in trees:
            _check(inner, _n_features(thing))
        owned.update(map(id, trees))
        if isinstance(thing, _ENSEMBLES) and hasattr(thing, "estimators_"):
            _check_members(thing)
        if trees and isinstance(thing, BaseHistGradientBoosting):
            _check_known_categories(thing)
    if any(isinstance(each, _TREES) and id(each) not in owned for each in found):
        raise ValueError("a tree is no estimator's")


def _trees_of(estimator: Any) -> list[Any]:
    # Those that an estimator asks about its own columns.
    found = [getattr(estimator, "tree_", None)]
    for stage in getattr(estimator, "_predictors", None) or []:
        found.extend(stage)
    return [each for each in found if isinstance(each, _TREES)]


def _n_features(estimator: Any) -> int:
    number = getattr(estimator, "n_features_in_", None)
    if not isinstance(number, Integral):
        raise ValueError("an estimator of trees does not say how many features it has")
    return int(number)


def _check_members(ensemble: Any) -> None:
    # They hand columns on to trees which do not count them again.
    members = np.ravel(np.asarray(ensemble.estimators_, dtype=object)).tolist()
    if isinstance(ensemble, IsolationForest):
        wanted = [len(columns) for columns in ensemble.estimators_features_]
    else:
        wanted = [_n_features(ensemble)] * len(members)
    if [_n_features(one) for one in members] != wanted:
        raise ValueError("a tree has another number of features than it is given")
    if isinstance(ensemble, BaseGradientBoosting):
        _check_stages(ensemble)


def _check_stages(ensemble: Any) -> None:
    # One column of answers is written for each tree of a stage.
    n_columns = ensemble.n_trees_per_iteration_
    prior = getattr(ensemble.init_, "class_prior_", None)
    starts = n_columns if n_columns == 1 or prior is None else len(prior)
    if not ensemble.estimators_.shape[1] == n_columns == starts:
        raise ValueError("stages of trees have another number of classes than is said")


def _check_known_categories(boosting: Any) -> None:
    known = np.asarray(vars(boosting)["_bin_mapper"].is_categorical_)
    if known.shape != (_n_features(boosting),):
        raise ValueError("it is not known of each feature whether it is a category")
    for tree in _trees_of(boosting):
        asked = tree.nodes[tree.nodes["is_categorical"].astype(bool)]
        if not known[asked["feature_idx"]].all():
            raise ValueError("a tree asks for a category where there is none")


def _check(tree: Any, n_features: int) -> None:
    if isinstance(tree, Tree):
        leaves = tree.children_left == _LEAF
        children = [tree.children_left[~leaves], tree.children_right[~leaves]]
        features = tree.feature[~leaves]
    else:
        leaves = tree.nodes["is_leaf"].astype(bool)
        inner = tree.nodes[~leaves]
        children = [inner["left"], inner["right"]]
        features = inner["feature_idx"]
        _check_categories(tree, inner)
    if not leaves.size:
        raise ValueError("a tree has no root")
    # A child stands behind its parent: so every way down comes to an end.
    parents = np.flatnonzero(~leaves)
    for numbers in children:
        if (numbers <= parents).any() or (numbers >= leaves.size).any():
            raise ValueError("a tree has a branch that leads nowhere")
    if (features < 0).any() or (features >= n_features).any():
        raise ValueError(f"a tree asks for a feature beyond the {n_features} there are")


def _check_categories(tree: TreePredictor, inner: np.ndarray) -> None:
    if any(one.shape[1:] != (8,) for one in _bitsets_of(tree)):
        raise ValueError("a set of categories has another size than 256")
    categorical = inner[inner["is_categorical"].astype(bool)]
    if any((categorical["bitset_idx"] >= len(one)).any() for one in _bitsets_of(tree)):
        raise ValueError("a tree asks for a set of categories that is not there")


def _bitsets_of(tree: TreePredictor) -> tuple[np.ndarray, np.ndarray]:
    return tree.raw_left_cat_bitsets, tree.binned_left_cat_bitsets
