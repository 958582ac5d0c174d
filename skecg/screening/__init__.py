"""Many files through a model: what it makes of each, most urgent first.

`screen` goes through any number of pictures or records and can be broken off at any
time; `FileJudge` says the same of one file. `choose_refer_below` chooses on validation
data below which confidence a person should look; `open_model` opens a model with what
is known of it; `find_pictures` and `find_records` list what is in folders. For
research, not a medical device.
"""

from skecg._notice import NOTICE
from skecg.screening._file_judge import FileJudge, Judgement
from skecg.screening._listing import find_pictures, find_records
from skecg.screening._model import ScreeningModel, open_model
from skecg.screening._records import LEADS
from skecg.screening._result import RecordBeats, ScreeningResult
from skecg.screening._screen import screen
from skecg.screening._threshold import choose_refer_below

__all__ = [
    "LEADS",
    "NOTICE",
    "FileJudge",
    "Judgement",
    "RecordBeats",
    "ScreeningModel",
    "ScreeningResult",
    "choose_refer_below",
    "find_pictures",
    "find_records",
    "open_model",
    "screen",
]
