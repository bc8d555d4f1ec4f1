"""The audit log: everything stands in it once, in one chain, and whatever is done to it shows."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from crm_pipelines.model.enums import Judgement, Role
from crm_pipelines.model.errors import ConflictError, ContractError
from crm_pipelines.stores.ledger.audit import Action, AuditFilter, AuditLog, Happening, row_hash
from crm_pipelines.stores.ledger.audit_check import check_audit
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.facts import NewDecision
from crm_pipelines.stores.ledger.ledger import Ledger
from crm_pipelines.stores.ledger.people import NewPerson, People
from crm_pipelines.stores.ledger.staff import Staff, Subject
from crm_pipelines.stores.ledger.tables import audit, entries

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
LOOK = Happening(
    happened_at=NOW, action=Action.LOOKED, person_id="p1", object_kind="question", object_id="q1", customer_id="K7M2"
)
DECISION = NewDecision(
    judgement=Judgement.MATCH,
    record_ids_left=("erp:1",),
    record_ids_right=("web:3",),
    steward="森 千尋",
    decided_at=NOW,
)
_ROOT = Path(__file__).parents[4]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    uri, name = request.getfixturevalue("postgres_uri"), f"audit_{uuid4().hex}"
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"create schema {name}".encode())
    options = {"options": f"-csearch_path={name}"}
    return sa.make_url(uri).update_query_dict(options).render_as_string(hide_password=False)


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def test_what_was_noted_comes_back_narrowed_and_page_by_page(engine: sa.Engine) -> None:
    log = AuditLog(engine)
    log.note(LOOK, replace(LOOK, customer_id="T9WB"))
    log.note(replace(LOOK, person_id="p2", action=Action.LISTED, happened_at=NOW + timedelta(days=1)))
    assert [row.seq for row in log.rows(AuditFilter())] == [3, 2, 1]
    assert log.rows(AuditFilter(customer_id="T9WB"))[0].happening == replace(LOOK, customer_id="T9WB")
    assert [row.seq for row in log.rows(AuditFilter(person_id="p1", limit=1))] == [2]
    assert [row.seq for row in log.rows(AuditFilter(person_id="p1", before=2))] == [1]
    assert [row.seq for row in log.rows(AuditFilter(action=Action.LISTED))] == [3]
    assert [row.seq for row in log.rows(AuditFilter(since=NOW, until=NOW + timedelta(hours=1)))] == [2, 1]
    assert check_audit(engine).is_whole


def test_a_decision_and_its_row_are_there_together_or_not_at_all(engine: sa.Engine) -> None:
    ledger, log = Ledger(engine), AuditLog(engine)
    found = ledger.by("p1").record_decision(replace(DECISION, question_id="q1"), only_if_open=True)
    (row,) = log.rows(AuditFilter())
    assert (row.happening.action, row.happening.person_id, row.happening.object_id) == (
        Action.DECIDED, "p1", found.decision_id,
    )  # fmt: skip
    assert row.happening.digest == ledger.entries()[0].hash
    with pytest.raises(ConflictError):
        ledger.by("p2").record_decision(replace(DECISION, question_id="q1"), only_if_open=True)
    assert len(log.rows(AuditFilter())) == 1
    ledger.record_decision(replace(DECISION, judgement=Judgement.UNSURE, supersedes=found.decision_id))
    told = log.rows(AuditFilter())[0]
    assert (told.happening.action, told.happening.person_id) == (Action.DECISION_REPLACED, None)
    assert told.person == "森 千尋"  # nobody had signed in: the entry says who


def test_no_row_holds_a_name_or_an_address(engine: sa.Engine) -> None:
    people, staff = People(engine), Staff(engine)
    secret = people.invite(Role.ADMIN, NOW)
    mori = people.come_in(secret, NewPerson(email="mori@example.jp", name="森 千尋", password_hash="x"), NOW)
    people.note_failure(mori, NOW)
    cookie = people.sign_in(mori, NOW)
    Ledger(engine).by(mori.person_id).record_decision(DECISION)
    staff.end_sign_ins(mori.person_id, mori.person_id, NOW)
    people.sign_out(cookie, NOW)
    with engine.connect() as connection:
        text = str(connection.execute(sa.select(audit)).all())
    assert not any(word in text for word in ("森", "mori", "example"))
    actions = [row.happening.action for row in reversed(AuditLog(engine).rows(AuditFilter()))]
    assert actions == ["invited", "came_in", "sign_in_failed", "signed_in", "decided", "sign_ins_ended"]


def _changed(connection: sa.Connection) -> None:
    connection.execute(audit.update().where(audit.c.seq == 3), {"person_id": "p9"})


def _removed(connection: sa.Connection) -> None:
    connection.execute(audit.delete().where(audit.c.seq == 3))


def _first_removed(connection: sa.Connection) -> None:
    connection.execute(audit.delete().where(audit.c.seq <= 2))


def _forged(connection: sa.Connection, prev_hash: str | None = None) -> None:
    """Row 3 is another one, whose own hash fits."""
    row = dict(connection.execute(sa.select(audit).where(audit.c.seq == 3)).mappings().one())
    row |= {"person_id": "p9"} | ({"prev_hash": prev_hash} if prev_hash else {})
    connection.execute(audit.delete().where(audit.c.seq == 3))
    connection.execute(audit.insert(), row | {"hash": row_hash(row)})


def _forged_apart(connection: sa.Connection) -> None:
    _forged(connection, "ab" * 32)


def _put_before(connection: sa.Connection) -> None:
    row = dict(connection.execute(sa.select(audit).where(audit.c.seq == 1)).mappings().one()) | {"seq": 0}
    connection.execute(audit.insert(), row | {"hash": row_hash(row)})


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (_changed, (3, "changed")),
        (_removed, (3, "missing")),
        (_first_removed, (1, "missing")),
        (_forged, (3, "inserted")),
        (_forged_apart, (3, "inserted")),
        (_put_before, (0, "inserted")),
    ],
)
def test_the_first_broken_place_is_named(
    engine: sa.Engine, tamper: Callable[[sa.Connection], None], found: tuple[int, str]
) -> None:
    log = AuditLog(engine)
    for number in range(6):
        log.note(replace(LOOK, object_id=f"q{number}"))
    assert check_audit(engine).n_rows == 6
    with engine.begin() as connection:
        tamper(connection)
    report = check_audit(engine)
    assert (report.broken_seq, report.fault) == found


def test_an_end_that_was_cut_off_shows_against_what_was_kept(engine: sa.Engine) -> None:
    log = AuditLog(engine)
    for _ in range(4):
        log.note(LOOK)
    kept = log.head()
    assert check_audit(engine, kept).is_whole
    with engine.begin() as connection:
        connection.execute(audit.delete().where(audit.c.seq == 4))
    assert check_audit(engine).is_whole
    assert (check_audit(engine, kept).broken_seq, check_audit(engine, kept).fault) == (4, "cut")


def test_an_entry_of_the_ledger_that_is_not_what_it_was_shows(engine: sa.Engine) -> None:
    Ledger(engine).record_decision(DECISION)
    Ledger(engine).record_decision(replace(DECISION, record_ids_left=("erp:2",)))
    with engine.begin() as connection:
        connection.execute(entries.update().where(entries.c.seq == 2), {"hash": "0" * 64})
    assert (check_audit(engine).broken_seq, check_audit(engine).fault) == (2, "entry")


def test_the_end_alone_is_checked_from_the_row_before_it(engine: sa.Engine) -> None:
    log = AuditLog(engine)
    for _ in range(6):
        log.note(LOOK)
    assert check_audit(engine, last=2).n_rows == 2
    with engine.begin() as connection:
        _changed(connection)
    assert check_audit(engine, last=2).is_whole
    assert not check_audit(engine, last=4).is_whole


def test_a_time_without_a_zone_is_refused(engine: sa.Engine) -> None:
    with pytest.raises(ContractError):
        AuditLog(engine).note(replace(LOOK, happened_at=LOOK.happened_at.replace(tzinfo=None)))


_WRITER = """
import sys
from dataclasses import replace
from datetime import UTC, datetime
from crm_pipelines.stores.ledger.audit import Action, AuditLog, Happening
from crm_pipelines.stores.ledger.engine import open_engine
log = AuditLog(open_engine(sys.argv[1]))
look = Happening(happened_at=datetime(2026, 4, 1, tzinfo=UTC), action=Action.LOOKED, person_id=sys.argv[2])
for number in range(40):
    log.note(look, replace(look, object_id=str(number)))
