"""When the applier has something to do; what it does then is walked in `tests/road/test_decisions_applied.py`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm_pipelines.cli.applier import Applier
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.durable import write_text
from crm_pipelines.stores.followed import Followed, note_followed
from crm_pipelines.stores.ledger.facts import NewPin
from crm_pipelines.stores.ledger.ledger import Ledger, open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths

_SPRING, _SUMMER = datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
_AUTUMN, _FAR = datetime(2026, 9, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)


@pytest.fixture
def paths(tmp_path: Path) -> ProjectPaths:
    found = ProjectPaths(tmp_path)
    write_text(found.current, "p000000000001")
    return found


@pytest.fixture
def ledger(paths: ProjectPaths) -> Iterator[Ledger]:
    with open_ledger(paths.ledger_url) as found:
        yield found


def test_an_entry_that_readers_do_not_have_waits(paths: ProjectPaths, ledger: Ledger) -> None:
    applier = _applier(paths)
    assert applier.waiting(ledger) is None
    seq = _pin(ledger, _FAR)
    waiting = applier.waiting(ledger)
    assert waiting is not None
    assert waiting.ledger_seq == seq
    note_followed(paths, Followed(seq, _SPRING))  # a run has taken it in
    assert applier.waiting(ledger) is None


def test_a_pin_that_ended_after_the_publication_waits_and_one_that_ended_before_does_not(
    paths: ProjectPaths, ledger: Ledger
) -> None:
    applier, seq = _applier(paths), _pin(ledger, _SUMMER)
    note_followed(paths, Followed(seq, _SPRING))
    assert applier.waiting(ledger) is not None
    note_followed(paths, Followed(seq, _AUTUMN))
    assert applier.waiting(ledger) is None


def test_nothing_waits_before_the_first_publication(paths: ProjectPaths, ledger: Ledger) -> None:
    _pin(ledger, _FAR)
    paths.current.unlink()
    assert _applier(paths).waiting(ledger) is None


def _applier(paths: ProjectPaths) -> Applier:
    def load() -> LoadedProject:
        raise AssertionError("nothing is loaded to look at the ledger")

    return Applier(paths.root, load, lambda code, facts: None)


def _pin(ledger: Ledger, ends: datetime) -> int:
    pin = NewPin(
        record_ids=("form:3",), attribute="name", value="x", steward="hanako", pinned_at=_SPRING, expires_at=ends
    )  # fmt: skip
    return ledger.record_pin(pin).seq
