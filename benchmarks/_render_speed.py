"""The blocks of RESULTS.md that time the networks."""

from typing import Any

from benchmarks._tables import decimals, table

Record = dict[str, Any]


def fit_speed(record: Record) -> str:
    """Return seconds and ratios of a fit, for each number of threads."""
    rows = [
        [
            *(threads, name, f"{seconds:.2f}"),
            *(f"{run[key].get(name, 1.0):.3f}" for key in ("ratio", "cpu_ratio")),
        ]
        for threads, run in record["threads_run"].items()
        for name, seconds in run["median_seconds"].items()
    ]
    return (
        "## Time of `SignalClassifier.fit`\n\n"
        f"{record['protocol']}. The estimator's AdamW is torch's fused form, that of "
        "the others torch's default form; and the estimator makes the C library keep "
        "the memory that tensors free, which is most of the difference.\n\n"
        f"{table(_FIT, rows)}\n"
    )


_FIT = ["threads", "", "seconds", "skecg / this", "the same in processor time"]


def predict_speed(record: Record) -> str:
    """Return throughputs and speed-ups, and what bfloat16 changes."""
    rows = [
        [run["network"], threads, ours, f"{speeds['beats_a_second'][ours]:,.0f}"]
        + [
            f"{speeds[key][f'{ours} / {other}']:.2f}"
            for key in ("speedup", "cpu_speedup")
            for other in ("plain torch", "same module")
        ]
        for run in record["runs"]
        for threads, speeds in run["threads"].items()
        for ours in ("skecg", "skecg, bfloat16")
    ]
    header = ["network", "threads", "", "beats/s", "over plain torch"]
    header += ["over the same module", "processor time: plain torch", "same module"]
    return (
        "## Time of `predict_proba`\n\n"
        f"{record['protocol']}. Plain torch is the network written with `nn.Conv1d`, "
        "the same module the package's own; both in batches of 1,024, on tensors."
        f"{_product(record)}\n\n"
        f"{table(header, rows)}\n\n"
        f"{table(_EXACTNESS, [_exactness(run) for run in record['runs']])}\n"
    )


def _product(record: Record) -> str:
    speedup = record.get("bfloat16_product_speedup")
    if speedup is None:
        return ""
    return (
        " On this processor a plain product of two matrices is "
        f"{speedup:.2f} times as fast in bfloat16 as in float32, on one thread: what a "
        "network gains or loses follows it."
    )


_EXACTNESS = ["largest difference of a probability", "float32 to plain torch"]
_EXACTNESS += ["bfloat16 to float32", "classes that bfloat16 changes"]


def _exactness(run: Record) -> list[str]:
    return [
        run["network"],
        f"{run['largest_difference']:.1e}",
        f"{run['bfloat16_largest_difference']:.1e}",
        f"{run['bfloat16_changed_classes']:.3%}",
    ]


def speedrun(record: Record) -> str:
    """Return the time to the target, seed by seed."""
    rows = [
        [
            run["seed"],
            *decimals(run["accuracy"]),
            "yes" if run["reached"] else "no",
            f"{run['fit_seconds']:.0f}",
            f"{run['cpu_seconds']:.0f}",
        ]
        for run in record["runs"]
    ]
    header = ["seed", "accuracy", f"{record['target']:.1%} reached"]
    header += ["fit (s)", "processor time (s)"]
    seconds = record["seconds_to_target"]
    outcome = "not reached by all" if seconds is None else f"{seconds:.0f} s"
    return (
        f"## Time to {record['target']:.1%} on shuffled beats (optimistic), "
        f"{record['ran_on']}: {outcome}\n\n"
        f"{record['estimator']}. {record['protocol']}. The time is that of the whole "
        "`fit`; no test part took part in the choice of the recipe.\n\n"
        f"{table(header, rows)}\n"
    )
