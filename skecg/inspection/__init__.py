"""Looking inside: pictures of heartbeats, of training and of what a model confuses.

Display objects work as in scikit-learn: the ``from_...`` class method computes and
draws, `plot` draws again on other axes, and nothing is ever shown or closed for you.
The only room that imports matplotlib, and only when something is drawn.
"""

from skecg.inspection._beats_display import BeatsDisplay
from skecg.inspection._confusion_display import ConfusionDisplay
from skecg.inspection._history_display import HistoryDisplay
from skecg.inspection._render import render_png

__all__ = ["BeatsDisplay", "ConfusionDisplay", "HistoryDisplay", "render_png"]
