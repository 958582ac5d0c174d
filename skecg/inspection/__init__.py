"""Looking inside: beats, pictures, training, what a model confuses and looks at.

Display objects work as in scikit-learn: the ``from_...`` class method computes and
draws, `plot` draws again on other axes, and nothing is ever shown or closed for you.
The only room that imports matplotlib, and only when something is drawn.
"""

from skecg.inspection._activations import filters, layer_activations
from skecg.inspection._activations_display import ActivationsDisplay
from skecg.inspection._beats_display import BeatsDisplay
from skecg.inspection._confusion_display import ConfusionDisplay
from skecg.inspection._grad_cam import grad_cam
from skecg.inspection._grad_cam_display import GradCAMDisplay
from skecg.inspection._history_display import HistoryDisplay
from skecg.inspection._predictions_display import PredictionsDisplay
from skecg.inspection._render import render_png
from skecg.inspection._samples_display import SamplesDisplay

__all__ = [
    "ActivationsDisplay",
    "BeatsDisplay",
    "ConfusionDisplay",
    "GradCAMDisplay",
    "HistoryDisplay",
    "PredictionsDisplay",
    "SamplesDisplay",
    "filters",
    "grad_cam",
    "layer_activations",
    "render_png",
]
