"""The block on resizing is written from what was measured."""

from benchmarks._render_images import resize


def test_time_stands_beside_error_and_ratio():
    text = resize(
        {
            "protocol": "p",
            "milliseconds": {"skecg area_resize": 0.34, "OpenCV INTER_AREA": 3.7},
            "fastest_milliseconds": {
                "skecg area_resize": 0.33,
                "OpenCV INTER_AREA": 3.6,
            },
            "opencv_over_this": {"skecg area_resize": 10.92, "OpenCV INTER_AREA": 1.0},
            "worst_grey_levels_off": {
                "skecg area_resize": 0.5,
                "OpenCV INTER_AREA": 0.51,
            },
            "folder": {
                "n_files": 48,
                "n_threads": 2,
                "loop": 1.7,
                "ImageResizer": 0.9,
                "gain": 1.89,
                "n_files_of_memory": 320,
                "output_megabytes": 14.2,
                "decoded_megabytes": 10.0,
                "peak_growth_megabytes": 21.5,
            },
            "load_average": 8.1,
            "first_call_seconds": {"cold": 3.6, "cached": 0.05},
        }
    )
    assert "| skecg area_resize | 0.340 | 0.330 | 10.9 | 0.5 |" in text
    assert "1.89 times as fast" in text
    assert "Over 320 files the process grew by 21.5 MB" in text
    assert "load was 8.1" in text
    assert "compiled; the first of a later process 0.05 s" in text
