"""The block of RESULTS.md on screening a folder."""

from typing import Any

from benchmarks._tables import table

Record = dict[str, Any]
WANTED = 1.5


def screening(record: Record) -> str:
    """Return how many files a second, beside a straight loop."""
    speeds, gain = record["files_a_second"], record["gain"]
    rows = [
        ["decode, resize and predict in a loop", f"{speeds['loop']:.1f}", "1.00"],
        ["`skecg.screening.screen`", f"{speeds['screen']:.1f}", f"{gain:.2f}"],
    ]
    kept = "reached" if gain >= WANTED else "missed"
    return (
        f"## Screening a folder\n\n{record['protocol']}. The aim of {WANTED} times the "
        f"loop is {kept}. `screen` also hashes every file, keeps a journal on the disk "
        "and sorts a table: it takes "
        f"{record['processor_time_of_screen_over_loop']:.2f} times the loop's "
        f"processor time. The machine's load was {record['load_average']:.1f}: the two "
        "contestants wait for each other and make up to 2 of it; more means other "
        "work, beside which the ratio says nothing.\n\n"
        f"{table(['', 'files a second', 'times the loop'], rows)}\n"
    )
