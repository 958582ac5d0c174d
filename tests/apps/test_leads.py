"""--leads: a number of leads, or their names."""

import click
import pytest

from skecg.apps._leads import Leads, LeadsParam, chosen_leads


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("2", Leads(None, 2)),
        ("MLII,V1", Leads(("MLII", "V1"), None)),
        (" II , aVF", Leads(("II", "aVF"), None)),
        ("V5", Leads(("V5",), None)),
    ],
)
def test_what_is_written_is_meant(text, leads):
    found = LeadsParam().convert(text, None, None)
    assert found == leads
    assert LeadsParam().convert(str(found), None, None) == leads
    assert LeadsParam().convert(found, None, None) is found


@pytest.mark.parametrize("text", ["0", "", "a,,b", "a,a", ","])
def test_what_means_nothing_is_refused(text):
    with pytest.raises(click.BadParameter):
        LeadsParam().convert(text, None, None)


def test_a_first_lead_goes_with_a_number_only():
    assert chosen_leads("V1", None) == Leads("V1", None)
    assert chosen_leads("V1", Leads(None, 2)) == Leads("V1", 2)
    with pytest.raises(click.UsageError, match="leave out --lead"):
        chosen_leads("V1", Leads(("V2",), None))
