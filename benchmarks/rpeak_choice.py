"""What was tried to tell which extremum of a QRS complex is its R-peak.

On DS1 of MIT-BIH and lead II of LUDB 1-75, the records that the detector was tuned on.
Beats of which exactly one extremum lies within 50 ms of the mark are learned from, by a
logistic regression of the traits that `skecg.signal._rpeak_refine` weighs; each record
is answered by one that had not seen it. What is counted are answers further off.
"""

from typing import Any, NamedTuple

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from benchmarks._annotated import Annotated, digest, read_ludb, read_mitbih
from benchmarks._record import parser, report, say
from skecg.datasets._mitbih_facts import DS1
from skecg.signal._bad_stretches import mark_unusable
from skecg.signal._rpeak_bands import weigh_bands
from skecg.signal._rpeak_detector import choose_beats
from skecg.signal._rpeak_filter import qrs_envelope
from skecg.signal._rpeak_refine import levels, refine, weigh_extrema

NEAR, MATCHED = 0.05, 0.15  # s
NARROWER = 0.025  # s: reported beside it
REACHES = (0.02, 0.03, 0.04, 0.05, 0.06)  # s to each side, for the steepness
CHOSEN = 0.04
SIZE, PLACE, STEEPNESS = 0, 1, 2
BEFORE = 1.3  # the rule before: the larger one, the upward one this much favoured


class Settled(NamedTuple):
    """Humps of a record that were matched with its marks."""

    centres: np.ndarray
    means: np.ndarray
    marks: np.ndarray


class Table(NamedTuple):
    """All beats: what is known of each, and how far either extremum is off, in s."""

    traits: np.ndarray
    up: np.ndarray
    down: np.ndarray
    record: np.ndarray
    ludb: np.ndarray


def settle(record: Annotated) -> Settled:
    """Find the humps of a record that are beats."""
    signal = np.ascontiguousarray(record.signal)
    envelope = mark_unusable(qrs_envelope(signal, sampling_rate=record.rate))
    beats = choose_beats(weigh_bands(envelope))
    centres = beats * envelope.step + envelope.step // 2
    means = levels(envelope.bins, beats, envelope.rate)
    distance = np.abs(centres[:, None] - record.beats)
    nearest = record.beats[distance.argmin(axis=1)]
    kept = np.abs(nearest - centres) <= MATCHED * record.rate
    return Settled(centres[kept], means[kept], nearest[kept])


def tabulate(
    records: list[Annotated], settled: list[Settled], *, beside: float
) -> Table:
    """Return what either extremum of each beat has for it."""
    parts = []
    for number, (record, beats) in enumerate(zip(records, settled, strict=True)):
        highest, lowest, traits = weigh_extrema(
            record.signal, beats.centres, beats.means, record.rate, beside
        )
        off = (np.abs(peak - beats.marks) / record.rate for peak in (highest, lowest))
        n_beats = len(traits)
        tags = np.full(n_beats, number), np.full(n_beats, record.name[:4] == "ludb")
        parts.append((traits, *off, *tags))
    return Table(*(np.concatenate(field) for field in zip(*parts, strict=True)))


def left_out(table: Table, columns: list[int], model: ClassifierMixin) -> np.ndarray:
    """Return whether the upward one is answered, by a model new to the record."""
    seen = table.traits[:, columns]
    is_up = table.up < table.down
    told = (table.up <= NEAR) != (table.down <= NEAR)
    answer = np.zeros(len(seen), dtype=bool)
    for number in np.unique(table.record):
        out = table.record == number
        model.fit(seen[told & ~out], is_up[told & ~out])
        answer[out] = model.predict(seen[out])
    return answer


def weights(table: Table) -> list[float]:
    """Return weights and constant fitted on all records, beside that of the size."""
    told = (table.up <= NEAR) != (table.down <= NEAR)
    model = LogisticRegression().fit(table.traits[told], (table.up < table.down)[told])
    both = np.append(model.coef_[0], model.intercept_) / model.coef_[0][SIZE]
    return [round(float(value), 3) for value in both]


def count(off: np.ndarray, table: Table) -> dict[str, int]:
    """Return how many answers are further off than is allowed."""
    return {
        "DS1, 50 ms": int(np.count_nonzero(off[~table.ludb] > NEAR)),
        "DS1, 25 ms": int(np.count_nonzero(off[~table.ludb] > NARROWER)),
        "LUDB 1-75, 50 ms": int(np.count_nonzero(off[table.ludb] > NEAR)),
        "LUDB 1-75, 25 ms": int(np.count_nonzero(off[table.ludb] > NARROWER)),
    }


def variants(tables: dict[float, Table]) -> dict[str, dict[str, int]]:
    """Return the counts of each rule."""
    chosen = tables[CHOSEN]

    def of(answer: np.ndarray, table: Table = chosen) -> dict[str, int]:
        return count(np.where(answer, table.up, table.down), table)

    # With u and d for the heights, 1.3 u >= d says of (u - d) / (u + d) the same as:
    least = (1 - BEFORE) / (1 + BEFORE)
    linear = LogisticRegression()
    found = {
        "the larger, the upward one favoured 1.3 times (before)": of(
            chosen.traits[:, SIZE] >= least
        ),
        "size": of(left_out(chosen, [SIZE], linear)),
        "size and place": of(left_out(chosen, [SIZE, PLACE], linear)),
        "size and steepness": of(left_out(chosen, [SIZE, STEEPNESS], linear)),
    }
    for beside, table in tables.items():
        name = f"size, place and steepness within {1000 * beside:g} ms"
        found[name] = of(left_out(table, [SIZE, PLACE, STEEPNESS], linear), table)
        say(f"{name}: done")
    found["boosted trees of size, place and steepness"] = of(
        left_out(
            chosen,
            [SIZE, PLACE, STEEPNESS],
            HistGradientBoostingClassifier(
                max_iter=60, max_depth=3, early_stopping=False, random_state=0
            ),
        )
    )
    found["the nearer of the two, if it were known"] = of(chosen.up < chosen.down)
    return found


def shipped(
    records: list[Annotated], settled: list[Settled], table: Table
) -> dict[str, int]:
    """Return the counts of the rounded weights, which have seen all records."""
    off = [
        np.abs(
            refine(r.signal, beats.centres, beats.means, rate=r.rate, polarity=0)
            - beats.marks
        )
        / r.rate
        for r, beats in zip(records, settled, strict=True)
    ]
    return count(np.concatenate(off), table)


def main() -> None:
    """Try the rules and report."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", required=True, help="MIT-BIH")
    options.add_argument("--ludb", metavar="DIR", required=True, help="LUDB")
    chosen = options.parse_args()
    records = read_mitbih(chosen.data, DS1) + read_ludb(chosen.ludb, range(1, 76))
    settled = [settle(record) for record in records]
    tables = {beside: tabulate(records, settled, beside=beside) for beside in REACHES}
    table = tables[CHOSEN]
    rules: dict[str, Any] = variants(tables)
    rules["as shipped: rounded weights (has seen all records)"] = shipped(
        records, settled, table
    )
    report(
        "rpeak_choice",
        {
            "protocol": "first channel of DS1 of MIT-BIH and lead II of LUDB 1-75; "
            "beats that were found, an answer further from the mark than 50 or 25 ms "
            "counted; each record left out once",
            "n_beats": {
                "DS1": int(np.count_nonzero(~table.ludb)),
                "LUDB 1-75": int(np.count_nonzero(table.ludb)),
            },
            "wrong": rules,
            "weights": weights(table),
            "data_sha256": digest(records),
        },
        chosen,
    )


if __name__ == "__main__":
    main()
