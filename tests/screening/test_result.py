"""A result is read row by row and goes into JSON."""

import json

from screened_files import Brightness, write_pictures
from skecg.screening import NOTICE, screen


def test_a_result_goes_into_json(tmp_path):
    paths = write_pictures(tmp_path, [0, 255])
    (tmp_path / "lost").mkdir()
    result = screen(Brightness(), [*paths, tmp_path / "lost"], tmp_path / "o.csv")
    told = json.loads(json.dumps(result.as_dict()))
    assert told["outcomes"] == {"classified": 2, "unreadable": 1}
    assert told["classes"] == {"dark": 1, "light": 1}
    assert told["output"] == str(tmp_path / "o.csv")
    assert told["notice"] == NOTICE
    (row,) = result.not_judged()
    assert row["reason"].endswith("lost cannot be read: Is a directory.")
    assert result.n_not_judged == 1
