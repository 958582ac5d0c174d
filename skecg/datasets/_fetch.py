"""Download databases from PhysioNet and read them."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, overload

from sklearn.utils import Bunch

from skecg.datasets._ludb import check_ludb_records, read_ludb
from skecg.datasets._mitbih import read_mitbih
from skecg.datasets._mitbih_facts import check_records
from skecg.datasets._physionet import Database, fill_cache
from skecg.datasets._ptb import read_ptb
from skecg.datasets._ptb_facts import STANDARD_LEADS, check_ptb_records

_LUDB_ENDINGS = ("hea", "dat", *(lead.lower() for lead in STANDARD_LEADS))

_MITDB = Database(
    name="mitdb",
    version="1.0.0",
    pattern=r"\d{3}\.(hea|dat|atr)",
    files_of=lambda record: [f"{record}.{end}" for end in ("hea", "dat", "atr")],
    all_pinned=True,
)
_PTBDB = Database(
    name="ptbdb",
    version="1.0.0",
    pattern=r"patient\d{3}/\w+\.(hea|dat|xyz)",
    files_of=lambda record: [f"{record}.{end}" for end in ("hea", "dat", "xyz")],
    all_pinned=False,
)
_LUDB = Database(
    name="ludb",
    version="1.0.1",
    pattern=rf"data/\d+\.({'|'.join(_LUDB_ENDINGS)})",
    files_of=lambda record: [f"data/{record}.{end}" for end in _LUDB_ENDINGS],
    all_pinned=False,
)
DATABASES = (_MITDB, _PTBDB, _LUDB)
"""All that can be downloaded."""


@overload
def fetch_mitbih(
    *,
    records: Sequence[str] | None = ...,
    data_home: str | os.PathLike[str] | None = ...,
    base_url: str | None = ...,
    download_if_missing: bool = ...,
    return_path: Literal[False] = ...,
) -> Bunch: ...


@overload
def fetch_mitbih(
    *,
    records: Sequence[str] | None = ...,
    data_home: str | os.PathLike[str] | None = ...,
    base_url: str | None = ...,
    download_if_missing: bool = ...,
    return_path: Literal[True],
) -> Path: ...


def fetch_mitbih(
    *,
    records: Sequence[str] | None = None,
    data_home: str | os.PathLike[str] | None = None,
    base_url: str | None = None,
    download_if_missing: bool = True,
    return_path: bool = False,
) -> Bunch | Path:
    """Download the MIT-BIH Arrhythmia Database where it is missing, and read it.

    90 MB, once: what is there already is not loaded again. Every file is checked at
    every call by a SHA-256 that ships inside the package, and gets its name only when
    it is whole; a download that broke off goes on where it stopped. Several processes
    may call at once: one downloads, and the others wait for it.

    Parameters
    ----------
    records : sequence of str, optional
        Ids of the records wanted, such as ``["100", "101"]``. By default all 48.
    data_home : str or path-like, optional
        Where databases are kept; this one in the folder ``mitdb-1.0.0`` in it. By
        default the folder that the environment variable ``SKECG_DATA`` names, or else
        ``skecg`` in the user's folder for caches: ``%LOCALAPPDATA%`` on Windows,
        ``~/Library/Caches`` on macOS, ``$XDG_CACHE_HOME`` or ``~/.cache`` elsewhere.
    base_url : str, optional
        Where to download from instead of ``https://physionet.org/files/mitdb/1.0.0``,
        a mirror for instance.
    download_if_missing : bool, default=True
        If False, nothing is downloaded, and a missing or damaged file is an error.
    return_path : bool, default=False
        Return the folder with the files, to be read with other options:
        ``read_mitbih(fetch_mitbih(return_path=True), beats="centered")``.

    Returns
    -------
    Bunch or Path
        What `read_mitbih` returns by default, or the folder.

    Raises
    ------
    DataFileNotFoundError
        If something is missing and `download_if_missing` is False; a
        `FileNotFoundError`.
    DownloadError
        If a file cannot be downloaded, or what came is not the published one; an
        `OSError`.
    OSError
        If the disk is full or the folder cannot be written to.
    ValueError
        If a record is not in the database or `base_url` is none.
    ImportError
        If wfdb is not installed (``pip install skecg[io]``); not with `return_path`.

    Warns
    -----
    LeadWarning
        As `read_mitbih` does; not with `return_path`.

    See Also
    --------
    read_mitbih : Read the files with other options.
    load_mitbih_sample : Two minutes of each record, inside the package.

    Examples
    --------
    >>> from skecg.datasets import fetch_mitbih
    >>> heartbeats = fetch_mitbih()  # doctest: +SKIP
    >>> heartbeats.data.shape  # doctest: +SKIP
    (109440, 187)
    """
    ids = None if records is None else check_records(records)
    folder = fill_cache(
        _MITDB,
        ids,
        data_home=data_home,
        base_url=base_url,
        download_if_missing=download_if_missing,
    )
    return folder if return_path else read_mitbih(folder, records=ids)


@overload
def fetch_ptb(
    *,
    records: Sequence[str] | None = ...,
    data_home: str | os.PathLike[str] | None = ...,
    base_url: str | None = ...,
    download_if_missing: bool = ...,
    return_path: Literal[False] = ...,
) -> Bunch: ...


@overload
def fetch_ptb(
    *,
    records: Sequence[str] | None = ...,
    data_home: str | os.PathLike[str] | None = ...,
    base_url: str | None = ...,
    download_if_missing: bool = ...,
    return_path: Literal[True],
) -> Path: ...


def fetch_ptb(
    *,
    records: Sequence[str] | None = None,
    data_home: str | os.PathLike[str] | None = None,
    base_url: str | None = None,
    download_if_missing: bool = True,
    return_path: bool = False,
) -> Bunch | Path:
    """Download the PTB Diagnostic ECG Database where it is missing, and read it.

    1.7 GB, once, in the manner of `fetch_mitbih`. Checksums: those of patient001 ship
    inside the package. All others come from the list ``SHA256SUMS.txt`` beside the
    files, which is downloaded first, kept, and refused if it contradicts the ones
    inside the package. So damage on the way is found, for every file; that the list
    itself is PhysioNet's, only the encrypted connection tells.

    Parameters
    ----------
    records : sequence of str, optional
        Ids of the records wanted, such as ``["patient001/s0010_re"]``. By default all
        that the list names.
    data_home : str or path-like, optional
        Where databases are kept, see `fetch_mitbih`; this one in ``ptbdb-1.0.0``.
    base_url : str, optional
        Where to download from instead of ``https://physionet.org/files/ptbdb/1.0.0``.
    download_if_missing : bool, default=True
        If False, nothing is downloaded, and a missing or damaged file is an error.
    return_path : bool, default=False
        Return the folder with the files, to be read with other options:
        ``read_ptb(fetch_ptb(return_path=True), leads=15, duration=None)``.

    Returns
    -------
    Bunch or Path
        What `read_ptb` returns by default, the first ten seconds of twelve leads, or
        the folder.

    Raises
    ------
    DataFileNotFoundError
        If something is missing and `download_if_missing` is False; a
        `FileNotFoundError`.
    DownloadError
        If a file cannot be downloaded, or what came is not the one in the list; an
        `OSError`.
    OSError
        If the disk is full or the folder cannot be written to.
    ValueError
        If a record is not in the list or `base_url` is none.
    ImportError
        If wfdb is not installed (``pip install skecg[io]``); not with `return_path`.

    See Also
    --------
    read_ptb : Read the files with other options.
    load_ptb_sample : A few of its records, inside the package.

    Examples
    --------
    >>> from skecg.datasets import fetch_ptb
    >>> ptb = fetch_ptb(records=["patient001/s0010_re"])  # doctest: +SKIP
    >>> ptb.data.shape, ptb.target.tolist()  # doctest: +SKIP
    ((1, 12, 10000), ['infarction'])
    """
    ids = None if records is None else check_ptb_records(records)
    folder = fill_cache(
        _PTBDB,
        ids,
        data_home=data_home,
        base_url=base_url,
        download_if_missing=download_if_missing,
    )
    return folder if return_path else read_ptb(folder, records=ids)


@overload
def fetch_ludb(
    *,
    records: Sequence[str] | None = ...,
    data_home: str | os.PathLike[str] | None = ...,
    base_url: str | None = ...,
    download_if_missing: bool = ...,
    return_path: Literal[False] = ...,
) -> Bunch: ...


@overload
def fetch_ludb(
    *,
    records: Sequence[str] | None = ...,
    data_home: str | os.PathLike[str] | None = ...,
    base_url: str | None = ...,
    download_if_missing: bool = ...,
    return_path: Literal[True],
) -> Path: ...


def fetch_ludb(
    *,
    records: Sequence[str] | None = None,
    data_home: str | os.PathLike[str] | None = None,
    base_url: str | None = None,
    download_if_missing: bool = True,
    return_path: bool = False,
) -> Bunch | Path:
    """Download the Lobachevsky database where it is missing, and read it.

    25 MB in 2,800 files, once, in the manner of `fetch_mitbih`. Checksums: those of
    records 1 to 150 ship inside the package. The others come from the list
    ``SHA256SUMS.txt`` beside the files, which is downloaded first, kept, and refused if
    it contradicts the ones inside the package.

    Parameters
    ----------
    records : sequence of str, optional
        Ids of the records wanted, ``"1"`` to ``"200"``. By default all that the list
        names.
    data_home : str or path-like, optional
        Where databases are kept, see `fetch_mitbih`; this one in ``ludb-1.0.1``.
    base_url : str, optional
        Where to download from instead of ``https://physionet.org/files/ludb/1.0.1``.
    download_if_missing : bool, default=True
        If False, nothing is downloaded, and a missing or damaged file is an error.
    return_path : bool, default=False
        Return the folder with the files, to be read with other options:
        ``read_ludb(fetch_ludb(return_path=True), lead="V2")``.

    Returns
    -------
    Bunch or Path
        What `read_ludb` returns by default, or the folder.

    Raises
    ------
    DataFileNotFoundError
        If something is missing and `download_if_missing` is False; a
        `FileNotFoundError`.
    DownloadError
        If a file cannot be downloaded, or what came is not the published one; an
        `OSError`.
    OSError
        If the disk is full or the folder cannot be written to.
    ValueError
        If a record is not in the database or `base_url` is none.
    ImportError
        If wfdb is not installed (``pip install skecg[io]``); not with `return_path`.

    See Also
    --------
    read_ludb : Read the files with other options.
    load_ludb_sample : Twenty of its records, inside the package.

    Examples
    --------
    >>> from skecg.datasets import fetch_ludb
    >>> ludb = fetch_ludb(records=["1", "2"])  # doctest: +SKIP
    >>> ludb.data.shape  # doctest: +SKIP
    (2, 12, 5000)
    """
    ids = None if records is None else check_ludb_records(records)
    folder = fill_cache(
        _LUDB,
        ids,
        data_home=data_home,
        base_url=base_url,
        download_if_missing=download_if_missing,
    )
    return folder if return_path else read_ludb(folder, records=ids)
