"""What a screening may write over: what a screening has written, nothing else."""

from pathlib import Path

from skecg.exceptions import DataFileError

TABLE_BEGINS = b"path,outcome,class,confidence,reason,"
BEATS_BEGIN = b"path,time,class,probability"
PAGE_BEGINS = b"<!doctype html>"


def check_outputs(
    table: Path, beats: Path | None = None, page: Path | None = None
) -> None:
    """Raise if a file that is to be written would cost a file of somebody else's.

    A table is written again whenever a run goes on, so that one that is there is
    replaced without a question. A slip of the pen must not replace a record, a model or
    a table of other things that way.

    Parameters
    ----------
    table, beats, page : Path, optional
        Where table, table of beats and report are to be written.

    Raises
    ------
    ValueError
        If two of them are one file.
    DataFileError
        If one is there already and nothing that a screening has written.
    OSError
        If one that is there cannot be read.
    """
    wanted = (
        ("the table", table, TABLE_BEGINS),
        ("the table of beats", beats, BEATS_BEGIN),
        ("the report", page, PAGE_BEGINS),
    )
    taken: dict[Path, str] = {table.with_name(f"{table.name}.journal"): "the journal"}
    for what, path, begins in wanted:
        if path is None:
            continue
        place = path.resolve()
        if place in {one.resolve() for one in taken}:
            raise ValueError(
                f"{path} cannot be {what} and {_name_of(taken, place)} at once. Give "
                "each a file of its own."
            )
        taken[path] = what
        if path.exists() and not _is_ours(path, begins):
            raise DataFileError(
                f"{path} is there already, and no screening has written it: it would "
                f"be lost. Choose another file for {what}, or remove it first."
            )


def _name_of(taken: dict[Path, str], place: Path) -> str:
    return next(what for one, what in taken.items() if one.resolve() == place)


def _is_ours(path: Path, begins: bytes) -> bool:
    if not path.is_file():  # a folder, a device, a pipe
        return False
    with path.open("rb") as file:
        start = file.read(len(begins))
    return start in (b"", begins)
