"""Drawing straight to PNG, for reports."""

import io
from collections.abc import Callable
from typing import Any


def render_png(
    draw: Callable[[Any], object],
    *,
    figsize: tuple[float, float] = (6.4, 4.0),
    dpi: float = 144.0,
    font_size: float = 10.0,
) -> bytes:
    """Draw on a figure of its own and return it as a PNG file.

    The figure never enters pyplot, so there is no window, no backend to choose and
    nothing to close: it works on a server and in a thread.

    Parameters
    ----------
    draw : callable of (Axes) -> object
        Draws on the axes it is given; what it returns is not used.
    figsize : tuple of float, default=(6.4, 4.0)
        Width and height, in inches.
    dpi : float, default=144.0
        Pixels per inch.
    font_size : float, default=10.0
        Size of the text, in points.

    Returns
    -------
    bytes
        The PNG file.

    Examples
    --------
    >>> from skecg.inspection import render_png
    >>> picture = render_png(lambda ax: ax.plot([0, 1, 0]), figsize=(2, 1))
    >>> picture[1:4]
    b'PNG'
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    buffer = io.BytesIO()
    with mpl.rc_context({"font.size": font_size}):
        figure = Figure(figsize=figsize, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure.subplots())
        figure.savefig(buffer, format="png", dpi=dpi, facecolor="white")
    return buffer.getvalue()
