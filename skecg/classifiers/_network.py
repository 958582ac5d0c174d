"""What every network classifier does, whatever it eats."""

from abc import ABCMeta, abstractmethod
from collections.abc import Iterable
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, _fit_context
from sklearn.preprocessing import LabelEncoder
from sklearn.utils import Tags
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    check_consistent_length,
    check_is_fitted,
    validate_data,
)
from torch import nn

from skecg.classifiers._batches import BatchAugmentation
from skecg.classifiers._engine import (
    OPTIMIZERS,
    build_net,
    check_finite,
    draw_seed,
    epoch_history,
    resolve_device,
    seeded,
)
from skecg.classifiers._engine import train as train_net
from skecg.classifiers._memory import explain_memory_errors
from skecg.classifiers._predicting import PRECISIONS, check_logits, predict_logits
from skecg.classifiers._rows import Rows
from skecg.classifiers._transfer import (
    check_frozen,
    check_same_input,
    fitted_source,
    set_trainable,
    take_weights,
)
from skecg.model_selection import GroupValidSplit, check_group_leakage
from skecg.nn import NetworkKind, get_network
from skecg.nn._shelf import Shelf, check_fits, shelf_to_empty, shelf_to_fill


class NetworkClassifier(ClassifierMixin, BaseEstimator, metaclass=ABCMeta):
    """Base of the classifiers that train a network; not public.

    A subclass lists its parameters in `__init__`, says with `_kind` which networks it
    takes, and turns X into `Rows` in `_read_rows`.
    """

    _kind: ClassVar[NetworkKind]
    # `groups` reaches fit by itself once metadata routing is on.
    __metadata_request__fit: ClassVar[dict[str, bool]] = {"groups": True}

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "network": [str, type],
        "network_params": [dict, None],
        "max_epochs": [Interval(Integral, 1, None, closed="left")],
        "lr": [Interval(Real, 0, None, closed="neither")],
        "lr_schedule": [StrOptions({"one_cycle", "constant"})],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "optimizer": [StrOptions(set(OPTIMIZERS)), type],
        "weight_decay": [Interval(Real, 0, None, closed="left")],
        "class_weight": [dict, StrOptions({"balanced", "sqrt"}), None],
        "augment": [list, tuple, None],
        "weights": [HasMethods(["fit", "predict"]), None],
        "trainable_layers": [
            StrOptions({"all"}),
            Interval(Integral, 1, None, closed="left"),
        ],
        "fine_tune_lr": [Interval(Real, 0, None, closed="neither"), None],
        "valid_split": [
            Interval(Real, 0, 1, closed="neither"),
            HasMethods(["split", "get_n_splits"]),
            None,
        ],
        "callbacks": [list, tuple, None],
        "device": [str],
        "predict_precision": [StrOptions(set(PRECISIONS))],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    @_fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, X: npt.ArrayLike, y: npt.ArrayLike, groups: npt.ArrayLike | None = None
    ) -> Self:
        """Train the network from its first weights.

        Parameters
        ----------
        X : array-like of shape (n_records, ...)
            As the class says.
        y : array-like of shape (n_records,)
            Class labels; strings are the normal case.
        groups : array-like of shape (n_records,), default=None
            The patient of each record. With `valid_split`, no patient stands on both
            sides. With metadata routing on, it is delivered here by itself.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If shapes or lengths do not go together, no row is usable, there are fewer
            than two classes, `valid_split` divides a patient, the weights do not fit,
            or `trainable_layers` would freeze a layer that does not come from them.
        TrainingDivergedError
            If the loss becomes infinite or NaN.
        MemoryError
            If the device runs out of memory.

        Warns
        -----
        SignalQualityWarning
            If rows are flat or hold NaN; they are left out.
        GroupsWarning
            If `valid_split` is used without `groups`.
        """
        labels = validate_data(self, y=y)  # first: it forgets the names of columns
        rows = self._read_rows(X, reset=True)
        check_consistent_length(rows.data, labels)
        codes = self._encode_labels(labels, rows)
        if groups is not None:
            check_consistent_length(rows.data, groups)
        device = resolve_device(self.device)
        seed = draw_seed(self.random_state)
        train, valid = self._split(rows, codes, groups, seed)
        n_classes = len(self.classes_)
        self.class_prior_ = np.bincount(codes[train], minlength=n_classes) / len(train)
        remedy = (
            f"Lower batch_size={self.batch_size}, take a smaller network, or train "
            "with device='cpu'."
        )
        with seeded(seed, device), explain_memory_errors(device, remedy):
            module, taken = self._build_module()
            module = module.to(device)
            probe = rows.tensors(train[:2], device)
            whole = rows.tensors(np.arange(len(rows.data)), device, codes)
            check_logits(module, probe, n_classes=n_classes)
            self.net_ = build_net(
                self,
                module,
                valid=None if valid is None else whole.only(valid),
                class_weights=self._class_weights(codes[train]),
                slow=frozenset() if self.fine_tune_lr is None else taken,
                augment=self._augmentation(),
                device=device,
            )
            train_net(self.net_, whole.only(train))
            check_finite(self.net_, probe)
        self._let_go_of_data()
        self.history_ = epoch_history(self.net_)
        return self

    def predict_proba(self, X: npt.ArrayLike) -> np.ndarray:
        """Return the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n_records, ...)
            Like those of `fit`.

        Returns
        -------
        ndarray of shape (n_records, n_classes)
            In the order of `classes_`. A row that cannot be used gets the share of each
            class in the training rows.

        Raises
        ------
        NotFittedError
            Before `fit`.
        ValueError
            If `X` differs in shape from that of `fit`, no row is usable, or
            `predict_precision` is none.
        MemoryError
            If not even a few rows fit into the device's memory.

        Warns
        -----
        SignalQualityWarning
            If rows are flat or hold NaN, with their indices.
        """
        check_is_fitted(self)
        n_rows, parts = self._read_parts(X)
        # One array for all: small ones that stay, part after part, would keep the C
        # library from using the memory of a part for the next.
        probabilities = np.tile(self.class_prior_, (n_rows, 1))
        start = 0
        for rows in parts:
            stop = start + len(rows.usable)
            self._answer(rows, probabilities[start:stop])
            start = stop
        return probabilities

    def predict(self, X: npt.ArrayLike) -> np.ndarray:
        """Return the most probable class of each row.

        Parameters
        ----------
        X : array-like of shape (n_records, ...)
            Like those of `fit`.

        Returns
        -------
        ndarray of shape (n_records,)
            Members of `classes_`.
        """
        # Looked at first, so that an unfitted estimator says so.
        probabilities = self.predict_proba(X)
        return self.classes_[probabilities.argmax(axis=1)]

    @abstractmethod
    def _read_rows(self, X: npt.ArrayLike, *, reset: bool) -> Rows:
        """Validate X, note its shape in `fit`, and say which rows can be used."""

    @abstractmethod
    def _input_sizes(self) -> dict[str, int]:
        """Return what the network's constructor needs to know of X."""

    def _read_parts(self, X: npt.ArrayLike) -> tuple[int, Iterable[Rows]]:
        """Validate X and say how many rows it has; read them, in parts if large."""
        rows = self._read_rows(X, reset=False)
        return len(rows.usable), [rows]

    def _answer(self, rows: Rows, probabilities: np.ndarray) -> None:
        index = np.flatnonzero(rows.usable)
        if index.size:
            module = self.net_.module_
            tensors = rows.tensors(index, next(module.parameters()).device)
            logits = predict_logits(module, tensors, precision=self.predict_precision)
            probabilities[index] = softmax(logits, axis=1)

    def _encode_labels(self, y: np.ndarray, rows: Rows) -> np.ndarray:
        check_classification_targets(y)
        encoder = LabelEncoder().fit(y)
        self.classes_ = encoder.classes_
        codes = encoder.transform(y)
        present = np.unique(codes[rows.usable])
        if present.size < 2:
            raise ValueError(
                f"{type(self).__name__} needs rows of at least two classes to train, "
                f"got one class: {self.classes_.tolist()[present[0]]!r}."
            )
        return codes

    def _split(
        self,
        rows: Rows,
        codes: np.ndarray,
        groups: npt.ArrayLike | None,
        seed: int,
    ) -> tuple[np.ndarray, np.ndarray | None]:
        usable = np.flatnonzero(rows.usable)
        if self.valid_split is None:
            return usable, None
        splitter = self.valid_split
        if isinstance(splitter, Real):
            splitter = GroupValidSplit(float(splitter), random_state=seed)
        elif isinstance(splitter, type):
            raise ValueError(
                f"valid_split must be an instance of a splitter, got the class "
                f"{splitter.__name__}; write {splitter.__name__}(...)."
            )
        patients = None if groups is None else np.asarray(groups)[usable]
        train, valid = next(
            iter(splitter.split(usable[:, np.newaxis], codes[usable], patients))
        )
        if patients is not None:
            check_group_leakage(train, valid, patients)
        return usable[train], usable[valid]

    def _class_weights(self, codes: np.ndarray) -> np.ndarray | None:
        if self.class_weight is None:
            return None
        weights = np.ones(len(self.classes_))
        present = np.unique(codes)
        if isinstance(self.class_weight, str):
            balanced = compute_class_weight("balanced", classes=present, y=codes)
            halfway = self.class_weight == "sqrt"
            weights[present] = np.sqrt(balanced) if halfway else balanced
        else:
            weights = compute_class_weight(
                self.class_weight, classes=self.classes_, y=self.classes_[codes]
            )
        if not np.isfinite(weights).all() or weights.min() < 0 or weights.max() == 0:
            raise ValueError(
                "class_weight must give finite weights, none negative and not all 0, "
                f"got {self.class_weight!r}."
            )
        return weights

    def _augmentation(self) -> BatchAugmentation | None:
        if not self.augment:
            return None
        rate = getattr(self, "sampling_rate", None)
        return BatchAugmentation(self.augment, rate, len(self.classes_))

    def _build_module(self) -> tuple[nn.Module, frozenset[str]]:
        # The network, and which of its parameters come from `weights`.
        module = self._network()
        taken: frozenset[str] = frozenset()
        if self.weights is not None:
            taken = self._take_weights(module)
        elif self.fine_tune_lr is not None:
            raise ValueError(
                f"fine_tune_lr={self.fine_tune_lr} is the rate of layers taken from "
                "weights, but weights is None. Give weights, or set lr instead."
            )
        if self.trainable_layers != "all":
            set_trainable(module, self.trainable_layers)
        if self.weights is not None:
            check_frozen(module, taken)
        return module, taken

    def _network(self) -> nn.Module:
        sizes = self._input_sizes() | {"n_classes": len(self.classes_)}
        return self._construct(sizes, self.network_params or {})

    def _take_weights(self, module: nn.Module) -> frozenset[str]:
        source = fitted_source(self.weights)
        check_same_input(source, self)
        return take_weights(
            module,
            source.net_.module_,
            same_classes=np.array_equal(source.classes_, self.classes_),
            lead_adapt=getattr(self, "lead_adapt", None),
        )

    def _construct(self, sizes: dict[str, int], params: dict[str, Any]) -> nn.Module:
        network = self.network
        if isinstance(network, str):
            network, params = self._named_network(network, params)
        elif not issubclass(network, nn.Module):
            raise ValueError(
                f"network must be a name or a class of torch.nn.Module, got the class "
                f"{network.__name__}."
            )
        try:
            return network(**sizes, **params)
        except TypeError as error:
            raise ValueError(
                f"{network.__name__} does not take the arguments that it is given: "
                f"{sorted(sizes)} from the data and {sorted(params)} from "
                f"network_params ({error})."
            ) from error

    def _named_network(
        self, name: str, params: dict[str, Any]
    ) -> tuple[type[nn.Module], dict[str, Any]]:
        return get_network(name, self._kind), params

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        shelf = shelf_to_fill()
        if shelf is not None and "net_" in state:
            state = {**state, "net_": shelf.put(self.net_.module_)}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        shelf = shelf_to_empty()
        if shelf is not None and "net_" in state:
            self._build_again(shelf)

    def _build_again(self, shelf: Shelf) -> None:
        # A trained net from its weights, on this machine's device.
        device = resolve_device(self.device, or_cpu=True)
        with seeded(0, device):
            state = shelf.take(self.net_)
            check_fits(self._network, state, self.network_params or {})
            module = self._network()
            module.load_state_dict(state)
            module = module.to(device)
            self.net_ = build_net(
                self, module, valid=None, class_weights=None, device=device
            ).initialize()
        self._let_go_of_data()

    def _let_go_of_data(self) -> None:
        # A fitted estimator is pickled to and from workers: without its data, and
        # without the optimiser's moments, which are twice the size of the network.
        self.net_.set_params(train_split=None)
        self.net_.optimizer_.state.clear()
        self.net_.module_.eval()

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        return tags
