"""The plan of an estimator that skops follows, looked at before it does.

skops asks of each name whether it is on the list, not what becomes of it: in some
places it calls what is named, so that a file could run any function of the list. Shared
parts may make it walk for ever, or read one array a thousand times.
"""

import io
import json
import zipfile
from typing import Any

from skecg.persistence._allowed import only_named

_DTYPES = "numpy."
# What may be written where; None: any class of the list. Loaders that are not here
# call methods and functions, and no model needs them.
_LOADERS: dict[str, tuple[str, ...] | None] = {
    "BytesNode": ("builtins.bytes",),
    "DTypeNode": ("numpy.dtype",),
    "DictNode": (
        "builtins.dict",
        "collections.OrderedDict",
        "sklearn.utils._bunch.Bunch",
    ),
    "FunctionNode": None,
    "JsonNode": None,
    "ListNode": ("builtins.list",),
    "LossNode": ("sklearn._loss.", "_loss.", "sklearn.linear_model._sgd_fast."),
    "MaskedArrayNode": ("numpy.ma.",),
    "NdArrayNode": (_DTYPES,),
    "ObjectNode": None,
    "PartialNode": ("functools.partial",),
    "RandomGeneratorNode": ("numpy.random.",),
    "RandomStateNode": ("numpy.random.",),
    "SetNode": ("builtins.set",),
    "SliceNode": ("builtins.slice",),
    "SparseMatrixNode": None,
    "TreeNode": ("sklearn.tree._tree.Tree",),
    "TupleNode": None,
    "TypeNode": None,
}
_KEYS = frozenset({"builtins.str", "builtins.int", "builtins.float"})
# With which boosting looks at its columns; the only function that is kept with some of
# its arguments.
_CHECK = ("sklearn.utils.validation", "check_array", "FunctionNode")
_POOL = 4  # words of a seed, if one does not ask NumPy for more
_SCHEMA = "schema.json"
_BEGINNINGS = {".npy": b"\x93NUMPY", ".npz": b"PK"}


def check_plan(data: bytes) -> None:
    """Raise if skops would call, share or unpack what no model needs.

    Parameters
    ----------
    data : bytes
        An estimator as skops writes it.

    Raises
    ------
    ValueError
        If it would; the text says what.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        reader = _Reader()
        reader.count(json.loads(archive.read(_SCHEMA)))
        for name in archive.namelist():
            beginning = _BEGINNINGS.get(name[-4:], b"")
            with archive.open(name) as part:
                if part.read(len(beginning)) != beginning:
                    raise ValueError(f"{name} is no array")
            if name.endswith(".npz"):
                _check_sparse(archive.read(name))


def without_compression(data: bytes) -> bytes:
    """Return what skops wrote with its sparse matrices unpacked.

    Parameters
    ----------
    data : bytes
        An estimator as skops writes it.

    Returns
    -------
    bytes
        The same archive, in which nothing is compressed: the size of the whole tells
        that of each part.
    """
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(result, "w") as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            target.writestr(
                name, without_compression(part) if name.endswith(".npz") else part
            )
    return result.getvalue()


class _Reader:
    # Counts the parts of a plan, and remembers those that are shared.

    def __init__(self) -> None:
        self._shared: dict[Any, tuple[Any, ...]] = {}
        self._files: dict[str, Any] = {}
        self._only_named = only_named()

    def count(self, part: Any) -> int:
        if isinstance(part, list):
            return 1 + sum(map(self.count, part))
        if not isinstance(part, dict):
            return 0
        if "__loader__" in part:
            self._check(part)
        size = 1 + sum(map(self.count, part.values()))
        # skops writes a shared part as a whole wherever it stands. So no part stands
        # inside itself, and following all of them takes no longer than reading.
        shared, content = part.get("__id__"), part.get("content")
        facts = (
            size,
            *map(part.get, ("__loader__", "__module__", "__class__")),
            content if isinstance(content, str) else None,
        )
        if shared and self._shared.setdefault(shared, facts) != facts:
            raise ValueError(f"the shared part {shared} is not the same everywhere")
        return size

    def _check(self, part: dict[str, Any]) -> None:
        loader = part["__loader__"]
        name = f"{part['__module__']}.{part['__class__']}"
        if loader not in _LOADERS:
            raise ValueError(f"{name} would be made by {loader}, which no model needs")
        names = _LOADERS[loader]
        if names is not None and not name.startswith(names):
            raise ValueError(f"{name} is no name for a {loader}")
        if loader == "ObjectNode" and name in self._only_named:
            raise ValueError(f"{name} may be named, but not built")
        if loader == "DictNode":
            _check_keys(part["key_types"])
        if loader == "PartialNode":
            _check_function(part["content"]["func"])
        if loader == "RandomGeneratorNode":
            _check_pool(part["content"])
        if "file" in part:
            self._check_file(part["file"], part.get("__id__"))

    def _check_file(self, name: str, shared: Any) -> None:
        # Only what is shared is read once.
        if not shared or self._files.setdefault(name, shared) != shared:
            raise ValueError(f"{name} may be read more than once")


def _check_keys(kinds: dict[str, Any]) -> None:
    for kind in kinds["content"]:
        name = f"{kind['__module__']}.{kind['__class__']}"
        known = name in _KEYS or (name.startswith(_DTYPES) and name != "numpy.bool")
        if kind["__loader__"] != "TypeNode" or not known:
            raise ValueError(
                f"a dict has keys of {name}; only texts and numbers can be kept as keys"
            )


def _check_function(part: dict[str, Any]) -> None:
    if (part["__module__"], part["__class__"], part["__loader__"]) != _CHECK:
        raise ValueError(f"{part['__class__']} is kept with some of its arguments")


def _check_pool(content: dict[str, Any]) -> None:
    # Mixing a seed takes a time that grows with the square of its pool.
    pool = content["seed_seq"]["content"]["pool_size"]["content"]
    if json.loads(pool) != _POOL:
        raise ValueError(f"random numbers have a pool of {pool}, not {_POOL}")


def _check_sparse(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise ValueError("a sparse matrix is compressed, which no model file's is")
        if sum(entry.file_size for entry in entries) > len(data):
            raise ValueError("a sparse matrix claims to be larger than it is")
