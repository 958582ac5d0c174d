"""The blocks of RESULTS.md that measure image kernels."""

from typing import Any

from benchmarks._tables import table

Record = dict[str, Any]


def resize(record: Record) -> str:
    """Return the time of making a scan small, and of a folder of them."""
    ratios, fastest = record["opencv_over_this"], record["fastest_milliseconds"]
    off, first = record["worst_grey_levels_off"], record["first_call_seconds"]
    rows = [
        [name, f"{ms:.3f}", f"{fastest[name]:.3f}", f"{ratios[name]:.1f}", off[name]]
        for name, ms in record["milliseconds"].items()
    ]
    header = ["", "ms", "fastest (ms)", "OpenCV / this", "worst error (grey levels)"]
    folder = record["folder"]
    return (
        f"## Making a scan small\n\n{record['protocol']}. The error is the largest "
        "distance of a pixel from the exact mean of its area; a result that is rounded "
        "once is off by half a level at most. Bilinear weights are others, so theirs "
        "is no error. The first call of all takes "
        f"{first['cold']:.1f} s, in which the kernel is compiled; the first of a later "
        f"process {first['cached']:.2f} s.\n\n{table(header, rows)}\n\n"
        f"{folder['n_files']} JPEGs of that size through `ImageResizer`: "
        f"{folder['ImageResizer']:.2f} s on {folder['n_threads']} threads, "
        f"{folder['loop']:.2f} s in a loop with the same decoder and kernel, "
        f"{folder['gain']:.2f} times as fast. The machine's load was "
        f"{record['load_average']:.1f}: where it is more than a few tenths, threads "
        "find no free core and that gain says nothing. Over "
        f"{folder['n_files_of_memory']} files the process grew by "
        f"{folder['peak_growth_megabytes']:.1f} MB at most, of which "
        f"{folder['output_megabytes']:.1f} are the result; one decoded scan has "
        f"{folder['decoded_megabytes']:.1f}.\n"
    )
