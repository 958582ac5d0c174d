"""Training with an honest card, and measuring a model that was kept.

`train_model` holds out whole patients (or says that nobody knows them), trains,
measures, and returns the model with a card of where it comes from; `evaluate_model`
measures a model on labelled data. ``skecg train`` and ``skecg evaluate`` call them.
"""

from skecg.training._evaluate import evaluate_model, read_data_for
from skecg.training._evaluation import Evaluation
from skecg.training._models import default_estimator
from skecg.training._split import SPLITS
from skecg.training._train import (
    Training,
    TrainingPlan,
    plan_training,
    train_model,
)

__all__ = [
    "SPLITS",
    "Evaluation",
    "Training",
    "TrainingPlan",
    "default_estimator",
    "evaluate_model",
    "plan_training",
    "read_data_for",
    "train_model",
]
