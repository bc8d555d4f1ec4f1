"""Who may sign in, as the ledger's database keeps it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.people import NewPerson, People
from crm_pipelines.stores.ledger.tables import invitations, sign_ins
from crm_pipelines.stores.ledger.tables import people as people_table

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
MORI = NewPerson(email="Mori@example.jp", name=" 森  千尋 ", password_hash="hashed")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path}/ledger.db" if request.param == "sqlite" else request.getfixturevalue("postgres_uri")
    engine = open_engine(url)
    with engine.begin() as connection:  # one PostgreSQL serves many tests
        for table in (sign_ins, invitations, people_table):
            connection.execute(table.delete())
    yield engine
    engine.dispose()


def test_somebody_comes_in_by_a_link_that_ends_with_it(engine: sa.Engine) -> None:
    people = People(engine)
    assert people.is_empty()
    secret = people.invite(Role.LEAD, NOW)
    found = people.come_in(secret, MORI, NOW)
    assert (found.email, found.name, found.role) == ("mori@example.jp", "森 千尋", Role.LEAD)
    assert not people.is_empty()
    assert people.of_email(" MORI@example.JP ") == found
    with pytest.raises(ConflictError, match="people.link_ended"):
        people.come_in(secret, MORI, NOW)


def test_an_address_is_one_persons(engine: sa.Engine) -> None:
    people = People(engine)
    people.come_in(people.invite(Role.STEWARD, NOW), MORI, NOW)
    secret = people.invite(Role.STEWARD, NOW)
    with pytest.raises(ConflictError, match="people.email_taken"):
        people.come_in(secret, MORI, NOW)
    assert people.is_invited(secret, NOW)  # the link was not used up


def test_a_newer_link_of_a_role_ends_the_older(engine: sa.Engine) -> None:
    people = People(engine)
    first, second = (people.invite(Role.ADMIN, NOW) for _ in range(2))
    assert [people.is_invited(secret, NOW) for secret in (first, second)] == [False, True]


def test_no_secret_stands_in_the_database(engine: sa.Engine) -> None:
    people = People(engine)
    link = people.invite(Role.STEWARD, NOW)
    cookie = people.sign_in(people.come_in(people.invite(Role.LEAD, NOW), MORI, NOW), NOW)
    with engine.connect() as connection:
        kept = [str(connection.execute(sa.text(f"select * from {name}")).all()) for name in ("invitations", "sign_ins")]
    assert not [secret for secret in (link, cookie) if secret in "".join(kept)]


def test_a_wait_doubles_with_each_failure_and_ends_with_the_right_password(engine: sa.Engine) -> None:
    people = People(engine)
    mori = people.come_in(people.invite(Role.STEWARD, NOW), MORI, NOW)
    waits = []
    for _ in range(9):
        people.note_failure(mori, NOW)
        found = people.of_email(mori.email)
        assert found is not None
        waits.append(None if found.blocked_until is None else found.blocked_until - NOW)
    assert waits == [None] * 5 + [timedelta(seconds=seconds) for seconds in (2, 4, 8, 16)]
    people.sign_in(mori, NOW)
    assert people.of_email(mori.email) == mori
