"""The blocks of RESULTS.md that say what was tried for the signal kernels."""

from typing import Any

import numpy as np

from benchmarks._tables import table

Record = dict[str, Any]

_MARKS = {"t peak": "T peak", "t offset": "T end"}
_WORST = 5  # records whose spread is told by name
_WANTED = 15.5  # ms: what the sd of the end of T was meant to be


def rpeak_choice(record: Record) -> str:
    """Return how many answers each rule puts on the wrong wave."""
    counts = list(next(iter(record["wrong"].values())))
    rows = [[name, *found.values()] for name, found in record["wrong"].items()]
    beats = " and ".join(f"{n:,} of {name}" for name, n in record["n_beats"].items())
    size, place, steepness, constant = record["weights"]
    return (
        f"## R-peaks: which extremum\n\n{record['protocol']}: {beats}. Rules are "
        "logistic regressions unless named. Fitted on all of these records, the "
        f"weights of size, place and steepness are {size:g}, {place:g} and "
        f"{steepness:g}, and {constant:g} favours the upward extremum; the detector "
        "has them rounded. When that was settled, the paced records, DS2, LUDB 76-150 "
        "and the noise records were looked at once, and the rule stayed as it was."
        f"\n\n{table(['tried', *counts], rows)}\n"
    )


def rpeak_noise_choice(record: Record) -> str:
    """Return F1 and the errors of each way to think less of humps in noise."""
    sets = list(record["runs"][0]["scores"])
    header = ["score smaller by", "then less"]
    header += [f"{name}: F1, missed, wrong" for name in sets]
    rows = [
        [f"{run['share']:.0%}", f"{run['doubt']:g}", *map(_f1, run["scores"].values())]
        for run in record["runs"]
    ]
    return (
        f"## R-peaks in noise: what was tried\n\n{record['protocol']}. In full noise "
        "the score of a hump, the logarithm of its odds, is made smaller, so that the "
        "rhythm counts for more, and something is taken off; the first row is the "
        "detector. The noise is that of 118e00, so nothing could have been chosen here "
        "fairly for that record. Nothing was: what costs nothing on clean records "
        f"gains little.\n\n{table(header, rows)}\n"
    )


def _f1(scores: Record) -> str:
    wrong = f"{scores['false_negatives']:,}, {scores['false_positives']:,}"
    return f"{scores['f1']:.4f}, {wrong}"


def delineation_choice(record: Record) -> str:
    """Return the errors of each variant, and of one who knows the record's marks."""
    header = ["tried"]
    for title in _MARKS.values():
        header += [f"{title}, mean", "sd", "between records", "inside"]
    rows = [
        [name, *_errors(found)]
        for name, found in {**record["figures"], **record["oracles"]}.items()
    ]
    return (
        f"## Delineation: what was tried for the T wave\n\n{record['protocol']}. What "
        "is shipped was fitted for 40 epochs. The sd of an error is that of the "
        "records' means and that inside of the records together. The last two rows "
        "know the experts' marks of the record that they answer. "
        f"{_spread(record['spread_ms_by_record']['t offset'])} {_reach(record)}\n\n"
        f"{table(header, rows)}\n"
    )


def _spread(spread: dict[str, float]) -> str:
    values = np.array(list(spread.values()))
    low, middle, high = np.quantile(values, [0.1, 0.5, 0.9])
    worst = sorted(spread, key=spread.__getitem__, reverse=True)[:_WORST]
    named = ", ".join(f"{spread[name]:.0f} in {name}" for name in worst)
    share = sum(spread[name] ** 2 for name in worst) / float((values**2).sum())
    return (
        "The end of T that experts mark moves against the QRS peak, from beat to beat, "
        f"by an sd of {middle:.1f} ms in the median record, of {low:.1f} to {high:.1f} "
        f"from the first to the last tenth, of {named}: the squares of these {_WORST} "
        f"records are {share:.0%} of all."
    )


def _reach(record: Record) -> str:
    inside = min(found["t offset"]["inside_ms"] for found in record["figures"].values())
    between = np.sqrt(max(0.0, _WANTED**2 - inside**2))
    return (
        f"No variant errs by less than {inside:.1f} ms inside of records, so for an sd "
        f"of {_WANTED:g} ms the records' means could scatter by {between:.1f} ms at "
        "most. The largest gains, by a second look or by a network for the end of T "
        "alone, take time that `delineate` does not have, fall far short of that, and "
        "are no larger than what one seed differs from another by. So nothing changed."
    )


def _errors(found: Record) -> list[str]:
    cells = []
    for name in _MARKS:
        kinds = ("mean_ms", "sd_ms", "between_ms", "inside_ms")
        scores = found.get(name)
        cells += [f"{scores[kind] + 0.0:.1f}" if scores else "-" for kind in kinds]
    return cells
