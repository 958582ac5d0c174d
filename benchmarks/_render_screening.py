"""The blocks of RESULTS.md on screening a folder."""

from typing import Any

from benchmarks._tables import table

Record = dict[str, Any]
WANTED = 1.5
_EVERY = 2  # points of the curve


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


def screening_memory(record: Record) -> str:
    """Return the memory as the files go by, and what each of them leaves behind."""
    curve = record["curve"]
    first = curve[0][1]
    rows = [
        [f"{n_files:,}", f"{megabytes:.1f}", f"{megabytes - first:+.1f}"]
        for n_files, megabytes in curve[::_EVERY]
    ]
    growth = curve[-1][1] - first
    return (
        f"## Memory of screening {record['n_files']:,} files\n\n"
        f"{record['protocol']}. From the first batch to the last the process grew by "
        f"{growth:.1f} MB, {growth * 2**20 / record['n_files']:.0f} bytes a file: its "
        "path and a number. A fitted model and all libraries were "
        f"{record['before_megabytes']:.0f} MB before it. With the table it was "
        f"{record['with_table_megabytes']:.1f} MB, with the page (5,000 rows, 100 "
        f"maps, {record['page_megabytes']:.1f} MB on the disk) "
        f"{record['with_page_megabytes']:.1f}; the journal is "
        f"{record['journal_megabytes']:.0f} MB. It took "
        f"{record['processor_seconds']:.0f} s of processor time, and "
        f"{record['seconds']:.0f} s by the clock beside other work (load "
        f"{record['load_average']:.1f}).\n\n"
        f"{table(['files done', 'resident (MB)', 'since the first batch'], rows)}\n"
    )
