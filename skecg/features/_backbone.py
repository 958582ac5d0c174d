"""Feature maps of a trained network as features of pictures."""

import os
from collections.abc import Sequence
from itertools import product
from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.frozen import FrozenEstimator
from sklearn.utils import check_random_state

from skecg._validation import validate_images
from skecg.features._image_base import ImageFeatures
from skecg.imaging._image_checks import as_pictures, white_of
from skecg.imaging._pictures import Pictures

if TYPE_CHECKING:
    import torch


class BackboneFeatures(ImageFeatures):
    """Describe pictures by what a layer of a known network makes of them.

    The network learns nothing here: it was trained on other pictures, and a classical
    model behind this step learns the rest. That is fast, and with a few hundred
    pictures often better than training a network.

    Parameters
    ----------
    architecture : str, default="squeezenet1_0"
        Name of the body in timm or torchvision, see `skecg.nn.Backbone`.
    weights : str, os.PathLike, FrozenEstimator or None, default=None
        A file that `skecg.nn.read_weights` reads, as published for the architecture or
        the state of a `skecg.nn.Backbone`; or ``FrozenEstimator(fitted)`` around an
        `~skecg.classifiers.ImageClassifier` of the same architecture. None leaves the
        weights as they are drawn, which shows how it is used and is good for little
        else. Nothing is downloaded.
    layer : str or None, default=None
        Dotted name of a layer inside the body, such as ``"5"``; layers behind it are
        not computed. None is the end of the body. Layers in the middle know strokes and
        corners, those at the end the things that the network was trained on.
    pool : {"average", "max"} or tuple of two ints, default="average"
        One number for each map, or the means of a grid of (rows, columns), which keep
        where on the sheet something is: a lead has its place.
    n_jobs : int, optional
        Threads that decode and compute, beside those of torch itself. -1 means one for
        each core; None means one unless a `joblib.parallel_config` says otherwise.
    random_state : int, RandomState or None, default=None
        Of the weights that are drawn where `weights` is None.

    Attributes
    ----------
    network_ : skecg.nn.PooledBody
        The network, in evaluation mode.
    image_shape_in_ : tuple of int or None
        Shape of the images seen in `fit`; None for paths.

    See Also
    --------
    skecg.classifiers.ImageClassifier : Trains the network, or a part of it.
    skecg.preprocessing.GridRemover : Takes away what tells of the paper only.
    skecg.preprocessing.ImageResizer : Gives pictures of one size, which this needs.

    Notes
    -----
    Pictures go through one by one, on the CPU: memory does not grow with their number,
    and the features of a picture are the same to the last bit whatever others are
    there. Their scale is that of the network, so put a `StandardScaler` behind.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> from skecg.datasets import load_ecg_images
    >>> from skecg.features import BackboneFeatures
    >>> images = load_ecg_images()
    >>> features = BackboneFeatures(layer="5", pool=(3, 4), random_state=0)
    >>> model = make_pipeline(features, StandardScaler(), LogisticRegression())
    >>> model.fit(images.data[::6], images.target[::6])[0].network_.training
    False
    >>> model[0].get_feature_names_out()[[0, 1, -1]].tolist()
    ['map0_row0_column0', 'map0_row0_column1', 'map255_row2_column3']
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "architecture": [str],
        "weights": [str, os.PathLike, FrozenEstimator, None],
        "layer": [str, None],
        "pool": [str, tuple, list],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        architecture: str = "squeezenet1_0",
        *,
        weights: str | os.PathLike[str] | FrozenEstimator | None = None,
        layer: str | None = None,
        pool: str | Sequence[int] = "average",
        n_jobs: int | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.architecture = architecture
        self.weights = weights
        self.layer = layer
        self.pool = pool
        self.n_jobs = n_jobs
        self.random_state = random_state

    def fit(self, X: Any, y: object = None) -> Self:
        """Build the network for pictures of this size and read its weights.

        Parameters
        ----------
        X : array-like of shape (n_images, height, width[, 3]) or (n_images,)
            Images, uint8 or float; or paths of files.
        y : None
            Not used.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `X` is neither of the two, no body or layer has that name, `pool` is
            unusable, or the weights are those of another network.
        TypeError
            If `weights` holds no fitted network of the architecture.
        DataFileError
            If a file cannot be used: the first picture, or the weights.
        """
        self.__dict__.pop("network_", None)  # one of another size
        return super().fit(X, y)

    def _read(self, X: Any, *, reset: bool) -> Pictures:
        return validate_images(self, X, reset=reset, color="rgb")

    def _measure(self, image: np.ndarray) -> np.ndarray:
        import torch

        pixels = as_pictures(image)
        if not hasattr(self, "network_"):
            self._size = image.shape[:2]
            self.network_ = self._build(*self._size)
        if image.shape[:2] != self._size:
            raise ValueError(
                f"A picture has {image.shape[:2]} pixels, the first of fit had "
                f"{self._size}. Bring them to one size with ImageResizer first."
            )
        scaled = (pixels / white_of(pixels.dtype)).transpose(0, 3, 1, 2)
        # One order in memory, whatever that of the picture: another is summed up in
        # another order.
        ordered = np.ascontiguousarray(scaled, dtype=np.float32)
        with torch.inference_mode():
            maps = self.network_(torch.from_numpy(ordered))
        return maps[0].numpy()

    def _build(self, height: int, width: int) -> Any:
        network = self._drawn(height, width)
        if self.weights is not None:
            network.load_tensors(_tensors(self.weights))
        return network

    def _drawn(self, height: int, width: int) -> Any:
        import torch

        from skecg.nn import PooledBody

        seed = _own_seed(self.random_state)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            network = PooledBody(
                self.architecture,
                height,
                width,
                layer=self.layer,
                pool=self.pool,  # type: ignore[arg-type]  # checked there
            )
        return network.eval().requires_grad_(requires_grad=False)

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if "network_" in state:
            from skecg.nn._shelf import shelf_to_fill

            shelf = shelf_to_fill()
            if shelf is not None:
                state = {**state, "network_": shelf.put(self.network_)}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if isinstance(state.get("network_"), int):
            from skecg.nn._shelf import check_fits, shelf_to_empty

            shelf = shelf_to_empty()
            if shelf is not None:
                tensors = shelf.take(self.network_)
                check_fits(lambda: self._drawn(*self._size), tensors, {})
                self.network_ = self._drawn(*self._size)
                self.network_.load_state_dict(tensors)

    def _names(self, shape: tuple[int, ...]) -> list[str]:
        if shape[1:] == (1, 1):
            return [f"map{index}" for index in range(shape[0])]
        return [
            f"map{index}_row{row}_column{column}"
            for index, row, column in product(*map(range, shape))
        ]


def _own_seed(random_state: int | np.random.RandomState | None) -> int:
    if random_state is None:  # NumPy's global generator is left where it is
        return int(np.random.default_rng().integers(2**31 - 1))
    return int(check_random_state(random_state).randint(2**31 - 1))


def _tensors(
    weights: str | os.PathLike[str] | FrozenEstimator,
) -> "dict[str, torch.Tensor]":
    from skecg.nn import Backbone, read_weights

    if not isinstance(weights, FrozenEstimator):
        return read_weights(weights)
    module = getattr(getattr(weights.estimator, "net_", None), "module_", None)
    if not isinstance(module, Backbone):
        raise TypeError(
            "weights must be a file, or FrozenEstimator(fitted) around a fitted "
            "ImageClassifier whose network is a back-bone; got one around "
            f"{type(weights.estimator).__name__}. Of a Pipeline, freeze the last step."
        )
    return module.state_dict()
