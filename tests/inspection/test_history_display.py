import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from skecg.classifiers import SignalClassifier
from skecg.inspection import HistoryDisplay


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def _history(n_epochs, *, valid=False):
    rows = [
        {"epoch": e, "train_loss": 1 / e, "train_accuracy": 1 - 1 / (2 * e)}
        for e in range(1, n_epochs + 1)
    ]
    return (
        [row | {"valid_loss": 2 * row["train_loss"]} for row in rows] if valid else rows
    )


def test_the_curves_are_the_losses():
    display = HistoryDisplay.from_histories([_history(4, valid=True)])
    train, valid = display.lines_
    np.testing.assert_allclose(train.get_xdata(), [1, 2, 3, 4])
    np.testing.assert_allclose(train.get_ydata(), [1, 1 / 2, 1 / 3, 1 / 4])
    np.testing.assert_allclose(valid.get_ydata(), [2, 1, 2 / 3, 1 / 2])
    assert train.get_linestyle() == "-"
    assert valid.get_linestyle() == "--"


def test_accuracy_is_drawn_instead_if_asked_for():
    display = HistoryDisplay.from_histories(
        [_history(3, valid=True)], measure="accuracy"
    )
    (line,) = display.lines_  # these rows have no valid_accuracy
    np.testing.assert_allclose(line.get_ydata(), [1 / 2, 3 / 4, 5 / 6])
    assert display.ax_.get_ylabel() == "accuracy"


def test_a_measure_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"\['loss', 'accuracy'\], got 'f1'"):
        HistoryDisplay.from_histories([_history(3)], measure="f1")
    rows = [{"epoch": 1, "train_loss": 1.0}]
    with pytest.raises(ValueError, match=r"No history holds 'train_accuracy'.*loss"):
        HistoryDisplay.from_histories([rows], measure="accuracy")
    assert plt.get_fignums() == []


def test_folds_share_a_colour_and_an_entry_of_the_legend():
    display = HistoryDisplay.from_histories([_history(3), _history(3)], name="net")
    assert len({line.get_color() for line in display.lines_}) == 1
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["net, training"]


def test_two_models_on_the_same_axes_are_told_apart():
    first = HistoryDisplay.from_histories([_history(3)], name="a")
    second = HistoryDisplay.from_histories([_history(3)], name="b", ax=first.ax_)
    assert first.lines_[0].get_color() != second.lines_[0].get_color()
    texts = [text.get_text() for text in first.ax_.get_legend().get_texts()]
    assert texts == ["a, training", "b, training"]


def test_axes_are_labelled():
    display = HistoryDisplay.from_histories([_history(2)])
    assert display.ax_.get_xlabel() == "epoch"
    assert "loss" in display.ax_.get_ylabel()
    assert display.figure_ is display.ax_.figure


def test_from_estimator_reads_one_network_or_the_folds_of_one():
    X = np.random.default_rng(0).normal(size=(24, 40))
    y = np.repeat(["N", "V"], 12)
    clf = SignalClassifier(max_epochs=2, random_state=0).fit(X, y)
    one = HistoryDisplay.from_estimator(clf)
    np.testing.assert_allclose(
        one.lines_[0].get_ydata(), [row["train_loss"] for row in clf.history_]
    )
    assert len(HistoryDisplay.from_estimator([clf, clf]).lines_) == 2


def test_an_unfitted_network_is_refused():
    with pytest.raises(NotFittedError):
        HistoryDisplay.from_estimator(SignalClassifier())


@pytest.mark.parametrize("histories", [[], [[]]])
def test_nothing_to_draw_is_an_error(histories):
    with pytest.raises(ValueError, match="at least one"):
        HistoryDisplay.from_histories(histories)
    assert plt.get_fignums() == []


def test_stage_boundaries_are_marked():
    rows = [
        {"epoch": epoch, "train_loss": 1.0, "stage": stage}
        for epoch, stage in enumerate([1, 1, 2, 2, 2, 3], start=1)
    ]
    display = HistoryDisplay.from_histories([rows, rows])
    assert [line.get_xdata()[0] for line in display.stage_lines_] == [2.5, 5.5]
    plain = [{"epoch": epoch, "train_loss": 1.0} for epoch in (1, 2)]
    assert HistoryDisplay.from_histories([plain]).stage_lines_ == []
