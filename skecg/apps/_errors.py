"""What went wrong, in a sentence and an exit code instead of a traceback."""

from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn errors that a user can mend into click's, which exit with 1.

    Whatever else is raised is a mistake of ours, and keeps its traceback.
    """
    # Here and not above, so that `skecg --help` loads as little as it can.
    from skecg.exceptions import SkecgError

    try:
        yield
    except (SkecgError, OSError) as error:
        raise click.ClickException(str(error)) from error
