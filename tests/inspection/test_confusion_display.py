import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from skecg.inspection import ConfusionDisplay
from skecg.model_selection import aami_report

TRUE = ["N"] * 8 + ["V"] * 2
PREDICTED = ["N"] * 6 + ["V"] * 2 + ["V"] * 2


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture
def display():
    return ConfusionDisplay.from_predictions(TRUE, PREDICTED, labels=["N", "V", "F"])


def test_rows_are_true_classes_and_shares_are_of_the_row(display):
    np.testing.assert_array_equal(display.confusion, [[6, 2, 0], [0, 2, 0], [0, 0, 0]])
    nothing = [np.nan] * 3
    np.testing.assert_allclose(
        display.shares, [[0.75, 0.25, 0], [0, 1, 0], nothing], equal_nan=True
    )


def test_cells_tell_share_and_number_in_their_place(display):
    assert display.text_[0, 0].get_text() == "75%\n6"
    assert display.text_[0, 1].get_text() == "25%\n2"
    assert display.text_[0, 1].get_position() == (1, 0)  # x is the predicted class
    assert display.text_[2, 0].get_text() == "\N{EN DASH}"  # no F beat: no share


def test_text_is_readable_on_its_shade(display):
    assert display.text_[1, 1].get_color() == "white"
    assert display.text_[1, 0].get_color() == "black"
    assert display.image_.get_clim() == (0, 1)


def test_axes_are_labelled_with_the_classes(display):
    for axis in (display.ax_.xaxis, display.ax_.yaxis):
        assert [label.get_text() for label in axis.get_ticklabels()] == ["N", "V", "F"]
    assert display.ax_.get_xlabel() == "predicted class"
    assert display.ax_.get_ylabel() == "expert's class"


def test_a_report_gives_the_same_picture_on_the_axes_that_are_given(display):
    ax = Figure().subplots()
    report = aami_report(TRUE, PREDICTED, labels=["N", "V", "F"])
    again = ConfusionDisplay.from_report(report, ax=ax, cmap="Oranges")
    np.testing.assert_array_equal(again.confusion, display.confusion)
    assert again.ax_ is ax
    assert again.figure_ is ax.figure
    assert again.image_.get_cmap().name == "Oranges"


def test_a_label_that_is_not_listed_is_refused():
    with pytest.raises(ValueError, match="labels"):
        ConfusionDisplay.from_predictions(TRUE, PREDICTED, labels=["N", "F"])
    assert plt.get_fignums() == []


def test_long_names_of_four_classes_of_pictures_do_not_overlap():
    names = ["Abnormal_Heartbeat", "History_of_MI", "Myocardial_Infarction", "Normal"]
    display = ConfusionDisplay.from_predictions(names, names, labels=names)
    display.figure_.canvas.draw()
    texts = display.ax_.get_xticklabels()
    assert [text.get_text() for text in texts] == names
    # Slanted names lie beside each other: more than a line apart, across.
    ends = np.array(
        [text.get_transform().transform(text.get_position()) for text in texts]
    )
    apart = np.diff(ends[:, 0]) * np.sin(np.deg2rad(texts[0].get_rotation()))
    height = texts[0].get_fontsize() * display.figure_.dpi / 72
    assert np.all(apart > 1.5 * height)
    assert {text.get_ha() for text in texts} == {"right"}
    box = display.figure_.bbox
    inside = display.figure_.get_tightbbox().transformed(
        display.figure_.dpi_scale_trans
    )
    assert inside.x0 >= box.x0
    assert inside.x1 <= box.x1
    short = ConfusionDisplay.from_predictions(TRUE, PREDICTED, labels=["N", "V"])
    assert short.ax_.get_xticklabels()[0].get_rotation() == 0
