"""The block on screening tells the ratio, and whether it is enough."""

import pytest

from benchmarks._render_screening import screening, screening_memory


@pytest.mark.parametrize(("gain", "word"), [(1.62, "reached"), (1.41, "missed")])
def test_the_ratio_stands_beside_the_aim(gain, word):
    text = screening(
        {
            "protocol": "p",
            "files_a_second": {"loop": 20.0, "screen": 33.33},
            "gain": gain,
            "processor_time_of_screen_over_loop": 1.05,
            "load_average": 1.9,
        }
    )
    assert f"| `skecg.screening.screen` | 33.3 | {gain:.2f} |" in text
    assert f"1.5 times the loop is {word}" in text
    assert "takes 1.05 times the loop's processor time" in text


def test_the_memory_stands_file_by_file():
    curve = [[32, 900.0], [5000, 905.0], [10000, 910.0]]
    text = screening_memory(
        {
            "n_files": 10000,
            "protocol": "p",
            "curve": curve,
            "before_megabytes": 890.4,
            "with_table_megabytes": 911.0,
            "with_page_megabytes": 915.0,
            "page_megabytes": 2.0,
            "journal_megabytes": 4.0,
            "processor_seconds": 7.0,
            "seconds": 9.0,
            "load_average": 1.0,
        }
    )
    assert "grew by 10.0 MB, 1049 bytes a file" in text
    assert "| 10,000 | 910.0 | +10.0 |" in text
    assert "| 5,000 |" not in text  # every second point
