"""What went wrong, in a sentence and an exit code instead of a traceback.

Every command ends with one of these:

0. It is done.
1. It failed: a file is missing or damaged, or cannot be written.
2. It was called wrongly: what was asked for is not there, or makes no sense.
3. It is done, but some files, records or lines could not be used; it says which.
"""

import errno
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

NOT_ALL_USED = 3


class Command(click.Group):
    """The command, which says in a sentence that its output finds no place."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):  # a mistake of ours
                raise
            raise click.ClickException(f"{error.strerror}.") from error


def was_given(name: str) -> bool:
    """Return whether a parameter of the running command was named by its user."""
    source = click.get_current_context().get_parameter_source(name)
    return source not in (None, click.core.ParameterSource.DEFAULT)


def refuse_given(names: Iterable[str], reason: str) -> None:
    """Raise if options were given that would be of no effect.

    Parameters
    ----------
    names : iterable of str
        Parameters of the running command.
    reason : str
        What goes behind the option's name: "is for records, ...".

    Raises
    ------
    click.UsageError
        Naming the first; it exits with 2.
    """
    command = click.get_current_context().command
    flags = {one.name: max(one.opts, key=len) for one in command.params}
    for name in names:
        if was_given(name):
            raise click.UsageError(f"{flags[name]} {reason}")


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn errors that a user can mend into click's, which exit with 1.

    Whatever else is raised is a mistake of ours, and keeps its traceback.
    """
    # Here and not above, so that `skecg --help` loads as little as it can.
    from skecg.exceptions import SkecgError

    try:
        yield
    except SkecgError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(_in_words(error)) from error
    except MemoryError as error:
        raise click.ClickException(f"there is not enough memory. {error}") from error


@contextmanager
def wrong_use_told() -> Iterator[None]:
    """Turn the refusal of an option into click's error, which exits with 2.

    For what checks its arguments and does nothing else: a `ValueError` out of a long
    computation would be a mistake of ours.
    """
    from skecg.exceptions import SkecgError

    try:
        yield
    except SkecgError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from error


@contextmanager
def warnings_told() -> Iterator[None]:
    """Print warnings of ours as a sentence each, to standard error; no others."""
    from skecg.exceptions import SkecgWarning

    def tell(message: Warning | str, *_: Any, **__: Any) -> None:
        text = str(message)
        if text not in told:
            told.append(text)
            click.echo(f"Warning: {text}", err=True)

    told: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", SkecgWarning)
        warnings.showwarning = tell
        yield


def _in_words(error: OSError) -> str:
    # Without "[Errno 2]". What was raised with a text alone has it already.
    if error.strerror is None or error.filename is None:
        return error.strerror or str(error)
    return f"{click.format_filename(error.filename)}: {error.strerror}."


def check_output(path: Path, *, force: bool) -> None:
    """Raise if a file cannot be written, before the work for it is done."""
    check_folder(path)
    name = click.format_filename(path)
    if path.exists() and not path.is_file():
        raise click.UsageError(f"{name} is there and is no file. Choose another name.")
    if path.exists() and not force:
        raise click.UsageError(
            f"{name} is there already. Choose another name with -o, or --force to "
            "replace it."
        )


def check_folder(path: Path) -> None:
    """Raise if the folder of a file is not there or takes no files."""
    if not path.parent.is_dir():
        raise click.ClickException(
            f"there is no folder {click.format_filename(path.parent)} to write "
            f"{click.format_filename(path.name)} into. Make it first, or choose "
            "another."
        )
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=path.parent):
            pass
    except OSError as error:
        raise click.ClickException(
            f"cannot write into {click.format_filename(path.parent)}: "
            f"{error.strerror or error}."
        ) from error
