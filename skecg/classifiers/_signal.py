"""Networks on signals."""

from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.frozen import FrozenEstimator
from sklearn.utils._param_validation import Interval, StrOptions
from skorch.callbacks import Callback
from torch import nn
from torch.optim import Optimizer

from skecg._validation import split_context, usable_rows, validate_signals
from skecg.classifiers._network import NetworkClassifier
from skecg.classifiers._predicting import Precision
from skecg.classifiers._rows import Rows
from skecg.classifiers._transfer import LeadAdapt
from skecg.nn import NetworkKind
from skecg.nn.augmentation import Augmentation, MixUp
from skecg.signal._checks import check_sampling_rate
from skecg.signal.quality import usable_mask


class SignalClassifier(NetworkClassifier):
    """Classify records or heartbeats with a neural network.

    A scikit-learn classifier around a torch module that skorch trains: it goes into
    `Pipeline`, `cross_validate`, `GridSearchCV` and `CalibratedClassifierCV` like any
    other, takes string labels, and trains on a GPU where there is one.

    Parameters
    ----------
    network : str or type, default="resnet1d"
        A name that `skecg.nn.list_networks` gives, or a `torch.nn.Module` class that
        takes ``(n_leads, n_times, n_classes, **network_params)``.
    network_params : dict, default=None
        More arguments of the network. Swept as whole dicts.
    context : int, default=0
        How many columns behind the samples are not signal but named context (RR
        intervals and their ratios); they join the network before its dense layers.
    sampling_rate : float, default=None
        Samples per second of `X`, in Hz. Kept with the model and compared with that of
        `weights`.
    max_epochs : int, default=10
        Passes over the training rows.
    lr : float, default=3e-3
        Learning rate, the highest where a schedule changes it.
    lr_schedule : {"one_cycle", "constant"}, default="one_cycle"
        "one_cycle" raises the rate to `lr` in the first third of the steps and lets it
        fall to almost nothing until the last.
    batch_size : int, default=128
        Rows of a training step.
    optimizer : {"adam", "adamw", "sgd"} or type, default="adamw"
        A name or a `torch.optim.Optimizer` class.
    weight_decay : float, default=0.01
        Pull of the weights towards zero, as the optimiser means it.
    class_weight : dict, "balanced", "sqrt" or None, default=None
        Weight of each class in the loss; a dict may name classes that are not there.
        "balanced" is inversely proportional to the class counts of the training rows;
        "sqrt" is the square root of that, half way to no weights.
    augment : list of augmentations, default=None
        What is done to each training batch, in order, from `skecg.nn.augmentation`; a
        `~skecg.nn.augmentation.MixUp` only at its end. Those that measure time need
        `sampling_rate`. Context columns are left alone, except by MixUp.
    weights : FrozenEstimator or None, default=None
        Start from the weights of a fitted classifier of the same network:
        ``FrozenEstimator(fitted)``. Where the classes differ, the last layer is new.
    trainable_layers : "all" or int, default="all"
        How many of the last layers with parameters learn, the head included. While
        only layers of the head do, the body is in evaluation mode, and without
        `augment` it is run once. To begin with the head and set more free later, see
        `StagedUnfreezing`.
    fine_tune_lr : float or None, default=None
        Learning rate of what is taken from `weights`, usually a tenth of `lr` or less;
        what is new learns at `lr`. None: all learn at `lr`.
    lead_adapt : {"mean", "reinit"} or None, default=None
        What becomes of the first layer where `weights` were trained on another number
        of leads: it takes the mean over those leads for each lead, or starts anew.
        None: such weights are refused.
    valid_split : float, splitter or None, default=None
        Share of the training rows that is measured after each epoch and never trained
        on, by patient if `fit` gets `groups`; or a splitter, whose first split counts.
    callbacks : list of skorch callbacks, default=None
        Cloned before they are used. To monitor, they find ``train_loss``,
        ``train_accuracy`` and, with `valid_split`, ``valid_loss``, ``valid_accuracy``
        and ``valid_macro_f1`` in the net's history; X and y are not handed to them. To
        keep the epoch that is best on patients held out:
        ``skorch.callbacks.EarlyStopping("valid_macro_f1", lower_is_better=False,
        load_best=True)``.
    device : str, default="auto"
        "auto" is a GPU if there is one, else the CPU; or a torch device name.
    predict_precision : {"float32", "bfloat16"}, default="float32"
        What convolutions and matrix products are computed in when predicting. It
        changes neither training nor weights, so it can be set on a fitted model:
        ``model.set_params(predict_precision="bfloat16")``. "bfloat16" rounds to three
        digits: faster on GPUs and on some CPUs with AVX512-BF16 or AMX instructions,
        slower on others, so measure it; and a probability near the border may fall on
        its other side.
    random_state : int, RandomState or None, default=None
        Of first weights, order of batches and `valid_split`. torch's and NumPy's global
        generators are left as they are.
    verbose : int, default=0
        1 prints a line per epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels seen in `fit`, sorted.
    class_prior_ : ndarray of shape (n_classes,)
        Their shares among the training rows.
    net_ : skorch.NeuralNet
        The trained net; ``net_.module_`` is the torch module.
    history_ : list of dict
        One per epoch: ``epoch, train_loss, train_accuracy, duration`` (seconds), and
        ``valid_loss, valid_accuracy, valid_macro_f1`` with `valid_split`, ``stage``
        with `StagedUnfreezing`.
    n_leads_in_, n_times_in_ : int
        Shape of a record in `fit`.
    n_features_in_ : int
        Columns of `X` in `fit`, only for 2-D `X`.

    See Also
    --------
    skecg.classifiers.BeatwiseClassifier : From records to beats and back.
    skecg.nn.list_networks : The networks there are.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import SignalClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 100))
    >>> y = np.repeat(["flat", "wave"], 30)
    >>> X[y == "wave"] += 3 * np.sin(np.arange(100) / 5)
    >>> clf = SignalClassifier(max_epochs=5, batch_size=8, random_state=0).fit(X, y)
    >>> float(clf.score(X, y))
    1.0
    """

    _kind: ClassVar[NetworkKind] = "signal"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **NetworkClassifier._parameter_constraints,
        "context": [Interval(Integral, 0, None, closed="left")],
        "sampling_rate": [Real, None],
        "lead_adapt": [StrOptions({"mean", "reinit"}), None],
    }

    def __init__(
        self,
        network: str | type[nn.Module] = "resnet1d",
        *,
        network_params: dict[str, Any] | None = None,
        context: int = 0,
        sampling_rate: float | None = None,
        max_epochs: int = 10,
        lr: float = 3e-3,
        lr_schedule: str = "one_cycle",
        batch_size: int = 128,
        optimizer: str | type[Optimizer] = "adamw",
        weight_decay: float = 0.01,
        class_weight: dict[Any, float] | str | None = None,
        augment: Sequence[Augmentation | MixUp] | None = None,
        weights: FrozenEstimator | None = None,
        trainable_layers: str | int = "all",
        fine_tune_lr: float | None = None,
        lead_adapt: LeadAdapt | None = None,
        valid_split: float | BaseEstimator | None = None,
        callbacks: Sequence[Callback | tuple[str, Callback]] | None = None,
        device: str = "auto",
        predict_precision: Precision = "float32",
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.network = network
        self.network_params = network_params
        self.context = context
        self.sampling_rate = sampling_rate
        self.max_epochs = max_epochs
        self.lr = lr
        self.lr_schedule = lr_schedule
        self.batch_size = batch_size
        self.optimizer = optimizer
        self.weight_decay = weight_decay
        self.class_weight = class_weight
        self.augment = augment
        self.weights = weights
        self.trainable_layers = trainable_layers
        self.fine_tune_lr = fine_tune_lr
        self.lead_adapt = lead_adapt
        self.valid_split = valid_split
        self.callbacks = callbacks
        self.device = device
        self.predict_precision = predict_precision
        self.random_state = random_state
        self.verbose = verbose

    def _read_rows(self, X: npt.ArrayLike, *, reset: bool) -> Rows:
        if self.sampling_rate is not None:
            check_sampling_rate(self.sampling_rate)
        X = validate_signals(
            self, X, reset=reset, context=self.context, dtype=np.float32
        )
        signals, columns = split_context(X, self.context)
        usable = ~np.isnan(X).reshape(len(X), -1).any(axis=1)
        if self.n_times_in_ > 1:  # of a single sample nobody can say that it is flat
            usable &= usable_mask(signals)
        usable_rows(X, usable, reason="are flat or hold NaN")
        return Rows(signals, columns if self.context else None, usable)

    def _input_sizes(self) -> dict[str, int]:
        sizes = {"n_leads": self.n_leads_in_, "n_times": self.n_times_in_}
        return sizes | {"n_context": self.context} if self.context else sizes
