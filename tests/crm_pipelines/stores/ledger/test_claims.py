"""Who is at work on which question, as the ledger's database keeps it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_pipelines.model.enums import Role
from crm_pipelines.stores.ledger.claims import CLAIM_ENDS_AFTER, Claims
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.people import Person
from crm_pipelines.stores.ledger.tables import claims as claims_table
from crm_pipelines.stores.ledger.tables import postponements

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


def person(name: str) -> Person:
    return Person(
        person_id=name, email=f"{name}@example.jp", name=name, role=Role.STEWARD, password_hash="x", language=None,
        theme=None, has_shortcuts=True, is_active=True, blocked_until=None,
    )  # fmt: skip


MORI, SAEKI, LEAD = person("mori"), person("saeki"), person("lead")


@pytest.fixture(params=["sqlite", "postgresql"])
def claims(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Claims]:
    url = f"sqlite:///{tmp_path}/ledger.db" if request.param == "sqlite" else request.getfixturevalue("postgres_uri")
    engine = open_engine(url)
    with engine.begin() as connection:  # one PostgreSQL serves many tests
        for table in (claims_table, postponements):
            connection.execute(sa.delete(table))
    yield Claims(engine)
    engine.dispose()


def test_whoever_opens_a_question_has_it_until_ten_minutes_after_the_last_look(claims: Claims) -> None:
    claims.open("q", MORI, NOW)
    later = NOW + timedelta(minutes=9)
    assert claims.open("q", SAEKI, later).person_id == "mori"
    claims.open("q", MORI, later)
    assert claims.open("q", SAEKI, NOW + CLAIM_ENDS_AFTER + timedelta(minutes=1)).person_id == "mori"
    assert claims.of_question("q", later + CLAIM_ENDS_AFTER) is None
    assert claims.open("q", SAEKI, later + CLAIM_ENDS_AFTER).person_id == "saeki"


def test_a_question_that_was_only_looked_at_is_free_when_the_next_is_opened(claims: Claims) -> None:
    claims.assign(["given"], MORI, LEAD)
    claims.open("first", MORI, NOW)
    claims.open("second", MORI, NOW)
    assert [claim.question_id for claim in claims.holding(NOW)] == ["given", "second"]


def test_of_many_who_open_a_question_at_once_one_has_it(claims: Claims) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: claims.open("q", person(f"p{number}"), NOW).person_id, range(8)))
    assert len(set(found)) == 1


def test_somebody_whose_question_was_taken_over_is_told_once(claims: Claims) -> None:
    claims.open("q", MORI, NOW)
    assert claims.take("q", SAEKI, NOW).taken_from == "mori"
    assert claims.open("q", MORI, NOW).person_id == "saeki"
    found = claims.of_question("q", NOW)
    assert found is not None
    assert found.taken_from is None


def test_an_assignment_lasts_until_it_is_given_back(claims: Claims) -> None:
    claims.assign(["a", "b"], MORI, LEAD)
    much_later = NOW + timedelta(days=30)
    assert [(one.person_id, one.assigned_by) for one in claims.holding(much_later)] == [("mori", "lead")] * 2
    assert claims.open("a", SAEKI, much_later).person_id == "mori"
    claims.release("a", SAEKI)  # not hers to give back
    assert claims.of_question("a", much_later) is not None
    claims.release("a", MORI)
    claims.release("b")
    assert claims.holding(much_later) == []


def test_what_is_put_off_waits_for_one_person_until_its_time(claims: Claims) -> None:
    claims.open("q", MORI, NOW)
    claims.postpone("q", MORI, NOW + timedelta(hours=1))
    claims.postpone("q", MORI, NOW + timedelta(hours=8))
    assert claims.of_question("q", NOW) is None
    assert claims.postponed(MORI, NOW + timedelta(hours=2)) == {"q"}
    assert claims.postponed(SAEKI, NOW) == frozenset()
    assert claims.postponed(MORI, NOW + timedelta(hours=8)) == frozenset()
