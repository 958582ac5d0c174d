"""Pack the published SHA-256 lists that ship inside the package.

PhysioNet puts ``SHA256SUMS.txt`` beside every database. Of MIT-BIH and LUDB the list is
at hand, LUDB's for records 1 to 150; of PTB three records are, from which their
checksums are taken. Only what the readers need is kept. Nothing is random: the same
source gives the same files, byte for byte, with the same numpy and zlib.

    python tools/make_checksums.py --source DIR --out skecg/datasets/data/checksums
"""

import re
from pathlib import Path

import click
import numpy as np

from skecg.datasets._checksums import LIST_NAME, parse_list
from skecg.datasets._download import sha256_of
from skecg.datasets._fetch import DATABASES


def list_checksums(folder: Path, pattern: str) -> dict[str, str]:
    """Return the checksums of a database's files, from its list or the files.

    Parameters
    ----------
    folder : Path
        The database.
    pattern : str
        Regular expression of the files that count.

    Returns
    -------
    dict of str to str
        From each file's name to its SHA-256, sorted by name.
    """
    path = folder / LIST_NAME
    if path.is_file():
        sums = parse_list(path.read_text(encoding="utf-8"), source=str(path))
    else:
        files = (file for file in folder.rglob("*") if file.is_file())
        sums = {file.relative_to(folder).as_posix(): sha256_of(file) for file in files}
    return {name: sums[name] for name in sorted(sums) if re.fullmatch(pattern, name)}


def pack(sums: dict[str, str]) -> dict[str, np.ndarray]:
    """Arrange checksums as the arrays of a shipped file.

    Parameters
    ----------
    sums : dict of str to str
        From each file's name to its SHA-256.

    Returns
    -------
    dict of str to ndarray
        Names, and 32 bytes each.
    """
    digests = b"".join(bytes.fromhex(digest) for digest in sums.values())
    return {
        "name": np.array(list(sums)),
        "sha256": np.frombuffer(digests, dtype=np.uint8).reshape(-1, 32),
    }


@click.command()
@click.option(
    "--source",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that holds the databases, each in a folder of its short name.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write to.",
)
def main(source: Path, out: Path) -> None:
    """Pack the lists, and print how many files each names."""
    out.mkdir(parents=True, exist_ok=True)
    for database in DATABASES:
        sums = list_checksums(source / database.name, database.pattern)
        path = out / f"{database.name}.npz"
        with path.open("wb") as file:
            np.savez_compressed(file, **pack(sums))
        click.echo(f"{path}: {len(sums)} files, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
