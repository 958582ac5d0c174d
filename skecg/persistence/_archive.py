"""The zip archive around a model: written whole, and read with mistrust.

Nothing in it is compressed, so no entry can be larger than the file: a file of a
kilobyte that unpacks to gigabytes is refused by its table of contents alone.
"""

import contextlib
import hashlib
import io
import json
import math
import os
import re
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from skecg._files import replaced
from skecg.exceptions import DataFileNotFoundError, ModelFileError

FORMAT = "skecg-model"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
ESTIMATOR = "estimator.skops"

_NETWORK = "networks/{}.safetensors"
_NAMES = re.compile(r"manifest\.json|estimator\.skops|networks/\d{1,4}\.safetensors")
_MOST_PARTS = 10_000  # networks of a large search
_MOST_ENTRIES = 200_000  # arrays inside the estimator
_LARGEST_MANIFEST = 2**24
_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")
_SEAL = "sha256:"  # of the manifest, which holds those of all other parts


class Contents(NamedTuple):
    """What a model file holds.

    Attributes
    ----------
    manifest : dict
        The model in words.
    estimator : bytes
        Everything but the weights of networks, as skops writes it.
    networks : list of bytes
        Weights, as safetensors writes them.
    """

    manifest: dict[str, Any]
    estimator: bytes
    networks: list[bytes]


def write_archive(path: Path, contents: Contents) -> None:
    """Write a model file, or leave what was there as it was.

    Parameters
    ----------
    path : Path
        Where to; its folder must exist.
    contents : Contents
        Sizes and hashes are added to the manifest.
    """
    parts = {ESTIMATOR: contents.estimator} | {
        _NETWORK.format(index): one for index, one in enumerate(contents.networks)
    }
    facts = {
        name: {"size": len(part), "sha256": _sha256(part)}
        for name, part in parts.items()
    }
    manifest = {"format": FORMAT, "format_version": FORMAT_VERSION}
    text = json.dumps(manifest | contents.manifest | {"parts": facts}, indent=2)
    with replaced(path) as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr(MANIFEST, text)
        for name, part in parts.items():
            archive.writestr(name, part)
        archive.comment = (_SEAL + _sha256(text.encode())).encode()


def read_archive(path: Path, *, max_bytes: int) -> Contents:
    """Read a model file.

    Parameters
    ----------
    path : Path
        Of the file.
    max_bytes : int
        A larger file is not opened.

    Returns
    -------
    Contents

    Raises
    ------
    DataFileNotFoundError
        If there is no such file.
    ModelFileError
        If it is too large, no such archive, from a newer version, or not as it was
        written.
    """
    with _opened(path, max_bytes) as archive:
        manifest = _manifest(archive, path)
        parts = {
            name: _part(archive, name, fact, path)
            for name, fact in manifest["parts"].items()
        }
    networks = [_NETWORK.format(index) for index in range(len(parts) - 1)]
    if set(parts) != {ESTIMATOR, *networks}:
        raise _damaged(path, "its parts are not numbered one by one")
    return Contents(manifest, parts[ESTIMATOR], [parts[name] for name in networks])


def read_manifest_of(path: Path, *, max_bytes: int) -> dict[str, Any]:
    """Read what a model file says of itself, and nothing else of it."""
    with _opened(path, max_bytes) as archive:
        return _manifest(archive, path)


def count_parameters(path: Path, *, max_bytes: int) -> list[int]:
    """Count the parameters of each network of a model file; none is read.

    Parameters
    ----------
    path : Path
        Of the file.
    max_bytes : int
        A larger file is not opened.

    Returns
    -------
    list of int
        In the order of the parts. Statistics of normalisation are no parameters.

    Raises
    ------
    DataFileNotFoundError, ModelFileError
        As `read_archive` does.
    """
    with _opened(path, max_bytes) as archive:
        n_networks = len(_manifest(archive, path)["parts"]) - 1
        names = [_NETWORK.format(index) for index in range(n_networks)]
        try:
            return [_count(archive, name) for name in names]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _damaged(path, f"its networks cannot be counted ({error})") from error


