"""The MODEL of a command: a file, or the name of one inside the package."""

from pathlib import Path
from typing import Any

import click

from skecg.apps._paths import GivenPath


class ModelFile(click.ParamType):
    """Takes the path of a model file, or a name that `load_pretrained` knows.

    A file of that name goes first. What is neither stays a path: the command that
    opens it says that it is not there.
    """

    name = "model"

    def convert(self, value: Any, param: Any, ctx: Any) -> Path:
        """Return where the model is."""
        path = GivenPath(path_type=Path).convert(value, param, ctx)
        if path.is_dir():
            self.fail(f"{click.format_filename(path)} is a folder.", param, ctx)
        if path.exists() or path.name != str(value) or path.suffix:
            return path
        # Here and not above, so that a file is opened without it.
        from skecg.pretrained import list_pretrained, pretrained_path

        return pretrained_path(str(value)) if value in list_pretrained() else path
