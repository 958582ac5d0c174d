"""The block of RESULTS.md on the memory of many pictures."""

from typing import Any

from benchmarks._tables import table

Record = dict[str, Any]


def picture_memory(record: Record) -> str:
    """Return growth beside what cannot be done without, step by step."""
    steps, direct = record["through_the_steps"], record["direct"]
    output, batch = steps["output_megabytes"], steps["batch_megabytes"]
    whole, computed = steps["pipeline"], steps["computed_megabytes"]
    kept = "kept" if steps["is_within_two_batches"] else "not kept"
    rows = [
        _row(f"`ImageResizer`, {steps['n_files']:,} files", output, steps["resizer"]),
        _row(f"both steps, {steps['n_files']:,} files", output, whole),
    ]
    for n_files, grown in direct["by_files"].items():
        name = f"`ImageClassifier` alone, {int(n_files):,} files in colour"
        rows.append(_row(name, 0.0, grown))
    header = ["", "result (MB)", "growth (MB)", "above the result (MB)"]
    header += ["processor time (s)"]
    n_most, most = max(direct["stack_megabytes"].items(), key=lambda one: one[1])
    of_pictures = direct["computed_megabytes"]["two_batches"]
    of_network = direct["computed_megabytes"]["network"]
    return (
        f"## Memory of many pictures\n\n{record['protocol']}. One batch, the "
        f"{steps['rows_of_a_batch']} pictures that the network takes at once, through "
        f"both steps takes {batch:.1f} MB. Of these {computed['decoding']:.1f} are "
        "computed for the decoders (a file, its pixels, and two copies of them, on "
        f"each thread) and {computed['network']:.1f} for the network (the batch in "
        "floats, and what goes into and out of its largest layer); the rest is torch's "
        "and the C library's own. So the bound of the result and two batches, "
        f"{output:.1f} + 2 x {batch:.1f} = {output + 2 * batch:.1f} MB, is {kept}: "
        f"{steps['batches_above_output']:.2f} batches above the result. Given to the "
        f"classifier as they are, {int(n_most):,} files would be {most:,.0f} MB as one "
        f"array. Two batches of their pixels are {of_pictures:.1f} MB, a batch in the "
        f"network {of_network:.1f}; what is above that the C library keeps free, in "
        "pieces between tensors of other sizes.\n\n"
        f"{table(header, rows)}\n"
    )


def _row(name: str, output: float, grown: dict[str, float]) -> list[Any]:
    growth = grown["growth"]
    seconds = grown["processor_seconds"]
    return [name, *(f"{v:.1f}" for v in (output, growth, growth - output, seconds))]
