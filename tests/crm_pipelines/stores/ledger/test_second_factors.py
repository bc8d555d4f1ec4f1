"""Second factors as the ledger's database keeps them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_pipelines.model.enums import Role
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.people import NewPerson, People, Person, Way
from crm_pipelines.stores.ledger.second_factors import NewFactor, Proof, SecondFactors, Tried
from crm_pipelines.stores.ledger.tables import half_sign_ins, invitations, recovery_codes, sign_ins
from crm_pipelines.stores.ledger.tables import people as people_table

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
CODES = tuple(f"CODE{number}" for number in range(10))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path}/ledger.db" if request.param == "sqlite" else request.getfixturevalue("postgres_uri")
    engine = open_engine(url)
    tables = (half_sign_ins, recovery_codes, sign_ins, invitations, people_table)
    with engine.begin() as connection:  # one PostgreSQL serves many tests
        for table in tables:
            connection.execute(table.delete())
    yield engine
    with engine.begin() as connection:
        for table in tables:
            connection.execute(table.delete())
    engine.dispose()


@pytest.fixture
def mori(engine: sa.Engine) -> Person:
    """Somebody who shows a code, the last one that of step 100."""
    people = People(engine)
    new = NewPerson(email="mori@example.jp", name="森 千尋", password_hash="hashed")
    person = people.come_in(people.invite(Role.LEAD, NOW), new, NOW)
    SecondFactors(engine).turn_on(person.person_id, NewFactor("sealed", 100, CODES), NOW, "")
    found = people.of_email("mori@example.jp")
    assert found is not None
    return found


def test_one_code_tried_by_many_at_once_counts_for_one(engine: sa.Engine, mori: Person) -> None:
    factors = SecondFactors(engine)
    secrets = [factors.begin(mori, NOW) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        tried = list(pool.map(lambda secret: factors.finish(secret, mori, Proof(101), NOW), secrets))
    assert sorted(one.way is Way.CODE for one in tried) == [False, False, False, True]


def test_one_recovery_code_tried_by_many_at_once_counts_for_one(engine: sa.Engine, mori: Person) -> None:
    factors = SecondFactors(engine)
    secrets = [factors.begin(mori, NOW) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        tried = list(pool.map(lambda secret: factors.finish(secret, mori, Proof(None, CODES[2]), NOW), secrets))
    assert sorted(one.way is Way.RECOVERY for one in tried) == [False, False, False, True]
    assert factors.n_codes(mori.person_id) == 9


def test_who_waits_is_not_looked_at_and_loses_no_code(engine: sa.Engine, mori: Person) -> None:
    factors = SecondFactors(engine)
    secret = factors.begin(mori, NOW)
    assert [factors.finish(secret, mori, Proof(None), NOW) for _ in range(6)] == [Tried()] * 6
    assert factors.finish(secret, mori, Proof(None, CODES[0]), NOW).wait == timedelta(seconds=2)
    assert factors.finish(secret, mori, Proof(101), NOW).way is None
    later = NOW + timedelta(seconds=2)
    assert factors.n_codes(mori.person_id) == 10
    assert factors.finish(secret, mori, Proof(101), later) == Tried(Way.CODE)
    assert factors.finish(secret, mori, Proof(102), later) == Tried()


def test_half_way_ends_by_itself_and_with_the_factor(engine: sa.Engine, mori: Person) -> None:
    factors = SecondFactors(engine)
    secret = factors.begin(mori, NOW)
    assert factors.half_way(secret, NOW + timedelta(minutes=9)) == mori
    assert factors.half_way(secret, NOW + timedelta(minutes=10)) is None
    factors.reset(mori.person_id, "somebody else", NOW)
    assert factors.half_way(secret, NOW) is None
    assert factors.n_codes(mori.person_id) == 0


def test_it_is_turned_on_once_and_reset_by_others_alone(engine: sa.Engine, mori: Person) -> None:
    factors = SecondFactors(engine)
    with pytest.raises(ConflictError, match="people.second_factor_is_on"):
        factors.turn_on(mori.person_id, NewFactor("other", 1, ()), NOW, "")
    with pytest.raises(ConflictError, match="people.own_second_factor"):
        factors.reset(mori.person_id, mori.person_id, NOW)
    with pytest.raises(ConflictError, match="people.unknown"):
        factors.reset("nobody", mori.person_id, NOW)
