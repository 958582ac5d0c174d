"""Figures by hand, against scikit-learn, and the bootstrap against a plain loop."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from skecg.model_selection import aami_report
from skecg.signal.aami import AAMI_CLASSES


@pytest.fixture
def beats():
    """Random beats of eight unlike records; all classes there."""
    rng = np.random.default_rng(0)
    record = rng.integers(8, size=600)
    y_true = rng.choice(AAMI_CLASSES, p=[0.5, 0.2, 0.2, 0.05, 0.05], size=600)
    right = rng.random(600) < np.linspace(0.4, 0.95, 8)[record]
    y_pred = np.where(right, y_true, rng.choice(AAMI_CLASSES, size=600))
    return y_true, y_pred, record


def by_hand(y_true, y_pred):
    """The measures from scikit-learn, a call each."""
    present = [label for label in AAMI_CLASSES if label in y_true]
    nsv = [label for label in present if label in "NSV"]
    fixed = {"average": "macro", "zero_division": 0}
    named = {
        "accuracy": metrics.accuracy_score(y_true, y_pred),
        "balanced_accuracy": metrics.recall_score(
            y_true, y_pred, labels=present, **fixed
        ),
        "macro_f1": metrics.f1_score(y_true, y_pred, labels=present, **fixed),
        "macro_f1_nsv": metrics.f1_score(y_true, y_pred, labels=nsv, **fixed)
        if nsv
        else np.nan,
    }
    for label in AAMI_CLASSES:
        values = [np.nan] * 3
        if label in present:
            values = metrics.precision_recall_fscore_support(
                y_true, y_pred, labels=[label], zero_division=0
            )[:3]
        precision, recall, f1 = (np.ravel(value)[0] for value in values)
        named |= {f"se_{label}": recall, f"ppv_{label}": precision, f"f1_{label}": f1}
    return named


def test_a_small_case_by_hand():
    report = aami_report([*"NNNNVVS"], [*"NNNVVVN"])
    np.testing.assert_array_equal(report.support, [4, 1, 2, 0, 0])
    np.testing.assert_array_equal(
        report.confusion[:3, :3], [[3, 0, 1], [1, 0, 0], [0, 0, 2]]
    )
    np.testing.assert_allclose(report.sensitivity, [3 / 4, 0, 1, np.nan, np.nan])
    np.testing.assert_allclose(report.precision, [3 / 4, 0, 2 / 3, np.nan, np.nan])
    np.testing.assert_allclose(report.f1, [3 / 4, 0, 4 / 5, np.nan, np.nan])
    assert report.accuracy == pytest.approx(5 / 7)
    assert report.balanced_accuracy == pytest.approx(7 / 12)
    assert report.macro_f1 == report.macro_f1_nsv == pytest.approx(31 / 60)
    assert report.intervals is None
    assert report.record_support is None


def test_f_and_q_count_in_one_average_and_not_in_the_other():
    report = aami_report([*"NSVFQ"], [*"NSVNN"])
    assert report.macro_f1 == pytest.approx((0.5 + 1 + 1 + 0 + 0) / 5)
    assert report.macro_f1_nsv == pytest.approx((0.5 + 1 + 1) / 3)


def test_false_alarms_of_an_absent_class_show_elsewhere():
    report = aami_report([*"NNNN"], [*"NNQQ"])
    assert np.isnan(report.precision[4])
    assert report.confusion[0, 4] == 2
    assert report.accuracy == report.sensitivity[0] == 0.5
    assert report.macro_f1 == pytest.approx(2 / 3)


lists = st.lists(
    st.tuples(*[st.sampled_from(AAMI_CLASSES)] * 2), min_size=1, max_size=40
)


@given(pairs=lists)
def test_measures_equal_those_of_sklearn(pairs):
    y_true, y_pred = map(np.array, zip(*pairs, strict=True))
    expected = by_hand(y_true, y_pred)
    found = aami_report(y_true, y_pred).to_dict()
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, err_msg=name)


def test_confusion_equals_that_of_sklearn(beats):
    y_true, y_pred, record = beats
    expected = metrics.confusion_matrix(y_true, y_pred, labels=AAMI_CLASSES)
    np.testing.assert_array_equal(aami_report(y_true, y_pred).confusion, expected)
    report = aami_report(y_true, y_pred, record=record)
    np.testing.assert_array_equal(report.confusion, expected)


def test_intervals_equal_those_of_a_plain_loop(beats):
    y_true, y_pred, record = beats
    report = aami_report(
        y_true, y_pred, record=record, n_bootstraps=60, confidence=0.8, random_state=7
    )
    # The same draws, spelled out: so many copies of each record's beats.
    names = list(dict.fromkeys(record))
    draws = np.random.default_rng(7).multinomial(8, np.full(8, 1 / 8), size=60)
    resampled = []
    for copies in draws:
        rows = np.concatenate(
            [
                np.tile(np.flatnonzero(record == name), n)
                for name, n in zip(names, copies, strict=True)
            ]
        )
        resampled.append(by_hand(y_true[rows], y_pred[rows]))
    for name, interval in report.intervals.items():
        values = [one[name] for one in resampled]
        expected = np.nanquantile(values, [0.1, 0.9])
        np.testing.assert_allclose(interval, expected, err_msg=name)


def test_intervals_hold_the_value_and_grow_with_confidence(beats):
    y_true, y_pred, record = beats
    narrow = aami_report(y_true, y_pred, record=record, confidence=0.5)
    wide = aami_report(y_true, y_pred, record=record, confidence=0.99)
    for name, value in wide.to_dict().items():
        low, high = wide.intervals[name]
        assert low <= value <= high
        assert low <= narrow.intervals[name][0] <= narrow.intervals[name][1] <= high


def test_records_that_differ_give_wider_intervals_than_records_that_do_not():
    y_true = np.tile([*"NNNV"], 100)
    hit = np.arange(400) < 200
    y_pred = np.where(hit, y_true, np.where(y_true == "N", "V", "N"))
    record = np.arange(400) // 40
    mixed = np.random.default_rng(0).permutation(record)
    widths = [
        np.ptp(aami_report(y_true, y_pred, record=one).intervals["accuracy"])
        for one in (record, mixed)
    ]
    assert widths[0] > 2 * widths[1]


def test_the_seed_decides_the_intervals_and_nothing_global(beats):
    y_true, y_pred, record = beats
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one, same, other = (
        aami_report(y_true, y_pred, record=record, random_state=seed).intervals
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002
    assert one == same
    assert one["accuracy"] != other["accuracy"]


def test_a_class_of_a_single_record_has_no_interval():
    y_true = np.array([*"NVNVNVNVQQ"])
    record = np.array([1, 1, 2, 2, 3, 3, 4, 4, 4, 4])
    report = aami_report(y_true, y_true, record=record)
    np.testing.assert_array_equal(report.record_support, [4, 0, 4, 0, 1])
    assert report.sensitivity[4] == 1
    for name in ("se_Q", "ppv_Q", "f1_Q", "se_S"):
        assert np.isnan(report.intervals[name]).all()
    assert report.intervals["se_N"] == (1, 1)


def test_one_record_gives_no_intervals():
    report = aami_report(["N", "V"], ["N", "N"], record=["100", "100"])
    assert report.intervals is None
    np.testing.assert_array_equal(report.record_support, [1, 0, 1, 0, 0])


def test_names_of_records_do_not_matter(beats):
    y_true, y_pred, record = beats
    numbers = aami_report(y_true, y_pred, record=record)
    text = aami_report(y_true, y_pred, record=[f"patient {one}" for one in record])
    assert numbers.intervals == text.intervals


def test_labels_outside_are_named():
    with pytest.raises(ValueError, match=r"y_pred has labels .*: '\+', 'x'"):
        aami_report(["N", "N", "N"], ["x", "+", "N"])
    with pytest.raises(ValueError, match=r"y_true has labels .*: 3"):
        aami_report([3, 3], ["N", "N"])


def test_own_labels_and_their_order_are_kept():
    report = aami_report([2, 1, 1], [2, 2, 1], labels=[2, 1])
    assert report.labels == (2, 1)
    np.testing.assert_array_equal(report.support, [1, 2])
    assert report.to_dict()["se_1"] == 0.5
    assert np.isnan(report.macro_f1_nsv)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"y_pred": ["N"]}, "inconsistent numbers of samples"),
        ({"record": [1]}, "inconsistent numbers of samples"),
        ({"record": [1, None]}, "record is missing"),
        ({"y_true": [], "y_pred": []}, "not empty"),
        ({"y_true": [["N"], ["N"]]}, "one-dimensional"),
        ({"labels": ["N", "N"]}, "labels must hold"),
        ({"n_bootstraps": 0}, "n_bootstraps"),
        ({"confidence": 1.0}, "confidence"),
        ({"confidence": float("nan")}, "confidence"),
    ],
)
def test_bad_input_is_explained(given, says):
    with pytest.raises(ValueError, match=says):
        aami_report(**{"y_true": ["N", "V"], "y_pred": ["N", "V"]} | given)


def test_the_table_is_aligned_and_shows_what_is_missing(beats):
    y_true, y_pred, record = beats
    y_pred = np.where(y_true == "Q", "N", y_pred)
    y_true = np.where(y_true == "Q", "N", y_true)
    report = aami_report(y_true, y_pred, record=record)
    lines = str(report).splitlines()
    assert lines[0].split() == ["class", "beats", "records", "Se", "+P", "F1"]
    starts = {line.index("[") for line in lines[1:5]}
    assert len(starts) == 1
    assert lines[5].split() == ["Q", "0", "0", "-", "-", "-"]
    low, high = report.intervals["accuracy"]
    assert (
        f"accuracy               {report.accuracy:.3f} [{low:.3f}, {high:.3f}]" in lines
    )
    assert lines[-1] == "[95% intervals: records resampled]"
    assert max(map(len, lines)) <= 88


def test_repr_is_one_line(beats):
    report = aami_report(*beats[:2])
    assert repr(report).startswith(
        f"AAMIReport(n_beats=600, accuracy={report.accuracy:.4f}"
    )


def test_frame_holds_values_and_intervals(beats):
    y_true, y_pred, record = beats
    report = aami_report(y_true, y_pred, record=record)
    frame = report.to_frame()
    assert list(frame.columns) == ["value", "low", "high"]
    assert frame["value"].to_dict() == report.to_dict()
    assert tuple(frame.loc["se_N", ["low", "high"]]) == report.intervals["se_N"]
    assert aami_report(y_true, y_pred).to_frame()["low"].isna().all()


def test_the_report_cannot_be_changed(beats):
    report = aami_report(*beats[:2], record=beats[2])
    with pytest.raises(AttributeError):
        report.accuracy = 1.0


def test_the_report_can_be_kept(beats):
    report = aami_report(*beats[:2], record=beats[2])
    kept = pickle.loads(pickle.dumps(report))
    assert str(kept) == str(report)


@pytest.mark.parametrize("confidence", ["x", None])
def test_confidence_must_be_a_number(confidence):
    with pytest.raises(TypeError, match=r"number between 0 and 1, e\.g\. 0\.95, got"):
        aami_report(["N"], ["N"], confidence=confidence)


def test_dict_frame_and_intervals_have_the_same_names(beats):
    report = aami_report(*beats[:2], record=beats[2], n_bootstraps=10)
    assert list(report.to_dict()) == list(report.intervals)
