"""Run every measurement and write RESULTS.md.

Without `--data` only those that need no database are run; the figures of the others
stay as they were kept last.
"""

import argparse
import subprocess
import sys

from benchmarks._record import parser, say
from benchmarks._render import render

WITHOUT_DATA = [["import_time"], ["fit_speed"]]
SEEDS = ["--seed", "0", "1", "2"]
WITH_DATA = [["beats", *SEEDS], ["interpatient", *SEEDS]]


def main() -> None:
    """Run them one after the other, each in a process of its own."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", help="folder of MIT-BIH's WFDB files")
    options.add_argument("--ludb", metavar="DIR", help="folder of LUDB, for R-peaks")
    options.add_argument(
        "--nstdb", metavar="DIR", help="noise stress test, for R-peaks"
    )
    options.add_argument(
        "--only-render", action="store_true", help="measure nothing, write RESULTS.md"
    )
    chosen = options.parse_args()
    calls = [] if chosen.only_render else list(WITHOUT_DATA)
    if chosen.data and not chosen.only_render:
        calls += [[*call, "--data", chosen.data] for call in WITH_DATA]
        calls.append(["rpeaks", "--data", chosen.data, *_more_databases(chosen)])
    for name, *arguments in calls:
        say(f"benchmarks.{name} ...")
        module = [sys.executable, "-m", f"benchmarks.{name}"]
        subprocess.run([*module, *arguments, "--keep"], check=True)
    render()


def _more_databases(chosen: argparse.Namespace) -> list[str]:
    given = {"--ludb": chosen.ludb, "--nstdb": chosen.nstdb}
    return [word for pair in given.items() if pair[1] for word in pair]


if __name__ == "__main__":
    main()
