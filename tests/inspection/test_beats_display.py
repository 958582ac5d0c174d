import matplotlib.pyplot as plt
import numpy as np
import pytest

from skecg.inspection import BeatsDisplay

RATE = 125.0


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def beats():
    rng = np.random.default_rng(0)
    return rng.normal(size=(100, 50)), np.repeat(["V", "N"], [30, 70])


def test_median_and_spread_are_those_of_each_class(beats):
    X, y = beats
    display = BeatsDisplay.from_data(X, y, sampling_rate=RATE)
    assert display.labels.tolist() == ["N", "V"]
    assert display.counts.tolist() == [70, 30]
    for index, label in enumerate(display.labels):
        members = X[y == label]
        np.testing.assert_allclose(display.median[index], np.median(members, axis=0))
        low, high = np.percentile(members, [10, 90], axis=0)
        np.testing.assert_allclose(display.low[index], low)
        np.testing.assert_allclose(display.high[index], high)


def test_the_single_beats_are_real_ones_of_the_class(beats):
    X, y = beats
    display = BeatsDisplay.from_data(X, y, sampling_rate=RATE, n_examples=3)
    for label, shown in zip(display.labels, display.examples, strict=True):
        assert len(shown) == 3
        assert {row.tobytes() for row in shown} <= {
            row.tobytes() for row in X[y == label]
        }


def test_one_panel_per_class_with_time_in_seconds(beats):
    display = BeatsDisplay.from_data(
        *beats, sampling_rate=RATE, amplitude_label="lead II (mV)"
    )
    assert len(display.ax_) == 2
    assert display.ax_[0].get_title(loc="left") == "N (n = 70)"
    assert display.ax_[0].get_ylabel() == "lead II (mV)"
    assert display.ax_[0].get_xlabel() == "time (s)"
    median = display.ax_[0].lines[-1]
    np.testing.assert_allclose(median.get_xdata(), np.arange(50) / RATE)
    np.testing.assert_allclose(median.get_ydata(), display.median[0])


@pytest.mark.parametrize("n_classes", [1, 2, 3, 5, 6])
def test_the_legend_is_there_for_any_number_of_panels(n_classes):
    X, y = np.zeros((12, 9)), np.arange(12) % n_classes
    display = BeatsDisplay.from_data(X, y, sampling_rate=RATE)
    legends = [ax.get_legend() for ax in display.figure_.axes if ax.get_legend()]
    assert len(display.ax_) == n_classes
    assert len(legends) == 1


def test_labels_choose_and_order_the_classes_and_one_may_be_absent(beats):
    display = BeatsDisplay.from_data(
        *beats, sampling_rate=RATE, labels=["V", "Q"], n_examples=1
    )
    assert display.counts.tolist() == [30, 0]
    assert np.isnan(display.median[1]).all()
    assert display.examples[1].shape == (0, 50)


def test_nan_samples_are_left_out(beats):
    X, y = beats
    X = X.copy()
    X[0, 10] = np.nan
    X[y == "V", 20] = np.nan
    display = BeatsDisplay.from_data(X, y, sampling_rate=RATE, labels=["V"])
    members = X[y == "V"][1:, 10]
    np.testing.assert_allclose(display.median[0, 10], np.median(members))
    assert np.isnan(display.median[0, 20])


def test_plot_draws_on_the_axes_it_is_given_and_returns_itself(beats):
    display = BeatsDisplay.from_data(*beats, sampling_rate=RATE)
    figure, axes = plt.subplots(1, 2)
    assert display.plot(axes[1]) is display
    assert display.figure_ is figure


def test_axes_that_cannot_be_divided_are_refused(beats):
    free = plt.figure().add_axes((0.1, 0.1, 0.8, 0.8))
    with pytest.raises(ValueError, match="grid of subplots"):
        BeatsDisplay.from_data(*beats, sampling_rate=RATE, ax=free)


def test_no_figure_is_shown(beats, monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("plt.show was called"))
    BeatsDisplay.from_data(*beats, sampling_rate=RATE)


def test_bad_input_is_refused(beats):
    X, y = beats
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        BeatsDisplay.from_data(X, y[:-1], sampling_rate=RATE)
    with pytest.raises(ValueError, match="dim"):
        BeatsDisplay.from_data(X[None], y[:1], sampling_rate=RATE)
    with pytest.raises(ValueError, match="above 0 Hz"):
        BeatsDisplay.from_data(X, y, sampling_rate=0.0)
    assert plt.get_fignums() == []
