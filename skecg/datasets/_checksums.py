"""The SHA-256 of every file that is downloaded: from the package, or its server."""

import re
from importlib.resources import files

from skecg.datasets._archive import read_archive
from skecg.exceptions import DownloadError

LIST_NAME = "SHA256SUMS.txt"
"""The list beside every database on PhysioNet."""

_FOLDER = files("skecg.datasets") / "data" / "checksums"
_LINE = re.compile(r"([0-9a-f]{64}) [ *]?(\S.*)")


def read_pinned(database: str) -> dict[str, str]:
    """Return the checksums of a database that ship inside the package.

    They were taken from the database itself, so that neither a server nor a proxy can
    hand over anything else.

    Parameters
    ----------
    database : {"mitdb", "ludb", "ptbdb"}
        Its short name on PhysioNet.

    Returns
    -------
    dict of str to str
        From each file's name to its SHA-256: all files for ``"mitdb"``, records 1 to
        150 for ``"ludb"``, those of patient001 for ``"ptbdb"``.

    Examples
    --------
    >>> from skecg.datasets._checksums import read_pinned
    >>> read_pinned("mitdb")["100.hea"][:12]
    '60ebc904c7bf'
    """
    stored = read_archive(_FOLDER / f"{database}.npz")  # by tools/make_checksums.py
    digests = (digest.tobytes().hex() for digest in stored["sha256"])
    return dict(zip(stored["name"].tolist(), digests, strict=True))


def parse_list(text: str, *, source: str) -> dict[str, str]:
    """Read a list of checksums, in full or not at all.

    Parameters
    ----------
    text : str
        Lines of a SHA-256, a blank and a file's name, each with its line end.
    source : str
        Where it is from, for the error text.

    Returns
    -------
    dict of str to str
        From each file's name to its SHA-256.

    Raises
    ------
    DownloadError
        If it is something else, or cut.
    """
    matches = [_LINE.fullmatch(line) for line in text.splitlines()]
    if not matches or None in matches or not text.endswith("\n"):
        raise DownloadError(
            f"{source} is no whole list of SHA-256 checksums. Is base_url right? "
            "Remove the file if it lies in a folder of yours."
        )
    return {match[2]: match[1] for match in matches if match is not None}


def check_against_pinned(
    listed: dict[str, str], pinned: dict[str, str], *, source: str
) -> None:
    """Refuse a list that contradicts the checksums inside the package.

    Parameters
    ----------
    listed : dict of str to str
        What a server says.
    pinned : dict of str to str
        What the package says.
    source : str
        Where the list is from, for the error text.

    Raises
    ------
    DownloadError
        If they give different checksums for a file, or have no file in common.
    """
    common = listed.keys() & pinned.keys()
    differ = sorted(name for name in common if listed[name] != pinned[name])
    if differ or not common:
        what = f"gives another checksum for {differ[0]}" if differ else "names no file"
        raise DownloadError(
            f"{source} is not the list of this version of the database: it {what} that "
            "this package knows. Is base_url right?"
        )
