r"""Pre-train the vision transformer of `benchmarks.vit` on printouts that are drawn.

No picture of a real printout takes part, and no diagnosis: the network learns to read
off a drawing how high, wide and steep the waves of each lead are, and the rhythm.
What comes out is read by ``ImageClassifier("vit", weights=FILE, network_params=...)``
with the `NETWORK` of `benchmarks/_vit_pretraining.py`.

    python tools/pretrain_vit.py --ptbdb DIR --ludb DIR --cinc2021 DIR \
        --out vit.safetensors
"""

import sys
from pathlib import Path

import click

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._vit_pictures import read_sources
from benchmarks._vit_pretraining import PLAN, pretrain


@click.command()
@click.option("--ptbdb", required=True, help="Folder of PTB, whole or a part.")
@click.option("--ludb", help="Folder of LUDB, whole or a part.")
@click.option("--cinc2021", help="Folder of the 60 records of Challenge 2021.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--pictures", default=PLAN.n_pictures, show_default=True)
@click.option("--epochs", default=PLAN.max_epochs, show_default=True)
def main(
    ptbdb: str,
    ludb: str | None,
    cinc2021: str | None,
    out: Path,
    seed: int,
    pictures: int,
    epochs: int,
) -> None:
    """Read the records, draw, learn, and keep the weights."""
    plan = PLAN._replace(n_pictures=pictures, max_epochs=epochs)
    pretrain(read_sources(ptbdb, ludb, cinc2021), out, seed=seed, plan=plan)


if __name__ == "__main__":
    main()
