"""Warnings and errors of the package.

Each inherits from the builtin or scikit-learn class that a caller would catch
anyway, so that ``except ValueError`` and ``warnings.simplefilter("ignore",
UserWarning)`` keep working.
"""

from collections.abc import Iterable
from typing import Self


class SkecgError(Exception):
    """Base of every error that is the package's own."""


class DataFileError(SkecgError, ValueError):
    """A file that is there but cannot be used: truncated, foreign or empty."""


class DataFileNotFoundError(SkecgError, FileNotFoundError):
    """A file or folder of a database that is not there."""


class NoUsableRowError(SkecgError, ValueError):
    """No row of X can be used.

    Parameters
    ----------
    *args : object
        The text.
    reason : str, default=""
        Why not, e.g. "are flat or all NaN".
    """

    def __init__(self, *args: object, reason: str = "") -> None:
        super().__init__(*args)
        self.reason = reason


class DownloadError(SkecgError, OSError):
    """A file that could not be downloaded, or is not the one that was published."""


class ModelFileError(SkecgError, ValueError):
    """A file that is no model of ours, or is damaged, tampered with or too new."""


class ModelNotStorableError(SkecgError, TypeError):
    """A model that holds something which a file without pickle cannot keep."""


class ModelNotExportableError(SkecgError, TypeError):
    """A model that has no form outside of this package, or none that agrees with it."""


class MissingExtraError(SkecgError, ImportError):
    """A package that only some functions need is not installed."""


class StreamError(SkecgError, ValueError):
    """A stream that is there but cannot be used: of another rate, without a lead."""


class TrainingDivergedError(SkecgError, FloatingPointError):
    """The loss of a network became infinite or NaN while it was trained."""


class SkecgWarning(UserWarning):
    """Base of every warning that is the package's own."""


class RowsWarning(SkecgWarning):
    """Some rows of X are not what the others are.

    Attributes
    ----------
    rows : tuple of int
        Which ones; empty where it is not about rows of X.
    reason : str
        What they are, e.g. "are flat or all NaN".
    """

    rows: tuple[int, ...] = ()
    reason: str = ""

    @classmethod
    def about(cls, text: str, *, rows: Iterable[int], reason: str) -> Self:
        """Make a warning that carries its rows.

        Parameters
        ----------
        text : str
            For a person.
        rows : iterable of int
            Indices into X.
        reason : str
            What the rows are.

        Returns
        -------
        RowsWarning
            To be given to `warnings.warn`.
        """
        warning = cls(text)
        warning.rows = tuple(map(int, rows))
        warning.reason = reason
        return warning


class SignalQualityWarning(RowsWarning):
    """Rows that cannot be used: flat, all NaN, or without a heartbeat."""


class UnfamiliarSignalWarning(RowsWarning):
    """Rows unlike those that a model was trained on: other units, another lead, ..."""


class GridNotFoundWarning(RowsWarning):
    """Pictures on which no grid of ECG paper was found."""


class SkippedPagesWarning(SkecgWarning):
    """Files of several pages of which only the first is a row."""


class LeadWarning(SkecgWarning):
    """A record does not have the lead that was asked for; another one stands in."""


class DroppedBeatWarning(SkecgWarning):
    """Beats that could not be cut, at a record's edge for instance."""


class GroupsWarning(SkecgWarning):
    """Rows of one patient may stand on both sides of a split."""


class MissingClassWarning(SkecgWarning):
    """A class that is absent where a measure needs it."""
