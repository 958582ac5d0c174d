"""The packaged models on data that took no part in their training.

MIT-BIH's DS2 (each look is in `ds2_log.jsonl`), the printouts inside the package, and
other databases: Challenge 2017 (normal rhythm or not), Challenge 2021 (premature beats)
and PTB (infarction, which no model of beats was trained to see).
"""

import json
from collections.abc import Callable
from typing import Any

from benchmarks._pretrained_tests import (
    heartbeats_on_ds2,
    kachuee_on_ds2,
    on_cinc2017,
    on_cinc2021,
    on_ptb,
    packaged_pictures,
)
from benchmarks._record import COMMIT, RESULTS, parser, report, say
from skecg.pretrained import list_pretrained

ONE, TWO = "heartbeats", "heartbeats-two-leads"


def kept() -> dict[str, Any]:
    """Return what earlier runs kept: each part says the commit it was measured at."""
    path = RESULTS / "pretrained.json"
    return json.loads(path.read_text())["measured"] if path.exists() else {}


def main() -> None:
    """Measure what there is data for, and report."""
    options = parser(__doc__.splitlines()[0])
    for name in ("mitdb", "cinc2017", "cinc2021", "ptbdb"):
        options.add_argument(f"--{name}", metavar="DIR", help=f"folder of {name}")
    options.add_argument(
        "--pictures", action="store_true", help="those inside the package"
    )
    chosen = options.parse_args()
    measures: dict[str, tuple[str | None, Callable[[str], dict[str, Any]]]] = {
        f"{ONE} on DS2": (chosen.mitdb, lambda at: heartbeats_on_ds2(ONE, at, 1)),
        f"{TWO} on DS2": (chosen.mitdb, lambda at: heartbeats_on_ds2(TWO, at, 2)),
        "heartbeats-kachuee on DS2": (
            chosen.mitdb,
            lambda at: kachuee_on_ds2("heartbeats-kachuee", at),
        ),
        "ecg-images on the packaged pictures": (
            "" if chosen.pictures else None,
            lambda _: packaged_pictures("ecg-images"),
        ),
        f"{ONE} on cinc2017": (chosen.cinc2017, lambda at: on_cinc2017(ONE, at)),
        f"{ONE} on cinc2021": (
            chosen.cinc2021,
            lambda at: on_cinc2021(ONE, at, ("II",)),
        ),
        f"{TWO} on cinc2021": (
            chosen.cinc2021,
            lambda at: on_cinc2021(TWO, at, ("II", "V1")),
        ),
        f"{ONE} on ptbdb": (chosen.ptbdb, lambda at: on_ptb(ONE, at)),
    }
    told = kept() if chosen.keep else {}
    for name, (folder, measured) in measures.items():
        there = name.partition(" on ")[0] in list_pretrained()
        if folder is not None and there:
            told[name] = {**measured(folder), "commit": COMMIT}
            say(f"{name}: {told[name]}")
    report("pretrained", {"measured": told}, chosen)


if __name__ == "__main__":
    main()