def _count(archive: zipfile.ZipFile, name: str) -> int:
    # A file of safetensors begins with names and shapes, as JSON.
    with archive.open(name) as file:
        length = int.from_bytes(file.read(8), "little")
        if length > _LARGEST_MANIFEST:
            raise ValueError(f"the table of {name} is too large")
        tensors = json.loads(file.read(length))
    shapes = [
        facts["shape"]
        for tensor, facts in tensors.items()
        if not tensor.endswith((*_STATISTICS, "__metadata__"))
    ]
    # A made-up table must not have products computed that take long, or make no sense.
    most = archive.getinfo(name).file_size
    if not all(type(n) is int and 0 <= n <= most for shape in shapes for n in shape):
        raise ValueError(f"a shape in {name} is none")
    total = sum(map(math.prod, shapes))
    if total > most:
        raise ValueError(f"{name} has fewer bytes than numbers")
    return total


def check_inner_archive(data: bytes, path: Path) -> None:
    """Raise a `ModelFileError` if what skops is about to unpack is no plain archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive, len(data), _MOST_ENTRIES, path)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise _damaged(path, f"{ESTIMATOR} cannot be opened ({error})") from error


@contextlib.contextmanager
def _opened(path: Path, max_bytes: int) -> Any:
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises on long names
        raise DataFileNotFoundError(f"There is no model file {path}.")
    size = path.stat().st_size
    if size > max_bytes:
        raise ModelFileError(
            f"{path} has {size:,} bytes, more than the {max_bytes:,} that are allowed. "
            "If it is meant to be so large, raise max_bytes."
        )
    try:
        with zipfile.ZipFile(path) as archive:
            _check_entries(archive, size, _MOST_PARTS, path)
            yield archive
    # What zipfile raises for an archive that was cut or changed.
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise _damaged(path, f"it cannot be opened as an archive ({error})") from error
    except (UnicodeDecodeError, RuntimeError) as error:
        raise _damaged(path, f"an entry cannot be read ({error})") from error


def _check_entries(archive: zipfile.ZipFile, size: int, most: int, path: Path) -> None:
    entries = archive.infolist()
    if len(entries) > most:
        raise _damaged(path, f"it has {len(entries):,} entries, {most:,} are allowed")
    if len({entry.filename for entry in entries}) < len(entries):
        raise _damaged(path, "two of its entries have one name")
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise _damaged(path, "an entry is compressed, which no model file's is")
    if sum(entry.file_size for entry in entries) > size:
        raise _damaged(path, "its entries claim to be larger than the file")


def _manifest(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    try:
        entry = archive.getinfo(MANIFEST)
    except KeyError:
        raise ModelFileError(
            f"{path} is an archive, but no model that skecg.save has written: it has "
            f"no {MANIFEST}."
        ) from None
    if entry.file_size > _LARGEST_MANIFEST:
        raise _damaged(path, f"its {MANIFEST} is too large")
    text = archive.read(entry)
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(path, f"its {MANIFEST} is no JSON ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ModelFileError(f"{path} is no model that skecg.save has written.")
    version = manifest.get("format_version")
    if not isinstance(version, int) or version < 1:
        raise _damaged(path, f"its format has the version {version!r}")
    if version > FORMAT_VERSION:
        made_by = manifest.get("versions", {})
        raise ModelFileError(
            f"{path} is of format {version}, this version of skecg reads up to "
            f"{FORMAT_VERSION}. It was written with {made_by}: update skecg."
        )
    if archive.comment.decode("latin-1") != _SEAL + _sha256(text):
        raise _damaged(path, f"its {MANIFEST} was changed after it was written")
    _check_parts(manifest.get("parts"), archive, path)
    return manifest


def _check_parts(facts: Any, archive: zipfile.ZipFile, path: Path) -> None:
    names = set(archive.namelist()) - {MANIFEST}
    if not isinstance(facts, dict) or set(facts) != names:
        raise _damaged(path, f"its entries are not those that its {MANIFEST} names")
    if ESTIMATOR not in names or not all(map(_NAMES.fullmatch, names)):
        raise _damaged(path, "its entries have other names than a model's")


def _part(archive: zipfile.ZipFile, name: str, fact: Any, path: Path) -> bytes:
    part = archive.read(name)
    if not isinstance(fact, dict) or fact.get("sha256") != _sha256(part):
        raise _damaged(path, f"{name} was changed after it was written")
    return part


def _damaged(path: Path, what: str) -> ModelFileError:
    return ModelFileError(
        f"{path} is no model file, or was damaged or tampered with: {what}. Fetch it "
        "again from where it came from, or save the model again."
    )


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
