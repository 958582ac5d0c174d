"""The block of RESULTS.md that tells how well pictures of ECGs are classified."""

from typing import Any

from benchmarks._tables import decimals, table

Record = dict[str, Any]

NAMES = {
    "majority": "always the commonest class",
    "heuristic": "`TWaveThresholdClassifier`, thresholds learnt",
    "band_intensities": "`TWaveIntensity`, logistic regression",
    "hog_svm": "`HOGFeatures`, support vector machine",
    "convnet_small": '`ImageClassifier("convnet_small")`, 128 x 128, from scratch',
    "traces_svm": "`TraceReader`, waves of all leads, support vector machine",
    "network_logistic": "SqueezeNet of ImageNet, logistic regression",
    "traces_network_svm": "`TraceReader` and SqueezeNet, support vector machine",
}


def images(record: Record) -> str:
    """Return the table of four classes and that of two."""
    classes = ", ".join(f"{name} {n}" for name, n in record["n_of_class"].items())
    four, two = record["four_classes"], record["two_classes"]
    seeds = [run["seed"] for run in next(iter(four.values()))["runs"]]
    return (
        f"## Pictures of ECGs\n\n{record['n_images']} pictures in "
        f"{record['n_groups']} groups ({classes}); {record['protocol']}. Means over "
        f"the seeds {', '.join(map(str, seeds))}; the interval of the macro-F1 is the "
        "95 % one of the first seed, bootstrapped over pictures. The best "
        f"pipeline is `{record['best']['name']}`.{_rarest(record)}\n\n"
        f"{_table(four)}\n\n"
        f"Normal against the rest, where the rule of thumb belongs:\n\n{_table(two)}\n"
    )


def _rarest(record: Record) -> str:
    # One picture of a small class moves the mean of the classes much.
    name, n = min(record["n_of_class"].items(), key=lambda pair: pair[1])
    low, high = record["four_classes"][record["best"]["name"]]["macro_f1_interval"]
    return (
        f" Its interval is {high - low:.2f} wide, for of {name} there are {n} pictures "
        "only."
    )


def _table(models: dict[str, Record]) -> str:
    classes = list(next(iter(models.values()))["f1"])
    header = ["", "accuracy", "balanced acc.", "macro-F1", "95 % interval"]
    rows = []
    for name, figures in models.items():
        low, high = decimals(*figures["macro_f1_interval"])
        measures = ("accuracy", "balanced_accuracy", "macro_f1")
        rows.append(
            [
                NAMES.get(name, name),
                *decimals(*(figures[measure] for measure in measures)),
                f"{low} to {high}",
                *decimals(*figures["f1"].values()),
            ]
        )
    return table([*header, *(f"F1 {one}" for one in classes)], rows)
