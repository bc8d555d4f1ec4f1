"""Tokens and keyed requests, as the ledger's database keeps them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from crm_pipelines.model.enums import Judgement, Role, TokenScope
from crm_pipelines.model.errors import ConflictError
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.ledger.people import NewPerson, People
from crm_pipelines.stores.ledger.requests import KEPT, KeyedRequest
from crm_pipelines.stores.ledger.tables import api_requests, api_tokens
from crm_pipelines.stores.ledger.tokens import NewToken, Tokens, TokenState

NOW = datetime(2026, 4, 1, 9, 20, tzinfo=UTC)
SHOP = NewToken(name=" shop ", made_by="mori", scopes=frozenset({TokenScope.MATCH, TokenScope.CUSTOMERS_READ}))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    url = f"sqlite:///{tmp_path}/ledger.db" if request.param == "sqlite" else request.getfixturevalue("postgres_uri")
    engine = open_engine(url)
    with engine.begin() as connection:  # one PostgreSQL serves many tests
        for table in (api_requests, api_tokens):
            connection.execute(table.delete())
    yield engine
    engine.dispose()


def test_a_token_is_known_by_its_text_and_the_text_is_kept_nowhere(engine: sa.Engine) -> None:
    tokens = Tokens(engine)
    made, text = tokens.create(SHOP, NOW)
    assert (made.name, made.scopes, made.made_by, made.used_at) == ("shop", SHOP.scopes, "mori", None)
    found = tokens.of_text(text, NOW)
    assert found is not None
    assert (found.token_id, found.scopes) == (made.token_id, made.scopes)
    with engine.connect() as connection:
        kept = str(connection.execute(sa.select(api_tokens)).all())
    assert text.rpartition("_")[2] not in kept
    assert tokens.all()[0].used_at == datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "spoil", [lambda text: text[:-1], lambda text: f"{text}=", str.upper, lambda _: "", lambda _: "é"]
)
def test_nothing_but_the_very_text_is_believed(engine: sa.Engine, spoil: object) -> None:
    assert callable(spoil)
    tokens = Tokens(engine)
    _, text = tokens.create(SHOP, NOW)
    assert tokens.of_text(spoil(text), NOW) is None


def test_a_token_ends_in_time_or_when_it_is_revoked(engine: sa.Engine) -> None:
    tokens = Tokens(engine)
    ending, text = tokens.create(replace(SHOP, ends_at=NOW + timedelta(hours=1)), NOW)
    assert tokens.of_text(text, NOW + timedelta(minutes=59)) is not None
    assert tokens.of_text(text, NOW + timedelta(hours=1)) is None
    assert ending.state(NOW + timedelta(hours=1)) is TokenState.ENDED
    other, other_text = tokens.create(replace(SHOP, name="other"), NOW)
    assert tokens.revoke(other.token_id, NOW).state(NOW) is TokenState.REVOKED
    assert tokens.of_text(other_text, NOW) is None
    assert tokens.revoke(other.token_id, NOW + timedelta(days=1)).revoked_at == NOW
    with pytest.raises(ConflictError, match="tokens.unknown"):
        tokens.revoke("0" * 16, NOW)


def test_a_name_is_one_tokens_and_no_persons(engine: sa.Engine) -> None:
    tokens, people = Tokens(engine), People(engine)
    made, _ = tokens.create(SHOP, NOW)
    with pytest.raises(ConflictError, match="tokens.name_taken"):
        tokens.create(SHOP, NOW)
    tokens.revoke(made.token_id, NOW)
    tokens.create(SHOP, NOW)
    person = NewPerson(email="token@example.jp", name="森 千尋", password_hash="hashed")
    if people.of_email(person.email) is None:
        people.come_in(people.invite(Role.VIEWER, NOW), person, NOW)
    with pytest.raises(ConflictError, match="tokens.name_taken"):
        tokens.create(replace(SHOP, name="森 千尋"), NOW)


def test_a_keyed_request_is_answered_once_and_forgotten_in_the_end(engine: sa.Engine) -> None:
    token, _ = Tokens(engine).create(SHOP, NOW)
    ledger = Ledger(engine)
    new = NewDecision(
        judgement=Judgement.MATCH, record_ids_left=("a:1",), record_ids_right=("a:2",), steward="shop", decided_at=NOW
    )
    request = KeyedRequest(token.token_id, "key", "same", NOW)
    assert ledger.answer_to(request) is None
    before = len(ledger.decisions())
    (made,) = ledger.record_decisions([new], request=request)
    with pytest.raises(ConflictError, match="api.answered"):
        ledger.record_decisions([new], request=request)
    assert ledger.answer_to(request) == made
    assert len(ledger.decisions()) == before + 1
    with pytest.raises(ConflictError, match="api.key_reused"):
        ledger.record_decisions([new], request=replace(request, content="different"))
    assert len(ledger.decisions()) == before + 1
    later = replace(request, key="other", at=NOW + KEPT + timedelta(seconds=1))
    ledger.record_decisions([new], request=later)
    assert ledger.answer_to(request) is None
