"""Labels by hand: pictures and records one by one, by any number of persons.

`LabelSession` is one person's way through a folder, `LabelStore` the file that loses
nothing, `measure_agreement` compares persons, and `export_labels` builds folders for
training and testing that divide no group. The page of ``skecg label`` stands on them.
"""

from skecg.labelling._agreement import Agreement, measure_agreement
from skecg.labelling._classes import read_classes
from skecg.labelling._entries import Decision
from skecg.labelling._export import ExportResult, export_labels
from skecg.labelling._groups import read_patients
from skecg.labelling._items import Item, Shown, find_items, hash_item, show_item
from skecg.labelling._label_studio import (
    Imported,
    read_label_studio,
    write_label_studio,
)
from skecg.labelling._session import LabelSession, Look, Progress
from skecg.labelling._store import LabelStore, Told
from skecg.labelling._suggestions import ModelSays, RuleOfThumb, Suggestion
from skecg.labelling._verdicts import LeftOut

__all__ = [
    "Agreement",
    "Decision",
    "ExportResult",
    "Imported",
    "Item",
    "LabelSession",
    "LabelStore",
    "LeftOut",
    "Look",
    "ModelSays",
    "Progress",
    "RuleOfThumb",
    "Shown",
    "Suggestion",
    "Told",
    "export_labels",
    "find_items",
    "hash_item",
    "measure_agreement",
    "read_classes",
    "read_label_studio",
    "read_patients",
    "show_item",
    "write_label_studio",
]
