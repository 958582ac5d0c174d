"""Trained models inside the package, to be used as they are or to start from.

`load_pretrained` gives fitted estimators, as `~skecg.persistence.load` would. Each file
carries a card, which says what it was trained on, how good it was and where it fails:
`skecg.persistence.read_manifest` of its `pretrained_path`.
"""

from skecg.pretrained._load import (
    list_pretrained,
    load_pretrained,
    pretrained_path,
    pretrained_weights,
)

__all__ = [
    "list_pretrained",
    "load_pretrained",
    "pretrained_path",
    "pretrained_weights",
]
