"""Trees out of a file, before anybody walks down one.

scikit-learn follows the numbers of children and features in compiled code and does not
look where they lead: made-up ones would read foreign memory.
"""

from typing import Any

import numpy as np
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.tree._tree import Tree

from skecg.persistence._walk import walk

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
    for thing in walk(estimator):
        n_features = getattr(thing, "n_features_in_", None)
        if isinstance(n_features, int):
            for inner in _trees_of(thing):
                _check(inner, n_features)


def _trees_of(estimator: Any) -> list[Any]:
    # Those that an estimator asks about its own columns; forests hand theirs on to
    # trees which must have as many.
    members = np.ravel(getattr(estimator, "estimators_", ()))
    found = [getattr(one, "tree_", None) for one in (estimator, *members)]
    for stage in getattr(estimator, "_predictors", None) or []:
        found.extend(stage)
    return [each for each in found if isinstance(each, Tree | TreePredictor)]


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
    # A child stands behind its parent: so every way down comes to an end.
    parents = np.flatnonzero(~leaves)
    for numbers in children:
        if (numbers <= parents).any() or (numbers >= leaves.size).any():
            raise ValueError("a tree has a branch that leads nowhere")
    if (features < 0).any() or (features >= n_features).any():
        raise ValueError(f"a tree asks for a feature beyond the {n_features} there are")


def _check_categories(tree: TreePredictor, inner: np.ndarray) -> None:
    categorical = inner[inner["is_categorical"].astype(bool)]
    if (categorical["bitset_idx"] >= len(tree.raw_left_cat_bitsets)).any():
        raise ValueError("a tree asks for a set of categories that is not there")
