"""How the recipe of `benchmarks.beats --recipe context` was chosen.

Looks at the training part of seed 0 only: half of four fifths of it is trained on, the
fifth is validated on. What a variant gave is appended to `beats_choice.jsonl`, and
RESULTS.md shows all of it.
"""

import json
import time
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import Bunch

from benchmarks._beats import add_data
from benchmarks._context_beats import (
    CHOSEN_WINDOW,
    N_CONTEXT,
    TRIED,
    WINDOW,
    crop,
    read_context_beats,
)
from benchmarks._record import circumstances, parser, report, say
from skecg.classifiers import SignalClassifier
from skecg.model_selection import aami_report
from skecg.nn.augmentation import MixUp, Noise, Scale, Shift

_PLAIN = {"network": "convnet1d", "max_epochs": 14}
_MIXED = {**_PLAIN, "augment": [MixUp()]}


class Variant(NamedTuple):
    """Arguments of the estimator, and what it sees of a beat."""

    arguments: dict[str, Any]
    window: tuple[float, float] = CHOSEN_WINDOW
    n_leads: int = 2
    n_context: int = N_CONTEXT

    def see(self, data: np.ndarray) -> np.ndarray:
        """Return the part of the beats that the variant is given."""
        seen = crop(data, *self.window)[:, : self.n_leads]
        return seen if self.n_context else seen[..., :-N_CONTEXT]


VARIANTS = {
    "resnet1d": Variant({"network": "resnet1d", "max_epochs": 8}),
    "convnet1d": Variant(_PLAIN),
    "convnet1d, scale, shift, noise": Variant(
        {**_PLAIN, "augment": [Scale(), Shift(), Noise(0.03)]}
    ),
    "convnet1d, mixup": Variant(_MIXED),
    "convnet1d, mixup, sqrt weights": Variant({**_MIXED, "class_weight": "sqrt"}),
    "convnet1d, mixup, 1.6 s": Variant(_MIXED, window=WINDOW),
    "convnet1d, mixup, 0.8 s": Variant(_MIXED, window=(0.3, 0.5)),
    "convnet1d, mixup, one lead": Variant(_MIXED, n_leads=1),
    "convnet1d, mixup, no context": Variant(_MIXED, n_context=0),
}


def halves(target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what is trained on and validated on, far from the test part of seed 0."""

    def split(rows: np.ndarray, **size: float) -> list[np.ndarray]:
        return train_test_split(rows, stratify=target[rows], random_state=0, **size)

    train, _ = split(np.arange(len(target)), test_size=0.2)
    train, valid = split(train, test_size=0.2)
    train, _ = split(train, train_size=0.5)
    return train, valid


def measure(variant: Variant, beats: Bunch) -> dict[str, Any]:
    """Fit once; return the figures of the validation part."""
    train, valid = halves(beats.target)
    model = SignalClassifier(
        **variant.arguments,
        context=variant.n_context,
        sampling_rate=beats.sampling_rate,
        random_state=0,
    )
    start = time.process_time()
    model.fit(variant.see(beats.data[train]), beats.target[train])
    seconds = time.process_time() - start
    predicted = model.predict(variant.see(beats.data[valid]))
    scores = aami_report(beats.target[valid], predicted)
    return {
        "accuracy": scores.accuracy,
        "macro_f1": scores.macro_f1,
        "f1": dict(zip(scores.labels, scores.f1.tolist(), strict=True)),
        "fit_cpu_seconds": seconds,
        "n_train": len(train),
        "n_valid": len(valid),
    }


def main() -> None:
    """Try the variants, log them, report."""
    options = parser(__doc__.splitlines()[0])
    add_data(options)
    options.add_argument(
        "--variant", nargs="+", choices=list(VARIANTS), default=list(VARIANTS)
    )
    chosen = options.parse_args()
    beats = read_context_beats(chosen.data)
    runs = []
    for name in chosen.variant:
        runs.append({"variant": name, **measure(VARIANTS[name], beats)})
        say(f"{runs[-1]}")
        with TRIED.open("a") as log:
            log.write(json.dumps({**runs[-1], **circumstances()}) + "\n")
    report("beats_choice", {"runs": runs, "data_sha256": beats.sha256}, chosen)


if __name__ == "__main__":
    main()
