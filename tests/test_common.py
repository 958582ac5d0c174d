"""scikit-learn's own checks on every estimator and every registered network."""

import warnings

import pytest
from sklearn.base import BaseEstimator
from sklearn.exceptions import SkipTestWarning
from sklearn.utils.estimator_checks import (
    estimator_checks_generator,
    parametrize_with_checks,
)

from instances import (
    for_image_features,
    for_images,
    for_printouts,
    for_records,
    for_segmenters,
    for_sklearn_checks,
    for_tables,
    short_name,
)
from skecg.discovery import all_estimators
from skecg.nn import list_networks

# Check of scikit-learn's that an estimator cannot pass -> why, and which test of ours
# replaces it. Empty is best.
EXPECTED_FAILURES: dict[str, dict[str, str]] = {}

# scikit-learn runs one check and stops where it does not like the tags; fewer than
# this many is such an empty pass.
FEWEST_CHECKS = 40


def expected_failures(estimator: BaseEstimator) -> dict[str, str]:
    """Look up the expected failures of an instance by its class."""
    return EXPECTED_FAILURES.get(type(estimator).__name__, {})


# Among the tiny rows that scikit-learn makes up are constant ones.
@pytest.mark.filterwarnings("ignore::skecg.exceptions.SignalQualityWarning")
@parametrize_with_checks(for_sklearn_checks(), expected_failed_checks=expected_failures)
def test_sklearn_check(estimator, check):
    check(estimator)


def checks_of_images():
    """Return the few that scikit-learn has for pictures: of parameters and tags.

    It says so with a warning. The battery for pictures is `test_image_contract.py`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SkipTestWarning)
        return [
            pytest.param(*pair, id=f"{short_name(estimator)}-{index}")
            for estimator in (*for_images(), *for_image_features(), *for_printouts())
            for index, pair in enumerate(estimator_checks_generator(estimator))
        ]


@pytest.mark.parametrize(("estimator", "check"), checks_of_images())
def test_sklearn_check_of_images(estimator, check):
    check(estimator)


@pytest.mark.parametrize("instances", [for_sklearn_checks(), for_records(125.0)])
def test_every_estimator_is_checked(instances):
    found = {name for name, _ in all_estimators()}
    assert found
    of_pictures = (*for_images(), *for_image_features(), *for_printouts())
    others = (*of_pictures, *for_tables(), *for_segmenters(125.0))
    checked = {type(estimator).__name__ for estimator in (*instances, *others)}
    assert checked == found


def test_every_signal_network_is_checked():
    checked = {
        estimator.network
        for estimator in for_sklearn_checks()
        if hasattr(estimator, "network")
    }
    assert checked == set(list_networks("signal"))


@pytest.mark.parametrize("estimator", for_sklearn_checks(), ids=short_name)
def test_no_battery_is_empty(estimator):
    checks = list(estimator_checks_generator(estimator))
    assert len(checks) >= FEWEST_CHECKS


def test_expected_failures_name_their_replacement():
    # A line without its reason fails, now and when the table is no longer empty.
    table = {"Example": {"check_x": "no reason"}} | EXPECTED_FAILURES
    unexplained = [
        (name, check)
        for name, reasons in table.items()
        for check, reason in reasons.items()
        if "replaced by test_" not in reason
    ]
    assert unexplained == [("Example", "check_x")]
