"""What stands is what was decided and not undone, in any order of lines."""

from hypothesis import given
from hypothesis import strategies as st

from skecg.labelling._entries import Decision, Undo
from skecg.labelling._ledger import Ledger


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["", "x", "y"]))))
def test_undoing_is_like_never_having_decided(steps):
    ledger, stacks = Ledger(), {"a": [], "b": []}
    for number, (who, file) in enumerate(steps):
        if file:
            one = Decision(str(number), file, "", who, "", "label", str(number))
            stacks[who].append(one)
            ledger.note(one)
        elif (last := ledger.last(who)) is not None:
            assert stacks[who].pop() == last
            ledger.note(Undo(str(number), last.id, who, ""))
        else:
            assert stacks[who] == []
    for who, stack in stacks.items():
        assert ledger.decisions(who) == {one.file: one for one in stack}
        assert ledger.decision(who, "z") is None
    assert ledger.annotators == tuple(who for who in "ab" if stacks[who])


def test_nobody_undoes_what_another_decided_and_nothing_twice():
    ledger = Ledger()
    one = Decision("1", "x", "", "a", "", "label", "N")
    ledger.note(one)
    ledger.note(Undo("2", "1", "b", ""))
    ledger.note(Undo("3", "lost", "a", ""))
    assert ledger.decision("a", "x") == one
    for number in "45":
        ledger.note(Undo(number, "1", "a", ""))
    assert ledger.decision("a", "x") is None
    assert ledger.labels == {"N"}
