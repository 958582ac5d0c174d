"""Times of the networks are printed as they were measured."""

from benchmarks._render_speed import fit_speed, predict_speed, speedrun


def test_fit_is_compared_with_each_opponent():
    run = {
        "median_seconds": {"skecg": 2.0, "loop": 2.5},
        "ratio": {"loop": 0.8},
        "cpu_ratio": {"loop": 0.75},
    }
    text = fit_speed({"protocol": "p", "threads_run": {"1": run}})
    assert "| 1 | skecg | 2.00 | 1.000 | 1.000 |" in text
    assert "| 1 | loop | 2.50 | 0.800 | 0.750 |" in text


def test_predicting_has_a_row_for_each_precision_and_its_changed_classes():
    pairs = [
        (one, other)
        for one in ("skecg", "skecg, bfloat16")
        for other in ("plain torch", "same module")
    ]
    speedup = {f"{one} / {other}": i + 1.0 for i, (one, other) in enumerate(pairs)}
    speeds = {
        "beats_a_second": {"skecg": 5000.0, "skecg, bfloat16": 9000.0},
        "speedup": speedup,
        "cpu_speedup": speedup,
    }
    run = {
        "network": "resnet1d",
        "threads": {"2": speeds},
        "largest_difference": 2e-7,
        "bfloat16_largest_difference": 0.004,
        "bfloat16_changed_classes": 0.00125,
    }
    record = {"protocol": "p", "runs": [run], "bfloat16_product_speedup": 0.512}
    text = predict_speed(record)
    assert "0.51 times as fast in bfloat16" in text
    assert "| resnet1d | 2 | skecg | 5,000 | 1.00 | 2.00 | 1.00 | 2.00 |" in text
    assert "| resnet1d | 2 | skecg, bfloat16 | 9,000 | 3.00 | 4.00 |" in text
    assert "| resnet1d | 2.0e-07 | 4.0e-03 | 0.125% |" in text


def test_a_target_that_was_missed_is_called_so():
    run = {
        "seed": 3,
        "accuracy": 0.98,
        "reached": False,
        "fit_seconds": 12.3,
        "cpu_seconds": 20.0,
    }
    record = {
        "protocol": "p",
        "estimator": "e",
        "target": 0.985,
        "ran_on": "cpu",
        "seconds_to_target": None,
        "runs": [run],
    }
    text = speedrun(record)
    assert "cpu: not reached by all" in text
    assert "| 3 | 0.9800 | no | 12 | 20 |" in text
    assert "cpu: 12 s" in speedrun(record | {"seconds_to_target": 12.3})