"""


def test_fifty_stewards_and_two_processes_at_once_make_one_chain(engine: sa.Engine, url: str) -> None:
    processes = [subprocess.Popen([sys.executable, "-c", _WRITER, url, f"x{n}"], cwd=_ROOT) for n in range(2)]
    ledger, log = Ledger(engine), AuditLog(engine)

    def work(steward: int) -> None:
        for number in range(4):
            log.note(replace(LOOK, person_id=f"p{steward}"))
            new = replace(DECISION, decision_id=f"{steward}-{number}", record_ids_left=(f"erp:{steward}{number}",))
            ledger.by(f"p{steward}").record_decision(new)

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(work, range(50)))
    assert [process.wait() for process in processes] == [0, 0]
    report = check_audit(engine)
    assert report.is_whole
    assert report.n_rows == 50 * 4 * 2 + 2 * 40 * 2
    with engine.connect() as connection:
        prev = connection.execute(sa.select(sa.func.count(sa.distinct(audit.c.prev_hash)))).scalar_one()
    assert prev == report.n_rows  # no two rows go on from one
    assert ledger.verify_chain().is_whole


def test_the_last_administrator_stays(engine: sa.Engine) -> None:
    people, staff = People(engine), Staff(engine)
    admin, other = (
        people.come_in(people.invite(role, NOW), NewPerson(email=email, name=email, password_hash="x"), NOW)
        for role, email in ((Role.ADMIN, "a@example.jp"), (Role.ADMIN, "b@example.jp"))
    )
    staff.change_role(other.person_id, Role.VIEWER, admin.person_id, NOW)
    with pytest.raises(ConflictError, match="people.last_admin"):
        staff.change_role(admin.person_id, Role.VIEWER, admin.person_id, NOW)
    with pytest.raises(ConflictError, match="people.last_admin"):
        staff.switch(admin.person_id, is_active=False, by=admin.person_id, now=NOW)
    with pytest.raises(ConflictError, match="people.unknown"):
        staff.change_role("nobody", Role.VIEWER, admin.person_id, NOW)
    assert [one.person.role for one in staff.members(NOW)] == [Role.ADMIN, Role.VIEWER]


def test_who_comes_by_a_provider_is_known_by_issuer_and_subject_and_never_by_address(engine: sa.Engine) -> None:
    people, staff = People(engine), Staff(engine)
    local = people.come_in(
        people.invite(Role.ADMIN, NOW), NewPerson(email="mori@example.jp", name="森 千尋", password_hash="x"), NOW
    )
    subject = Subject("https://a.example", "1", "森 千尋", Role.STEWARD)
    first = staff.come_in(subject, NOW)
    assert first.person_id != local.person_id
    assert staff.come_in(replace(subject, name="Mori", role=Role.LEAD), NOW).person_id == first.person_id
    assert staff.come_in(subject, NOW).role is Role.STEWARD
    assert staff.come_in(replace(subject, issuer="https://b.example"), NOW).person_id != first.person_id
    assert [one.is_openid for one in staff.members(NOW)].count(True) == 2
    staff.switch(first.person_id, is_active=False, by=local.person_id, now=NOW)
    with pytest.raises(ConflictError, match="people.switched_off"):
        staff.come_in(subject, NOW)
