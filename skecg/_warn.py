"""Warnings that point at the line of whoever called, however deep they are found."""

import os
import sys
import sysconfig
from pathlib import Path
from warnings import warn

# What may stand between the user's line and ours: pipelines, searches, training loops.
_BETWEEN = ("skecg", "sklearn", "joblib", "skorch", "torch")
_LIBRARY = sysconfig.get_path("stdlib") + os.sep
_INSTALLED = tuple(f"{_LIBRARY}{name}" for name in ("site-packages", "dist-packages"))
_STARTER = "<frozen "  # Python's own modules that run another
_OURS = 2  # the level of the line that calls `warn_user`


def warn_user(message: str | Warning, category: type[Warning] | None = None) -> None:
    """Warn, with the file and the line of the user's own program.

    A pipeline puts scikit-learn's frames between the user's line and ours, and a search
    puts more: no fixed ``stacklevel`` is right for both. So the frames of this package,
    of those that call it and of Python's own library are passed over.

    Parameters
    ----------
    message : str or Warning
        As `warnings.warn` takes it.
    category : type of Warning, optional
        Of a `message` that is a str.

    Notes
    -----
    ``skip_file_prefixes`` of Python 3.12 does the same; this runs from 3.11 on. In a
    thread or process that joblib started, the user's line is not on the stack at all,
    and the warning points at the line of this package that found the reason.
    """
    warn(message, category, stacklevel=_level())


def _level() -> int:
    # Counted as `warn` does, from `warn_user` on, the frame of which is 1.
    level, frame = _OURS, sys._getframe(_OURS)  # noqa: SLF001 - there is no public name
    while _is_between(frame.f_code.co_filename):
        if frame.f_back is None:
            return _OURS
        level, frame = level + 1, frame.f_back
    return level


def _is_between(file: str) -> bool:
    if file.startswith((_LIBRARY, _STARTER)):
        return not file.startswith(_INSTALLED)
    return any(file.startswith(_folder_of(name)) for name in _BETWEEN)


def _folder_of(package: str) -> str:
    # One that is not loaded calls nobody.
    file = getattr(sys.modules.get(package), "__file__", None)
    return str(Path(file).parent) + os.sep if file else os.devnull + os.sep
