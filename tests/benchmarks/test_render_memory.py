"""The block on memory is written from what was measured."""

import pytest

from benchmarks._render_memory import picture_memory


@pytest.fixture
def record():
    return {
        "protocol": "p",
        "through_the_steps": {
            "n_files": 10_000,
            "rows_of_a_batch": 4,
            "output_megabytes": 444.3,
            "computed_megabytes": {"decoding": 1.8, "network": 12.1},
            "batch_megabytes": 20.0,
            "resizer": {"growth": 446.0, "seconds": 30.0, "processor_seconds": 20.0},
            "pipeline": {"growth": 474.3, "seconds": 60.0, "processor_seconds": 45.2},
            "batches_above_output": 1.5,
            "is_within_two_batches": True,
        },
        "direct": {
            "rows_of_a_batch": 4,
            "picture_megabytes": 0.83,
            "stack_megabytes": {"400": 331.5, "1600": 1325.8},
            "computed_megabytes": {"two_batches": 6.6, "network": 84.0},
            "by_files": {
                "400": {"growth": 150.0, "seconds": 9.0, "processor_seconds": 8.0},
                "1600": {"growth": 151.5, "seconds": 36.0, "processor_seconds": 32.0},
            },
        },
    }


def test_growth_stands_beside_the_bound(record):
    text = picture_memory(record)
    assert "444.3 + 2 x 20.0 = 484.3 MB, is kept: 1.50 batches" in text
    assert "| both steps, 10,000 files | 444.3 | 474.3 | 30.0 | 45.2 |" in text
    assert "1,600 files in colour | 0.0 | 151.5 | 151.5 | 32.0 |" in text
    assert "1,600 files would be 1,326 MB as one array" in text


def test_a_bound_that_is_missed_is_told(record):
    record["through_the_steps"]["is_within_two_batches"] = False
    assert "MB, is not kept" in picture_memory(record)
