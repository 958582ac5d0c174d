"""The block on screening tells the ratio, and whether it is enough."""

import pytest

from benchmarks._render_screening import screening


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
