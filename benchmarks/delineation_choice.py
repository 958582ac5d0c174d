"""What was tried to mark the T wave more closely, each record of LUDB left out once.

Records 1-75 only, all leads; five folds of whole records. The first network is fitted
as `tools/fit_delineation.py` does; what varies is the near look at the T wave. All
variants of a fold see the same draws, so their figures can be compared. Scored on lead
II at the experts' R-peaks, before marks are put in order. Nothing of it is shipped.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from sklearn.linear_model import RidgeCV
from torch import nn

from benchmarks._marks import TOLERANCE
from benchmarks._record import parser, report, say
from skecg.signal._delineation_beats import RATE
from skecg.signal._delineation_inputs import N_BESIDE, VIEWS, View, look_near
from tools._delineation_data import Marked, read_beats, resize, vary
from tools.fit_delineation import (
    ASTRAY,
    BATCH,
    BEND,
    HIDDEN,
    N_FOLDS,
    PRESENCE,
    SCALE,
    build,
    left_out,
    loss_of,
)
from tools.fit_delineation import RATE as LEARNING_RATE

T, PEAK, END = slice(6, 9), 7, 8  # of the nine marks
LOOKS = {
    "shipped": VIEWS["t"],
    "wider": VIEWS["t"]._replace(left=135, right=90, low=25, high=53),
    "finer": VIEWS["t"]._replace(step=2, low=15, high=57),
}


class Variant(NamedTuple):
    """How a near look at the T wave is fitted; by default as it is shipped.

    `aim` is what it learns: marks of the experts, those "smoothed" over the beats of a
    lead, or what others say that were fitted before: the "seeds" or the "large" one.
    """

    view: str = "shipped"
    augmented: bool = True
    only_ii: bool = False
    marks: tuple[int, ...] = (0, 1, 2)
    aim: str = "experts"
    hidden: tuple[int, int] = HIDDEN["t"]
    bend: float = BEND
    seed: int = 0


SHIPPED, LARGE = "as shipped", "six times the weights"
SEEDS = (SHIPPED, "as shipped, second seed", "as shipped, third seed")
VARIANTS = {
    SEEDS[0]: Variant(),
    SEEDS[1]: Variant(seed=1),
    SEEDS[2]: Variant(seed=2),
    "absolute errors: the median": Variant(bend=0.0),
    "squared errors: the mean": Variant(bend=1000.0),
    "the end of T alone": Variant(marks=(2,)),
    "lead II alone": Variant(only_ii=True),
    "no augmentation": Variant(augmented=False),
    "marks half smoothed over the lead": Variant(aim="smoothed"),
    "a wider look": Variant(view="wider"),
    "a finer look": Variant(view="finer"),
    LARGE: Variant(hidden=(192, 96)),
}
TAUGHT = {
    "three seeds distilled into one": Variant(aim="seeds", seed=3),
    f"{LARGE}, distilled": Variant(aim="large", seed=3),
}


class Drawn(NamedTuple):
    """What the networks of a fold see in one epoch, and what they should answer."""

    beats: Marked
    guess: np.ndarray
    smoothed: np.ndarray
    augmented: bool


def smooth(beats: Marked) -> np.ndarray:
    """Return T marks half way to their mean over the beats of a lead."""
    marks = beats.marks[:, T].copy()
    keys = np.char.add(np.char.mod("%d ", beats.record), beats.lead)
    for key in np.unique(keys):
        rows = keys == key
        known = ~np.isnan(marks[rows])
        total = np.where(known, marks[rows], 0).sum(axis=0)
        marks[rows] += (total / np.maximum(known.sum(axis=0), 1) - marks[rows]) / 2
    return marks


def draw(beats: Marked, places: np.ndarray, rng: np.random.Generator) -> list[Drawn]:
    """Return beats in a new order, varied and as they are; `places` move with them."""
    order = rng.permutation(len(places))
    beats, places = beats.take(order), places[order]
    varied, moved = vary(beats, places, rng)
    astray = 1.5 * rng.standard_normal((len(places), 9))
    astray[:, END] += ASTRAY["t"] * rng.standard_normal(len(places))
    return [
        Drawn(seen, at[:, :9] + astray, at[:, 9:], augmented)
        for seen, at, augmented in ((varied, moved, True), (beats, places, False))
    ]


def look(beats: Marked, guess: np.ndarray, view: View) -> tuple[np.ndarray, np.ndarray]:
    """Return what a network sees, and the bins that its marks are counted from."""
    views = np.ascontiguousarray(beats.average), np.ascontiguousarray(beats.window)
    return look_near(*views, beats.rhythm, guess.astype(np.float32), view)


class Pupil:
    """A network while it is fitted."""

    def __init__(self, variant: Variant, n_inputs: int, n_steps: int) -> None:
        torch.manual_seed(variant.seed)
        self.variant = variant
        self.net = build(n_inputs, variant.hidden, 4)
        self._optimizer = torch.optim.AdamW(
            self.net.parameters(), lr=LEARNING_RATE, weight_decay=0.05
        )
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, LEARNING_RATE, total_steps=n_steps
        )

    def learn(self, seen: np.ndarray, goal: np.ndarray, drawn: Drawn) -> None:
        """Go once through what was drawn."""
        there = ~np.isnan(drawn.beats.marks[:, [PEAK]])
        known = drawn.beats.known[:, [1]]
        goal = goal.copy()
        goal[:, [k for k in range(3) if k not in self.variant.marks]] = np.nan
        if self.variant.only_ii:
            goal[drawn.beats.lead != "ii"] = np.nan
        n_batches = len(goal) // BATCH
        for rows in np.arange(n_batches * BATCH).reshape(-1, BATCH):
            loss = loss_of(
                self.net(torch.from_numpy(seen[rows])),
                goal[rows],
                there[rows],
                known[rows],
                presence=PRESENCE["t"],
                bend=self.variant.bend,
            )
            self._optimizer.zero_grad()
            loss.backward()
            self._optimizer.step()
            self._schedule.step()

    def place(self, beats: Marked, guess: np.ndarray) -> np.ndarray:
        """Return its marks of T, in bins from the centre."""
        return self.answer(*look(beats, guess, LOOKS[self.variant.view]))

    @torch.no_grad()
    def answer(self, seen: np.ndarray, anchor: np.ndarray) -> np.ndarray:
        """Return the marks for what it sees."""
        self.net.eval()
        answer = self.net(torch.from_numpy(seen)).numpy()[:, :3]
        self.net.train()
        return answer * SCALE + anchor[:, None]


Teacher = Callable[[Marked, np.ndarray], np.ndarray]


def fit(
    variants: dict[str, Variant],
    beats: Marked,
    guess: np.ndarray,
    *,
    epochs: int,
    seed: int,
    teachers: dict[str, Teacher] | None = None,
) -> dict[str, Pupil]:
    """Fit networks side by side; `teachers` say what to learn, by the aim's name."""
    rng = np.random.default_rng(seed)
    one = beats.take(np.arange(1))
    pupils = {}
    for name, variant in variants.items():
        n_inputs = look(one, guess[:1], LOOKS[variant.view])[0].shape[1]
        pupils[name] = Pupil(variant, n_inputs, epochs * (len(guess) // BATCH))
    places = np.concatenate([guess, smooth(beats)], axis=1)
    for _ in range(epochs):
        for drawn in draw(beats, places, rng):
            for view in LOOKS:
                here = [
                    pupil
                    for pupil in pupils.values()
                    if (pupil.variant.view, pupil.variant.augmented)
                    == (view, drawn.augmented)
                ]
                _teach(here, drawn, view, rng, teachers or {})
    return pupils


def _teach(
    pupils: list[Pupil],
    drawn: Drawn,
    view: str,
    rng: np.random.Generator,
    teachers: dict[str, Teacher],
) -> None:
    if not pupils:
        return
    seen, anchor = look(drawn.beats, drawn.guess, LOOKS[view])
    if drawn.augmented:
        resize(seen, N_BESIDE, rng)
    aims = {"experts": drawn.beats.marks[:, T], "smoothed": drawn.smoothed}
    for name, teacher in teachers.items():
        aims[name] = teacher(drawn.beats, drawn.guess)
    for pupil in pupils:
        goal = (aims[pupil.variant.aim] - anchor[:, None]) / SCALE
        pupil.learn(seen, goal.astype(np.float32), drawn)


def mean_of(pupils: list[Pupil]) -> Teacher:
    """Return what places marks where networks do on average."""

    def place(beats: Marked, guess: np.ndarray) -> np.ndarray:
        seen = look(beats, guess, LOOKS["shipped"])
        return np.mean([pupil.answer(*seen) for pupil in pupils], axis=0)

    return place


def ridge(
    pupil: Pupil,
    train: tuple[Marked, np.ndarray],
    test: tuple[Marked, np.ndarray],
) -> np.ndarray:
    """Return the marks of ridge regressions on what a network's last layer sees."""
    deep = pupil.net[:-1].eval()
    known, anchor = _features(deep, *train)
    asked, from_here = _features(deep, *test)
    pupil.net.train()
    marks = np.empty((len(asked), 3))
    for k in range(3):
        wanted = train[0].marks[:, 6 + k] - anchor
        rows = np.isfinite(wanted)
        model = RidgeCV(np.logspace(-2, 4, 13)).fit(known[rows], wanted[rows])
        marks[:, k] = model.predict(asked) + from_here
    return marks


@torch.no_grad()
def _features(
    deep: nn.Sequential, beats: Marked, guess: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    seen, anchor = look(beats, guess, LOOKS["shipped"])
    return deep(torch.from_numpy(seen)).numpy(), anchor


def answers(beats: Marked, guess: np.ndarray, *, epochs: int) -> dict[str, np.ndarray]:
    """Return the T marks of each variant, of beats whose record it had not seen."""
    placed: dict[str, np.ndarray] = {}

    def keep(name: str, rows: np.ndarray, marks: np.ndarray) -> None:
        placed.setdefault(name, np.full((len(guess), 3), np.nan))[rows] = marks

    for fold in range(N_FOLDS):
        out = np.flatnonzero(beats.record % N_FOLDS == fold)
        rest = np.flatnonzero(beats.record % N_FOLDS != fold)
        train, test = (beats.take(rest), guess[rest]), (beats.take(out), guess[out])
        pupils = fit(VARIANTS, *train, epochs=epochs, seed=fold)

        teachers = {
            "seeds": mean_of([pupils[name] for name in SEEDS]),
            "large": pupils[LARGE].place,
        }
        taught = fit(TAUGHT, *train, epochs=epochs, seed=fold + 100, teachers=teachers)
        for name, pupil in {**pupils, **taught}.items():
            keep(name, out, pupil.place(*test))
        keep("three seeds averaged", out, teachers["seeds"](*test))
        again = guess[out].copy()
        again[:, T] = placed[SHIPPED][out]
        keep("as shipped, looked twice", out, pupils[SHIPPED].place(test[0], again))
        keep("ridge on the last layer", out, ridge(pupils[SHIPPED], train, test))
        say(f"fold {fold}: done")
    return placed


def by_record(values: np.ndarray, record: np.ndarray) -> np.ndarray:
    """Return the mean over each record, repeated for its beats; NaN does not count."""
    means = np.empty(len(values))
    for number in np.unique(record):
        rows = record == number
        means[rows] = np.nanmean(values[rows])
    return means


def score(found: np.ndarray, marks: np.ndarray, record: np.ndarray) -> dict[str, Any]:
    """Return mean and sd in ms, and the sd between records and inside of them."""
    errors = (found - marks) * 1000 / RATE
    near = np.abs(errors) <= 1000 * TOLERANCE
    errors, record = errors[near], record[near]
    means = by_record(errors, record)
    return {
        "mean_ms": round(float(errors.mean()), 2),
        "sd_ms": round(float(errors.std()), 2),
        "between_ms": round(float(means.std()), 2),
        "inside_ms": round(float((errors - means).std()), 2),
        "median_size_ms": round(float(np.median(np.abs(errors))), 2),
        "n_beats": int(near.sum()),
    }


def spreads(marks: np.ndarray, record: np.ndarray) -> dict[str, float]:
    """Return the sd of the experts' own marks by record, in ms from the QRS peak."""
    return {
        str(number): round(float(np.nanstd(marks[record == number]) * 1000 / RATE), 1)
        for number in np.unique(record)
    }


def oracles(marks: np.ndarray, record: np.ndarray) -> dict[str, np.ndarray]:
    """Return answers of one who knows the experts' marks of the record."""
    means = by_record(marks, record)
    n_beats = np.array([np.isfinite(marks[record == k]).sum() for k in record])
    with np.errstate(all="ignore"):
        others = (means * n_beats - marks) / (n_beats - 1)
    return {
        "the mean of the record's marks": means,
        "the mean of the record's other marks": others,
    }


def figures(beats: Marked, placed: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return the scores of all variants and of the oracles on lead II."""
    rows = np.flatnonzero((beats.lead == "ii") & ~beats.detected)
    beats = beats.take(rows)
    placed = {name: marks[rows] for name, marks in placed.items()}
    shipped = placed[SHIPPED]
    means = np.stack([by_record(column, beats.record) for column in shipped.T], axis=1)
    placed["as shipped, mean over the record"] = means
    placed["as shipped, half way to that mean"] = (shipped + means) / 2
    found: dict[str, Any] = {name: {} for name in placed}
    bounds: dict[str, Any] = {}
    spread = {}
    for name, column in (("t peak", PEAK), ("t offset", END)):
        marks = beats.marks[:, column]
        for variant, answer in placed.items():
            if column - 6 not in VARIANTS.get(variant, Variant()).marks:
                continue
            found[variant][name] = score(answer[:, column - 6], marks, beats.record)
        from_qrs = marks - beats.marks[:, 4]
        for oracle, answer in oracles(from_qrs, beats.record).items():
            bounds.setdefault(oracle, {})
            bounds[oracle][name] = score(answer, from_qrs, beats.record)
        spread[name] = spreads(from_qrs, beats.record)
    return {"figures": found, "oracles": bounds, "spread_ms_by_record": spread}


def main() -> None:
    """Try everything and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--ludb", metavar="DIR", required=True, type=Path)
    options.add_argument("--epochs", type=int, default=20)
    chosen = options.parse_args()
    torch.set_num_threads(1)
    beats = read_beats(chosen.ludb)
    nothing = np.zeros((len(beats.record), 9), dtype=np.float32)
    guess, _ = left_out("far", beats, nothing, epochs=chosen.epochs)
    say("first networks: done")
    found = figures(beats, answers(beats, guess, epochs=chosen.epochs))
    report(
        "delineation_choice",
        {
            "protocol": f"LUDB 1-75, {N_FOLDS} folds of whole records, fitted on all "
            f"leads unless named, {chosen.epochs} epochs, seeds 0 to 3; lead II, "
            "experts' R-peaks; errors in ms before marks are put in order",
            **found,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
