"""Splits that keep a patient on one side, and figures that compare with papers."""

from skecg.model_selection._aami_report import AAMIReport, aami_report
from skecg.model_selection._group_valid import GroupValidSplit
from skecg.model_selection._inter_patient import InterPatientSplit
from skecg.model_selection._leakage import check_group_leakage
from skecg.model_selection._scorers import aami_scorers

__all__ = [
    "AAMIReport",
    "GroupValidSplit",
    "InterPatientSplit",
    "aami_report",
    "aami_scorers",
    "check_group_leakage",
]
