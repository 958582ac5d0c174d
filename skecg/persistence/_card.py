"""What a reader of a model must know before they believe it."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

_HEADINGS = {
    "data": "Trained on",
    "data_sha256": "Hash of these data",
    "protocol": "How it was tested",
    "figures": "Figures",
    "failures": "Known to fail",
    "command": "Made by",
}
_NO_CARD = (
    "None came with this model: nothing is known here of what it was trained on, how "
    "good it was, and where it fails."
)


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


def card_in_words(
    card: ModelCard | Mapping[str, Any] | None,
) -> Iterator[tuple[str, ...]]:
    """Yield a heading and its lines for each thing that a card says.

    Parameters
    ----------
    card : ModelCard, mapping or None
        A card, or what a file's manifest has of it.

    Yields
    ------
    tuple of str
        A heading, then one line or, for figures, several. What is empty is left out;
        if nothing is left, that is said.
    """
    told = card.as_dict() if isinstance(card, ModelCard) else dict(card or {})
    known = {key: value for key, value in told.items() if value}
    if not known:
        yield "Card", _NO_CARD
    others = [key for key in known if key not in _HEADINGS]
    for key in [*(key for key in _HEADINGS if key in known), *others]:
        yield _HEADINGS.get(key, key), *_lines_of(known[key])


def _lines_of(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (f"{key}: {_in_digits(each)}" for key, each in value.items())
    else:
        yield _in_digits(value)


def _in_digits(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
