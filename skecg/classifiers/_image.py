"""Networks on pictures."""

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from numbers import Integral
from typing import Any, ClassVar

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator
from sklearn.frozen import FrozenEstimator
from sklearn.utils import Tags
from sklearn.utils._param_validation import HasMethods
from skorch.callbacks import Callback
from torch import nn
from torch.optim import Optimizer

from skecg._validation import usable_rows, validate_images
from skecg.classifiers._network import NetworkClassifier
from skecg.classifiers._predicting import Precision, rows_that_suit
from skecg.classifiers._published import fetch_weights, named_weights
from skecg.classifiers._rows import Rows
from skecg.classifiers._transfer import take_weights
from skecg.imaging._image_checks import check_shades
from skecg.imaging._pictures import Pictures, in_batches, in_threads
from skecg.nn import (
    Backbone,
    NetworkKind,
    PublishedWeights,
    list_networks,
    read_weights,
)
from skecg.nn.augmentation import Augmentation, MixUp
from skecg.nn.backbone import check_architecture

_UNUSABLE = "are of one shade or hold NaN"


class ImageClassifier(NetworkClassifier):
    """Classify pictures of ECGs with a neural network.

    A scikit-learn classifier around a torch module that skorch trains. It takes images
    as arrays, or paths of files; pictures of other sizes go through
    `~skecg.preprocessing.ImageResizer` first, in the same pipeline. Nothing has to be
    scaled: black becomes 0 and white 1 on the way to the network.

    Parameters
    ----------
    network : str or type, default="convnet_small"
        A name that ``skecg.nn.list_networks("image")`` gives, the name of a back-bone
        in timm or torchvision (``"vgg16"``, ``"resnet50"``; see `skecg.nn.Backbone`),
        or a `torch.nn.Module` class that takes ``(n_channels, height, width,
        n_classes, **network_params)``.
    network_params : dict, default=None
        More arguments of the network. Swept as whole dicts.
    max_epochs : int, default=10
        Passes over the training images.
    lr : float, default=1e-3
        Learning rate, the highest where a schedule changes it.
    lr_schedule : {"one_cycle", "constant"}, default="one_cycle"
        "one_cycle" raises the rate to `lr` in the first third of the steps and lets it
        fall to almost nothing until the last.
    batch_size : int, default=32
        Images of a training step.
    optimizer : {"adam", "adamw", "rmsprop", "sgd"} or type, default="adamw"
        A name or a `torch.optim.Optimizer` class.
    weight_decay : float, default=0.01
        Pull of the weights towards zero, as the optimiser means it.
    class_weight : dict, "balanced", "sqrt" or None, default=None
        Weight of each class in the loss; a dict may name classes that are not there.
        "balanced" is inversely proportional to the class counts of the training images;
        "sqrt" is the square root of that, half way to no weights.
    augment : list of augmentations, default=None
        What is done to each training batch, in order, from `skecg.nn.augmentation`:
        sets by name (`~skecg.nn.augmentation.picture_augmentation`) or one by one
        (`~skecg.nn.augmentation.RandomAffine`, `~skecg.nn.augmentation.Brightness`,
        `~skecg.nn.augmentation.Blur`); a `~skecg.nn.augmentation.MixUp` only at its
        end. One of your own takes a tensor of shape (n, n_channels, height, width) from
        0 to 1, and None where those of signals get the sampling rate.
    weights : FrozenEstimator, str, os.PathLike or None, default=None
        Start from the weights of a fitted classifier of the same network:
        ``FrozenEstimator(fitted)``. Where the classes differ, the last layer is new.
        Or from a file that `skecg.nn.read_weights` reads: the state of a module of this
        network, or weights published for a back-bone, which bring their scale of
        colours; the last layer is new. Or ``"imagenet"``: the default weights of a
        back-bone, if their licence is permissive; others by their full name
        (``"vgg16.tv_in1k"``, see `skecg.nn.published_weights`). `fit` downloads these
        once, into the folder that ``SKECG_DATA`` names.
    trainable_layers : "all" or int, default="all"
        How many of the last layers with parameters learn, the head included. While
        only layers of the head do, the body is in evaluation mode, and without
        `augment` it is run once. To begin with the head and set more free later, see
        `StagedUnfreezing`.
    fine_tune_lr : float or None, default=None
        Learning rate of what is taken from `weights`, usually a tenth of `lr` or less;
        what is new learns at `lr`. None: all learn at `lr`.
    valid_split : float, splitter or None, default=None
        Share of the training images that is measured after each epoch and never trained
        on, by group if `fit` gets `groups`; or a splitter, whose first split counts.
    callbacks : list of skorch callbacks, default=None
        As `SignalClassifier` takes them.
    device : str, default="auto"
        "auto" is a GPU if there is one, else the CPU; or a torch device name.
    predict_precision : {"float32", "bfloat16"}, default="float32"
        What is computed in when predicting, as `SignalClassifier` describes it.
    n_jobs : int, optional
        Threads that decode files. -1 means one for each core; None means one unless a
        `joblib.parallel_config` says otherwise.
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
        Their shares among the training images.
    net_ : skorch.NeuralNet
        The trained net; ``net_.module_`` is the torch module.
    history_ : list of dict
        One per epoch, as `SignalClassifier` describes it.
    image_shape_in_ : tuple of int
        Shape of an image in `fit`, after decoding.
    n_channels_ : int
        1 for grey, 3 for colour.
    weights_info_ : skecg.nn.PublishedWeights or None
        Name, licence, scale of colours and source of the published weights that
        `weights` named.

    See Also
    --------
    skecg.preprocessing.ImageResizer : Brings pictures to one size.
    SignalClassifier : The same on signals.
    skecg.inspection.grad_cam : Where the network looks.

    Notes
    -----
    Images in uint8 stay so, a byte for each pixel, until their batch is due. Files are
    read in colour and must be of one size. `fit` holds all of them in memory, a byte
    for each pixel and colour. `predict` and `predict_proba` hold two batches, however
    many files there are: one is decoded while the network works on the other. Floats
    are 0 for black and 1 for white. A picture of one shade, or with NaN, is left out of
    the training and gets the share of each class.

    Examples
    --------
    >>> import numpy as np
    >>> from skecg.classifiers import ImageClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.integers(150, 255, size=(40, 32, 32), dtype=np.uint8)
    >>> y = np.repeat(["blank", "spot"], 20)
    >>> X[y == "spot", 8:16, 8:16] = 0
    >>> model = ImageClassifier(batch_size=8, random_state=0).fit(X, y)
    >>> float(model.score(X, y))
    1.0
    """

    image_shape_in_: tuple[int, ...]
    weights_info_: PublishedWeights | None

    _kind: ClassVar[NetworkKind] = "image"
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **NetworkClassifier._parameter_constraints,
        "weights": [HasMethods(["fit", "predict"]), str, os.PathLike, None],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        network: str | type[nn.Module] = "convnet_small",
        *,
        network_params: dict[str, Any] | None = None,
        max_epochs: int = 10,
        lr: float = 1e-3,
        lr_schedule: str = "one_cycle",
        batch_size: int = 32,
        optimizer: str | type[Optimizer] = "adamw",
        weight_decay: float = 0.01,
        class_weight: dict[Any, float] | str | None = None,
        augment: Sequence[Augmentation | MixUp] | None = None,
        weights: FrozenEstimator | str | os.PathLike[str] | None = None,
        trainable_layers: str | int = "all",
        fine_tune_lr: float | None = None,
        valid_split: float | BaseEstimator | None = None,
        callbacks: Sequence[Callback | tuple[str, Callback]] | None = None,
        device: str = "auto",
        predict_precision: Precision = "float32",
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
        verbose: int = 0,
    ) -> None:
        self.network = network
        self.network_params = network_params
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
        self.valid_split = valid_split
        self.callbacks = callbacks
        self.device = device
        self.predict_precision = predict_precision
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.verbose = verbose

    def _read_rows(self, X: Any, *, reset: bool) -> Rows:
        images = validate_images(self, X, reset=reset)
        shape = images[0].shape if reset else self.image_shape_in_
        stack = images.source
        if not isinstance(stack, np.ndarray):
            stack = np.empty((len(images), *shape), dtype=np.uint8)

            def fill(index: int) -> None:
                stack[index] = _of_shape(shape, images, index)

            in_threads(fill, range(len(images)), effective_n_jobs(self.n_jobs))
        if reset:
            self.image_shape_in_ = shape
            self.n_channels_ = 1 if len(shape) == 2 else 3
        usable = usable_rows(stack, _usable(stack), reason=_UNUSABLE)
        return Rows(_with_channels(stack), None, usable)

    def _read_parts(self, X: Any) -> tuple[int, Iterable[Rows]]:
        # As many as the network takes at once: two such parts of ten thousand files are
        # in memory, and no part of an array is copied but the one that is predicted.
        images = validate_images(self, X, reset=False)
        device = next(self.net_.module_.parameters()).device
        size = rows_that_suit(device, math.prod(self.image_shape_in_[:2]))
        if not isinstance(images.source, np.ndarray):
            return len(images), self._decode_parts(images, size)
        data, _, usable = self._read_rows(images.source, reset=False)
        parts = (slice(start, start + size) for start in range(0, len(data), size))
        return len(data), (Rows(data[part], None, usable[part]) for part in parts)

    def _decode_parts(self, images: Pictures, size: int) -> Iterator[Rows]:
        shape = (len(images), *self.image_shape_in_)
        decode = partial(_of_shape, shape[1:], images)
        usable = np.zeros(len(images), dtype=bool)
        start = 0
        for batch in in_batches(decode, shape, size, effective_n_jobs(self.n_jobs)):
            part = usable[start : start + len(batch)]
            part[:] = _usable(batch)
            yield Rows(_with_channels(batch), None, part)
            start += len(batch)
        gone = np.broadcast_to(np.uint8(0), shape)  # only its shape is told
        usable_rows(gone, usable, reason=_UNUSABLE)

    def _input_sizes(self) -> dict[str, int]:
        height, width = self.image_shape_in_[:2]
        return {"n_channels": self.n_channels_, "height": height, "width": width}

    def _named_network(
        self, name: str, params: dict[str, Any]
    ) -> tuple[type[nn.Module], dict[str, Any]]:
        own = list_networks("image")
        if name in own:
            return super()._named_network(name, params)
        check_architecture(name, own)
        return Backbone, {"architecture": name} | params

    def _build_module(self) -> tuple[nn.Module, frozenset[str]]:
        self.weights_info_ = named_weights(self.weights, self.network)
        return super()._build_module()

    def _take_weights(self, module: nn.Module) -> frozenset[str]:
        info = self.weights_info_
        source = self.weights if info is None else fetch_weights(info)
        if not isinstance(source, str | os.PathLike):
            return super()._take_weights(module)
        tensors = read_weights(source)
        if isinstance(module, Backbone) and not tensors.keys() & module.state_dict():
            scale = None if info is None else {"mean": info.mean, "std": info.std}
            tensors = module.own_names(tensors, scale)
        # Nobody knows which classes a file tells apart: the last layer starts anew.
        return take_weights(module, tensors, same_classes=False)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags


def _of_shape(shape: tuple[int, ...], images: Pictures, index: int) -> np.ndarray:
    one = images[index]
    if one.shape != shape:
        raise ValueError(
            f"The picture {images.source[index]} has shape {one.shape}, this "
            f"classifier needs {shape}. Put ImageResizer in front of it, in a pipeline."
        )
    return one


def _with_channels(stack: np.ndarray) -> np.ndarray:
    return stack[..., np.newaxis] if stack.ndim == 3 else stack


def _usable(images: np.ndarray) -> np.ndarray:
    # One pass for each bound, picture by picture: no copy of all.
    pixels = tuple(range(1, images.ndim))
    low, high = images.min(axis=pixels), images.max(axis=pixels)
    if images.dtype == np.uint8:
        return low < high
    known = ~np.isnan(low)
    bounds = np.concatenate([low[known], high[known]])
    if not np.isfinite(bounds).all():
        raise ValueError("X holds infinity; a pixel must be a finite number.")
    if bounds.size:
        check_shades(bounds.min(), bounds.max())
    return known & (low < high)
