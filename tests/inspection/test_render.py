import struct

import matplotlib as mpl
import matplotlib.pyplot as plt

from skecg.inspection import render_png


def test_the_picture_has_the_size_that_was_asked_for():
    png = render_png(lambda ax: ax.plot([0, 1]), figsize=(3, 2), dpi=100)
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">II", png[16:24]) == (300, 200)


def test_nothing_is_left_behind():
    before = dict(mpl.rcParams)
    render_png(lambda ax: ax.plot([0, 1]), font_size=20)
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


def test_the_same_drawing_gives_the_same_file():
    first, second = (render_png(lambda ax: ax.plot([0, 1])) for _ in range(2))
    assert first == second
