import pytest

from crm_pipelines.identity.assignment import IdentityEvent
from crm_pipelines.identity.causes import Basis, cause_of, freshly_decided
from crm_pipelines.model.enums import ChangeCause, IdentityEventKind
from tests.builders import different, same, unsure

LAST = Basis(3, "m1", "r1")
MERGED = IdentityEvent("G2", IdentityEventKind.MERGED, "joined_older", ("erp:b",), "G1")
HOMES = {"erp:a": "G1", "erp:b": "G2"}


def cause(event: IdentityEvent = MERGED, now: Basis = LAST, *decided: str) -> ChangeCause:
    return cause_of(event, HOMES, decided, now, LAST)


def test_change_of_a_record_that_somebody_decided_on_is_a_verdicts() -> None:
    assert cause(MERGED, Basis(4, "m2", "r2"), "erp:b") is ChangeCause.VERDICT


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (LAST, ChangeCause.DATA),
        (Basis(9, "m1", "r1"), ChangeCause.DATA),
        (Basis(3, "m2", "r1"), ChangeCause.MODEL),
        (Basis(3, "m1", "r2"), ChangeCause.RULE),
        (Basis(3, "m2", "r2"), ChangeCause.MODEL),
    ],
)
def test_without_a_verdict_what_differs_from_the_last_event_is_the_cause(now: Basis, found: ChangeCause) -> None:
    assert cause(MERGED, now) is found


def test_records_that_came_or_went_are_data_whatever_else_changed() -> None:
    other = Basis(3, "m2", "r2")
    came = IdentityEvent("G3", IdentityEventKind.MINTED, "new_customer", ("erp:z",))
    went = IdentityEvent("G1", IdentityEventKind.RETIRED, "no_record_left", ("erp:a",))
    assert [cause(came, other), cause(went, other)] == [ChangeCause.DATA, ChangeCause.DATA]


def test_first_event_of_all_is_data() -> None:
    assert cause_of(MERGED, HOMES, (), LAST, None) is ChangeCause.DATA


def test_decisions_since_the_last_event_and_those_they_replace_are_fresh() -> None:
    decisions = [same(1, "a", "b"), same(2, "c", "d"), different(4, "e", "f", "d1"), unsure(5, "g", "h")]
    assert freshly_decided(decisions, LAST) == {"a", "b", "e", "f"}
    assert freshly_decided(decisions, None) == {"a", "b", "c", "d", "e", "f"}
