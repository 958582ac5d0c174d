"""Text from outside, for a terminal."""


def harmless(line: str) -> str:
    r"""Return a line in which what cannot be printed is written out.

    A file or a stream says what it likes: it must not move the cursor of a terminal,
    nor hold what a terminal's encoding lacks, as names of files may.

    Parameters
    ----------
    line : str
        Whatever came.

    Returns
    -------
    str
        With ``\x1b`` for an escape, for instance, in one line.
    """
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode()
        for one in line
    )
