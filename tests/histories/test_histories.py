"""Random histories against brute force; `make soak` plays ten thousand."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crm_pipelines.clustering.partition import partition
from crm_pipelines.clustering.questions import questions
from crm_pipelines.clustering.undisputed import undisputed
from crm_pipelines.clustering.verdicts import Verdicts, verdicts
from crm_pipelines.identity.assignment import IdentityFacts, assign
from tests.histories import rooms
from tests.histories.machine import Histories
from tests.histories.on_stores import OnStores
from tests.histories.playing import found_wrong, play


def test_no_history_breaks_a_promise() -> None:
    play(Histories, 300)


def test_stores_that_follow_change_by_change_come_to_the_same() -> None:
    play(OnStores, 8)


def _assigning(**changes: Callable[[IdentityFacts], Any]) -> Callable[..., Any]:
    def assigned(clusters: Any, facts: IdentityFacts, mint: Any) -> Any:
        return assign(clusters, replace(facts, **{name: change(facts) for name, change in changes.items()}), mint)

    return assigned


_FAULTS: dict[str, tuple[str, Callable[..., Any]]] = {
    "the last word wins": ("verdicts", lambda known: verdicts(replace(one, seq=-one.seq) for one in known)),
    "unsure ends no verdict": ("verdicts", lambda known: verdicts(replace(one, supersedes=None) for one in known)),
    "verdicts do not hold what nobody disputes": ("undisputed", lambda a, b, _, c: undisputed(a, b, Verdicts(), c)),
    "contradictions are not looked at": (
        "partition", lambda a, b, c, d: partition(a, [replace(one, is_contradiction=False) for one in b], c, d),
    ),
    "an answered question is asked again": ("questions", lambda a, b, c, _: questions(a, b, c, Verdicts())),
    "a new id for whoever comes back": ("assign", _assigning(former_homes=lambda _: {})),
    "who came with a merge is not told from who was there": (
        "assign", _assigning(since=lambda facts: dict.fromkeys(facts.since, 0)),
    ),
    "the younger id stays": (
        "assign", _assigning(minted_at=lambda facts: {name: -place for name, place in facts.minted_at.items()}),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("room", "fault"), _FAULTS.values(), ids=_FAULTS)
def test_a_fault_in_a_room_is_seen(monkeypatch: pytest.MonkeyPatch, room: str, fault: Callable[..., Any]) -> None:
    monkeypatch.setattr(rooms, room, fault)
    assert found_wrong(Histories, 1_000, is_shortened=False) != []
