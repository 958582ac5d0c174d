"""What a reader of a model must know before they believe it."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, kw_only=True)
class ModelCard:
    """Where a model comes from and how good it was, written into its file.

    Parameters
    ----------
    data : str, default=""
        What it was trained on, in words, with the licence of it.
    data_sha256 : str, default=""
        Hash of that data, as the readers of `skecg.datasets` give it.
    protocol : str, default=""
        How the figures were made: above all, whether whole patients were held out.
    figures : mapping of str to float or str, default={}
        Figures of merit by name.
    failures : str, default=""
        Where it is known to be wrong.
    command : str, default=""
        What made it.

    Raises
    ------
    TypeError
        If something is no text or number that JSON can hold.

    Examples
    --------
    >>> from skecg.persistence import ModelCard
    >>> card = ModelCard(protocol="whole patients held out", figures={"macro-F1": 0.84})
    >>> card.figures["macro-F1"]
    0.84
    """

    data: str = ""
    data_sha256: str = ""
    protocol: str = ""
    figures: Mapping[str, float | str] = dataclasses.field(default_factory=dict)
    failures: str = ""
    command: str = ""

    def __post_init__(self) -> None:
        try:
            json.dumps(self.as_dict(), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"A model card holds texts and finite numbers only: {error}."
            ) from error

    def as_dict(self) -> dict[str, Any]:
        """Return the card as JSON holds it.

        Returns
        -------
        dict
            One entry for each field, texts and numbers.
        """
        fields = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        return fields | {"figures": dict(self.figures)}
