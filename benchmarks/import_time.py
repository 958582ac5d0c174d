"""Time of `import skecg` over that of a bare Python.

Each run is a process of its own; bare and importing processes take turns.
"""

import subprocess
import sys
import time

import numpy as np

from benchmarks._record import parser, report


def seconds(code: str) -> float:
    """Return how long a fresh interpreter takes for `code`."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> None:
    """Run both in turn and report the medians."""
    options = parser(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    pairs = [(seconds("pass"), seconds("import skecg")) for _ in range(chosen.rounds)]
    bare, imported = np.median(pairs, axis=0).tolist()
    report(
        "import_time",
        {
            "protocol": f"median of {chosen.rounds} interleaved pairs of processes",
            "bare_seconds": bare,
            "import_seconds": imported,
            "difference_seconds": imported - bare,
        },
        chosen,
    )


if __name__ == "__main__":
    main()
