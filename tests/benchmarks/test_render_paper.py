"""The block on ECG paper is written from what was measured."""

from benchmarks._render_paper import render_paper


def test_speed_stands_beside_its_ratio():
    text = render_paper(
        {
            "protocol": "p",
            "per_second": {"skecg": 251.4, "matplotlib, new figure": 3.9},
            "ratio": {"skecg": 1.0, "matplotlib, new figure": 64.25},
            "by_layout": {"12x1": 1102.7},
            "ink_in_common": 0.968,
        }
    )
    assert "| skecg | 251 | 1.0 |" in text
    assert "| matplotlib, new figure | 4 | 64.2 |" in text
    assert "| 12x1 | 1,103 |" in text
    assert "97 % of our ink" in text
