"""Run every measurement and write RESULTS.md.

Without `--data` only those that need no database are run; the figures of the others
stay as they were kept last. The measurements of kernels run on one thread.
"""

import argparse
import os
import subprocess
import sys

from benchmarks._record import say
from benchmarks._render import render

WITHOUT_DATA = [["import_time"], ["fit_speed"], ["predict_speed"]]
SEEDS = ["--seed", "0", "1", "2"]
WITH_MITBIH = [
    ["beats", "--recipe", "defaults", *SEEDS],
    ["beats", "--recipe", "context", *SEEDS],
    ["interpatient", "--recipe", "defaults", *SEEDS],
    ["interpatient", "--recipe", "patient", "--seed", *"01234"],
    ["interpatient", "--recipe", "patient", "--split", "ds1-cv", "--seed", "0"],
    ["interpatient", "--recipe", "patient", "--leads", "2", "--seed", *"01234"],
    ["rivals", *SEEDS],
    ["rivals", "--split", "ds1-cv"],
    ["rivals", "--split", "patients", *SEEDS],
    ["speedrun", *SEEDS],
]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}

# Each measurement of kernels, the databases it needs, those it takes besides.
SIGNALS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "rpeaks": (("data",), ("ludb", "nstdb")),
    "rpeak_noise": (("data", "nstdb"), ()),
    "rpeak_speed": (("data",), ()),
    "segmentation": (("data",), ()),
    "delineation": (("data", "ludb"), ()),
    "render": ((), ()),
    "resize": (("images",), ()),
    "picture_memory": (("images",), ()),
    "screening_memory": ((), ()),
    "monitor": (("data",), ("nstdb",)),
}


def main() -> None:
    """Run them one after the other, each in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", metavar="DIR", help="folder of MIT-BIH's WFDB files")
    options.add_argument("--ludb", metavar="DIR", help="folder of LUDB")
    options.add_argument(
        "--nstdb", metavar="DIR", help="folder of the noise stress test"
    )
    options.add_argument("--images", metavar="DIR", help="folder of scanned ECGs")
    options.add_argument(
        "--ptbdb", metavar="DIR", help="folder of PTB, whole or a part, or Kaggle's"
    )
    for name in ("cinc2017", "cinc2021"):
        options.add_argument(f"--{name}", metavar="DIR", help=f"folder of {name}")
    options.add_argument(
        "--only-render", action="store_true", help="measure nothing, write RESULTS.md"
    )
    options.add_argument(
        "--only-signals", action="store_true", help="leave the classifiers out"
    )
    chosen = options.parse_args()
    if not chosen.only_render:
        if not chosen.only_signals:
            for name, *arguments in _others(chosen.data, chosen.ptbdb, chosen.images):
                _run(name, arguments, {})
            _run("pretrained", ["--pictures", *_elsewhere(chosen)], ONE_THREAD)
        for name, arguments in _signals(chosen):
            _run(name, arguments, ONE_THREAD)
    render()


def _others(data: str | None, ptbdb: str | None, images: str | None) -> list[list[str]]:
    more = [[*call, "--data", data] for call in WITH_MITBIH] if data else []
    if data and ptbdb:
        call = ["ptb_transfer", "--data", ptbdb, "--mitdb", data, *SEEDS]
        more.append(call)
    if images:
        more.append(["images", "--data", images])
        more.append(["screening", "--images", images])
    return WITHOUT_DATA + more


def _elsewhere(chosen: argparse.Namespace) -> list[str]:
    given = {"mitdb": chosen.data} | {
        name: getattr(chosen, name) for name in ("cinc2017", "cinc2021", "ptbdb")
    }
    pairs = [(f"--{name}", folder) for name, folder in given.items() if folder]
    return [word for pair in pairs for word in pair]


def _signals(chosen: argparse.Namespace) -> list[tuple[str, list[str]]]:
    folders = vars(chosen)
    calls = []
    for name, (needed, taken) in SIGNALS.items():
        if all(folders.get(database) for database in needed):
            given = [one for one in (*needed, *taken) if folders.get(one)]
            words = [(f"--{one}", folders[one]) for one in given]
            calls.append((name, [word for pair in words for word in pair]))
            if name == "monitor":  # with the model inside the package, and without
                calls.append((name, [*calls[-1][1], "--model", "rules"]))
    return calls


def _run(name: str, arguments: list[str], environment: dict[str, str]) -> None:
    say(f"benchmarks.{name} ...")
    call = [sys.executable, "-m", f"benchmarks.{name}", *arguments, "--keep"]
    subprocess.run(call, check=True, env=os.environ | environment)


if __name__ == "__main__":
    main()
