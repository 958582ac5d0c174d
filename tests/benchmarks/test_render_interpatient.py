"""Figures across patients say what they are, and those for choosing stand apart."""

from benchmarks._render_interpatient import interpatient

RUN = {
    "seed": 0,
    "accuracy": 0.9,
    "macro_f1_nsv": 0.8,
    "macro_f1_nsv_interval": [0.7, 0.9],
    "f1_s": 0.5,
    "f1_v": 0.75,
    "f1_f": 0.25,
    "fit_seconds": 10.4,
}
RECORD = {
    "name": "interpatient-patient",
    "protocol": "p",
    "estimator": "make_patient_classifier()",
    "runs": [RUN],
}


def test_figures_inside_ds1_are_not_told_as_those_on_ds2():
    text = interpatient(RECORD | {"name": "interpatient-patient-ds1-cv"})
    assert "inside DS1 (for choosing)" in text
    assert "0.7000 to 0.9000" in text
    assert "honest" not in text
    assert "DS2" not in text


def test_what_is_known_of_a_test_record_is_told():
    text = interpatient(RECORD)
    assert "median beat of the whole record" in text
    assert "as annotated" in text
    plain = interpatient(RECORD | {"estimator": "SignalClassifier('resnet1d')"})
    assert "median beat" not in plain
