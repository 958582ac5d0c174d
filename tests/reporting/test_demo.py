import numpy as np
import pytest
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from skecg.datasets import load_heartbeats
from skecg.reporting import compare_splits, demo_estimators, run_demo

# Accuracy and macro-F1 that must not be lost: below the lowest of several seeds (five
# for the features, three for the network), by 0.03 for the features and 0.06 for the
# network, which on another machine computes with other rounding. Most seeds divide
# the patients alike: StratifiedGroupKFold shuffles only what it would place equally.
FLOORS = {
    ("logistic regression", "patients"): (0.80, 0.47),
    ("logistic regression", "beats"): (0.85, 0.63),
    ("gradient boosting", "patients"): (0.79, 0.47),
    ("gradient boosting", "beats"): (0.94, 0.87),
    ("residual network", "patients"): (0.73, 0.36),
    ("residual network", "beats"): (0.84, 0.57),
}


@pytest.mark.slow
def test_nothing_is_lost_on_the_packaged_heartbeats():
    # One test, because the processes of pytest-xdist do not share a fixture. The
    # network has three epochs here instead of the demo's five, to save time.
    heartbeats = load_heartbeats(context=True)
    estimators = demo_estimators(
        sampling_rate=heartbeats.sampling_rate,
        context=len(heartbeats.context_names),
        max_epochs=3,
    )
    with threadpool_limits(limits=1):
        found = compare_splits(
            estimators,
            heartbeats.data,
            heartbeats.target,
            groups=heartbeats.groups,
            record=heartbeats.record,
        )
    assert _fallen(found) == {}
    _check_majority(found, share=np.mean(heartbeats.target == "N"))
    _check_gap(found)
    for row in found.rows:
        assert row.known == {"patients": 0, "beats": 1}[row.split]
        for history in row.histories:
            assert history[-1]["train_loss"] < history[0]["train_loss"]


def _fallen(found):
    reports = {key: found.row(*key).report for key in FLOORS}
    return {
        key: (report.accuracy, report.macro_f1)
        for key, report in reports.items()
        if report.accuracy < FLOORS[key][0] or report.macro_f1 < FLOORS[key][1]
    }


def _check_majority(found, *, share):
    for split in ("patients", "beats"):
        report = found.row("majority class", split).report
        assert report.accuracy == pytest.approx(share)
        assert report.balanced_accuracy == pytest.approx(1 / 5)
    assert found.gap("majority class") == (0, 0, 0)


def _check_gap(found):
    # Shuffled beats flatter every model that learns.
    for name in found.estimators[1:]:
        assert found.gap(name).low > 0


def test_the_four_estimators_can_be_cloned():
    estimators = demo_estimators(sampling_rate=125.0, context=8, random_state=7)
    assert len(estimators) == 4
    for estimator in map(clone, estimators.values()):
        seeds = [
            value
            for name, value in estimator.get_params().items()
            if name.endswith("random_state")
        ]
        assert seeds
    assert estimators["residual network"].random_state == 7
    assert estimators["gradient boosting"][-1].random_state == 7


def test_a_folder_that_cannot_be_made_is_told_before_anything_is_computed(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        run_demo(tmp_path / "file" / "demo", on_progress=pytest.fail)
