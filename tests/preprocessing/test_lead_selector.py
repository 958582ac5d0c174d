import numpy as np
import pytest

from skecg.preprocessing import LeadSelector

NAMES = ["I", "II", "V1"]


@pytest.fixture
def X():
    return np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("leads", "indices"),
    [(["II"], [1]), (["V1", "I"], [2, 0]), (("I", "I"), [0, 0]), (NAMES, [0, 1, 2])],
)
def test_leads_come_in_the_order_asked_for(X, leads, indices):
    selector = LeadSelector(leads, lead_names=NAMES)
    np.testing.assert_array_equal(selector.fit_transform(X), X[:, indices])


def test_one_name_gives_two_dimensions(X):
    selector = LeadSelector("V1", lead_names=NAMES)
    np.testing.assert_array_equal(selector.fit_transform(X), X[:, 2])


def test_names_may_be_arrays(X):
    selector = LeadSelector(np.array(["II"]), lead_names=np.array(NAMES))
    np.testing.assert_array_equal(selector.fit_transform(X), X[:, [1]])


def test_without_names_leads_are_counted(X):
    np.testing.assert_array_equal(LeadSelector("lead1").fit_transform(X), X[:, 1])
    with pytest.raises(ValueError, match="the leads 'lead0', 'lead1', 'lead2'"):
        LeadSelector("II").fit(X)


@pytest.mark.parametrize("leads", ["II", ["II"]])
def test_two_dimensions_are_one_lead(X, leads):
    one = X[:, 0]
    selector = LeadSelector(leads, lead_names=["II"])
    np.testing.assert_array_equal(selector.fit_transform(one), one)


@pytest.mark.parametrize("leads", ["ii", ["II", "V9"], []])
def test_an_absent_lead_is_refused_with_the_names_there_are(X, leads):
    with pytest.raises(ValueError, match="X has the leads 'I', 'II', 'V1'"):
        LeadSelector(leads, lead_names=NAMES).fit(X)


@pytest.mark.parametrize("names", [["I", "II"], [*NAMES, "V2"], ["I", "II", "II"]])
def test_names_that_do_not_fit_the_leads_are_refused(X, names):
    with pytest.raises(ValueError, match="lead_names must be 3 different names"):
        LeadSelector("II", lead_names=names).fit(X)
