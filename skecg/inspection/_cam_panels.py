"""One row with its Grad-CAM map: a signal in front of it, a picture below it."""

from typing import Any

import numpy as np

from skecg.imaging._pictures import to_color
from skecg.inspection._panels import show_picture

_SHADES = 256
_MOST_COVER = 0.85  # of the paper, where the evidence is strongest
_PAPER = 95  # percentile of the grey values that is taken for the paper's


def as_shares(strength: np.ndarray) -> np.ndarray:
    """Return a map by its largest value; a map of nothing stays so."""
    largest = np.nanmax(strength, initial=0)
    return strength / largest if largest > 0 else strength


def draw_signal(
    panel: Any, signal: np.ndarray, shares: np.ndarray, rate: float, cmap: Any
) -> tuple[Any, Any]:
    """Draw a signal and, behind it, its map as background colour.

    Parameters
    ----------
    panel : matplotlib Axes
        Where to.
    signal, shares : ndarray of shape (n_times,)
        One lead, and the map from 0 to 1.
    rate : float
        Of both, in Hz.
    cmap : str or matplotlib Colormap
        Colours of the map.

    Returns
    -------
    matplotlib AxesImage, matplotlib Line2D
    """
    times = np.arange(signal.size) / rate
    half = 0.5 / rate
    low, high = np.nanmin(signal), np.nanmax(signal)
    margin = 0.08 * (high - low)
    extent = (-half, times[-1] + half, low - margin, high + margin)
    image = panel.imshow(
        shares[None], cmap=cmap, vmin=0, vmax=1, aspect="auto", extent=extent
    )
    (line,) = panel.plot(times, signal, color="#1a1a1a", lw=1.2)
    panel.spines[["top", "right"]].set_visible(False)
    return image, line


def draw_picture(
    panel: Any, picture: np.ndarray, shares: np.ndarray, cmap: Any, title: list[str]
) -> Any:
    """Draw a picture in grey and mark its paper by the map, as with a felt pen.

    Dark pixels stay as they are, so that thin traces are readable below the colour.

    Parameters
    ----------
    panel : matplotlib Axes
        Where to.
    picture : ndarray of shape (height, width[, 3])
        uint8, or float from 0 to 1. The colours of a scan would mix with the map's.
    shares : ndarray of shape (height, width)
        The map from 0 to 1.
    cmap : str or matplotlib Colormap
        Colours of the map.
    title : list of str
        Lines above the panel.

    Returns
    -------
    matplotlib AxesImage
        The map.
    """
    grey = to_color(picture, "grey")
    show_picture(panel, grey, title)
    grey = np.nan_to_num(grey)  # a picture that the network could not use
    light = grey / max(float(np.percentile(grey, _PAPER)), 1e-9)
    return panel.imshow(
        shares, cmap=_from_nothing(cmap), vmin=0, vmax=1, alpha=np.clip(light, 0, 1)
    )


def _from_nothing(cmap: Any) -> Any:
    # The same colours, but transparent where there is no evidence.
    import matplotlib as mpl
    from matplotlib.colors import ListedColormap

    colours = mpl.colormaps.get_cmap(cmap)(np.linspace(0, 1, _SHADES))
    colours[:, 3] = np.linspace(0, _MOST_COVER, _SHADES)
    return ListedColormap(colours)
