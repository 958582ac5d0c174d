"""What every measurement says of itself, and where it is kept."""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_PLACES = {
    **dict.fromkeys(("--data", "--ludb", "--nstdb", "--mitdb", "--ptbdb"), "DIR"),
    **dict.fromkeys(("--images", "--test", "--work"), "DIR"),
    **dict.fromkeys(("--cinc2017", "--cinc2021"), "DIR"),
    **dict.fromkeys(("--weights", "--pretrained"), "FILE"),
}
FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results"


def parser(description: str) -> argparse.ArgumentParser:
    """Return a parser with the options that every measurement has."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--json", action="store_true", help="print one JSON line only")
    options.add_argument(
        "--keep", action="store_true", help="keep the figures for RESULTS.md"
    )
    return options


def circumstances() -> dict[str, Any]:
    """Return date, commit, machine and versions."""
    import numpy
    import sklearn
    import skorch
    import torch

    import skecg

    return {
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "commit": COMMIT,
        "command": " ".join(["python -m", _module(), *_options()]),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "device": "cuda" if torch.cuda.is_available() else "cpu",
        "threads": torch.get_num_threads(),
        "versions": {
            "python": platform.python_version(),
            "skecg": skecg.__version__,
            "numpy": numpy.__version__,
            "scikit-learn": sklearn.__version__,
            "skorch": skorch.__version__,
            "torch": torch.__version__,
        },
    }


def report(name: str, figures: dict[str, Any], options: argparse.Namespace) -> None:
    """Print the figures, and keep them if that was asked for."""
    record = {"name": name, **figures, **circumstances()}
    if options.json:
        print(json.dumps(record))
    else:
        for key, value in figures.items():
            print(f"{key:24} {value}")
    if options.keep:
        keep(name, figures)


def keep(name: str, figures: dict[str, Any]) -> None:
    """Keep the figures that there are so far."""
    RESULTS.mkdir(exist_ok=True)
    record = {"name": name, **figures, **circumstances()}
    (RESULTS / f"{name}.json").write_text(dump(record) + "\n")


def dump(value: Any, margin: str = "") -> str:
    """Write JSON with one line for each innermost list or object."""
    inner = margin + "  "
    if isinstance(value, dict) and _is_nested(value.values()):
        items = [f"{json.dumps(k)}: {dump(v, inner)}" for k, v in value.items()]
        opened, closed = "{}"
    elif isinstance(value, list) and _is_nested(value):
        items = [dump(v, inner) for v in value]
        opened, closed = "[]"
    else:
        return json.dumps(value)
    body = f",\n{inner}".join(items)
    return f"{opened}\n{inner}{body}\n{margin}{closed}"


def _is_nested(values: Iterable[Any]) -> bool:
    return any(isinstance(value, dict | list) for value in values)


def say(line: str) -> None:
    """Tell on standard error how far it is, so that --json stays clean."""
    print(line, file=sys.stderr, flush=True)


def _module() -> str:
    return "benchmarks." + Path(sys.argv[0]).stem


def _options() -> list[str]:
    # Where the data lies is this machine's own business.
    words, hidden = [], None
    for word in sys.argv[1:]:
        words.append(hidden or word)
        hidden = _PLACES.get(word)
    return words


def _commit() -> str:
    def git(*words: str) -> str:
        call = ["git", "-C", str(FOLDER), *words]
        return subprocess.run(call, capture_output=True, text=True, check=True).stdout

    try:
        changed = git("diff", "HEAD", "--name-only", "--", "../skecg")
        commit = git("rev-parse", "--short", "HEAD").strip()
        return f"{commit}+changes" if changed else commit
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.machine()


COMMIT = _commit()  # of what was imported, not of what stands there hours later
