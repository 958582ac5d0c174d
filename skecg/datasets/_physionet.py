"""The databases that are downloaded, and how the cache is filled with them."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from skecg.datasets._cache import VARIABLE, data_folder, only_one
from skecg.datasets._checksums import (
    LIST_NAME,
    check_against_pinned,
    parse_list,
    read_pinned,
)
from skecg.datasets._download import disk_errors, download, download_text, sha256_of
from skecg.exceptions import DataFileNotFoundError

AT_ONCE = 4
"""How many files are downloaded at a time; most are small, and PhysioNet is far."""


class Database(NamedTuple):
    """A database on PhysioNet.

    Attributes
    ----------
    name : str
        Its short name there, which the pinned checksums go by.
    version : str
        The only one that is downloaded: checksums belong to a version.
    pattern : str
        Regular expression of the files that its reader needs.
    files_of : callable
        From a record's id to the names of these files.
    all_pinned : bool
        Whether the package has the checksums of all of them.
    """

    name: str
    version: str
    pattern: str
    files_of: Callable[[str], Sequence[str]]
    all_pinned: bool


def fill_cache(
    database: Database,
    records: Sequence[str] | None,
    *,
    data_home: str | os.PathLike[str] | None,
    base_url: str | None,
    download_if_missing: bool,
) -> Path:
    """Make sure that files are there and are the published ones.

    Every file that is wanted is checked by its SHA-256 at every call, also where
    nothing is missing; one that is damaged is downloaded anew.

    Parameters
    ----------
    database : Database
        Which one.
    records : sequence of str or None
        Ids of the records wanted, or None for all.
    data_home : str or path-like or None
        See `data_folder`.
    base_url : str or None
        Where the files are, if not on PhysioNet.
    download_if_missing : bool
        Whether to download what is missing, or to raise.

    Returns
    -------
    Path
        The folder with the files.

    Raises
    ------
    DataFileNotFoundError
        If something is missing and must not be downloaded; a `FileNotFoundError`.
    DownloadError
        If it cannot be downloaded; an `OSError`.
    OSError
        If it cannot be written.
    ValueError
        If `base_url` is none, or a record is not in the database.
    """
    folder = data_folder(data_home) / f"{database.name}-{database.version}"
    base = _check_url(base_url or _url(database))
    if download_if_missing and not _is_filled(database, records, folder):
        with only_one(folder) as ending:
            _fill(database, records, folder, base, ending)
    elif not download_if_missing:
        _require(database, records, folder, base)
    return folder


def _is_filled(database: Database, records: Sequence[str] | None, folder: Path) -> bool:
    sums = _known_sums(database, records, folder)
    return sums is not None and not _absent(folder, _wanted(database, records, sums))


def _fill(
    database: Database,
    records: Sequence[str] | None,
    folder: Path,
    base: str,
    ending: str,
) -> None:
    sums = _known_sums(database, records, folder)
    if sums is None:
        sums = _fetch_list(database, folder, base, ending)
    # Another process may have brought some of it while this one waited.
    absent = _absent(folder, _wanted(database, records, sums))

    def fetch(name: str) -> None:
        path = folder / name
        part = path.with_name(path.name + ending)
        with disk_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        download(f"{base}/{name}", path, sha256=absent[name], part=part)

    from tqdm import tqdm

    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        # disable=None: only where someone looks at a terminal
        tqdm(total=len(absent), desc=database.name, unit="file", disable=None) as bar,
    ):
        for _ in pool.map(fetch, absent):
            bar.update()


def _require(
    database: Database, records: Sequence[str] | None, folder: Path, base: str
) -> None:
    sums = _known_sums(database, records, folder)
    absent = (
        [LIST_NAME]
        if sums is None
        else list(_absent(folder, _wanted(database, records, sums)))
    )
    if absent:
        raise DataFileNotFoundError(
            f"{len(absent)} files of {database.name} {database.version} are missing or "
            f"damaged in {folder}, {absent[0]} for one. Call without "
            f"download_if_missing=False where there is a network, or copy the files of "
            f"{base} there, or set {VARIABLE} or data_home= to the folder in which "
            f"{folder.name} is."
        )


def _known_sums(
    database: Database, records: Sequence[str] | None, folder: Path
) -> dict[str, str] | None:
    # Without the network: from the package and the list that an earlier call kept.
    pinned = read_pinned(database.name)
    names = {name for record in records or () for name in database.files_of(record)}
    if database.all_pinned or (records is not None and names <= pinned.keys()):
        return pinned
    kept = folder / LIST_NAME
    if not kept.is_file():
        return None
    listed = parse_list(kept.read_text(encoding="utf-8"), source=str(kept))
    check_against_pinned(listed, pinned, source=str(kept))
    # A mirror of some records has a list of some: another server may know more.
    return listed if names <= listed.keys() else None


def _fetch_list(
    database: Database, folder: Path, base: str, ending: str
) -> dict[str, str]:
    source = f"{base}/{LIST_NAME}"
    text = download_text(source)
    listed = parse_list(text, source=source)
    check_against_pinned(listed, read_pinned(database.name), source=source)
    part = folder / (LIST_NAME + ending)
    with disk_errors(part):
        part.write_text(text, encoding="utf-8")
        part.replace(folder / LIST_NAME)
    return listed


def _wanted(
    database: Database, records: Sequence[str] | None, sums: Mapping[str, str]
) -> dict[str, str]:
    # Names come from the pattern or the record, never from a server alone.
    if records is None:
        whole = re.compile(database.pattern).fullmatch
        return {name: digest for name, digest in sums.items() if whole(name)}
    names = [name for record in records for name in database.files_of(record)]
    unknown = [name for name in names if name not in sums]
    if unknown:
        raise ValueError(
            f"{unknown[0]} is not among the files of {database.name} "
            f"{database.version}: check the ids in records."
        )
    return {name: sums[name] for name in names}


def _absent(folder: Path, wanted: Mapping[str, str]) -> dict[str, str]:
    return {
        name: digest
        for name, digest in wanted.items()
        if sha256_of(folder / name) != digest
    }


def _url(database: Database) -> str:
    return f"https://physionet.org/files/{database.name}/{database.version}"


def _check_url(base_url: str) -> str:
    if not re.match(r"https?://[^/]", base_url):
        raise ValueError(
            f"base_url must begin with http:// or https://, got {base_url!r}."
        )
    return base_url.rstrip("/")
