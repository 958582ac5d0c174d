"""A card holds texts and numbers."""

import pytest

from skecg.persistence import ModelCard


def test_a_card_is_plain_words():
    card = ModelCard(data="MIT-BIH", figures={"macro-F1": 0.8})
    assert card.as_dict() == {
        "data": "MIT-BIH",
        "data_sha256": "",
        "protocol": "",
        "figures": {"macro-F1": 0.8},
        "failures": "",
        "command": "",
    }


@pytest.mark.parametrize("figures", [{"a": float("nan")}, {"a": object()}, {"a": {1}}])
def test_what_json_cannot_hold_is_refused(figures):
    with pytest.raises(TypeError, match="texts and finite numbers"):
        ModelCard(figures=figures)
