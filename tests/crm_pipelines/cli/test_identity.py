"""`identity`: what became of ids, on a real publication; and pins from a file."""

import shutil
from pathlib import Path

import pytest

from crm_pipelines.stores.ledger.ledger import open_ledger
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.cli.conftest import CallWorld, Rows
from tests.worlds import World


@pytest.fixture(scope="module")
def customer(rows: Rows) -> tuple[str, list[str]]:
    """A person with several records: its id and the records."""
    ((golden_id, records),) = rows(
        """select crosswalk.golden_id, list(record_id order by record_id) from crosswalk
           join customers using (golden_id) where customer_type = 'person' and phone is not null
           group by 1 order by count(*) desc, 1 limit 1"""
    )
    return golden_id, records


@pytest.fixture
def copy(world: World, tmp_path: Path) -> World:
    """The same publication with a ledger of its own."""
    (tmp_path / "data").mkdir()
    for name in ("crm_pipelines.yaml", ".env", "mappings", "data/published", "data/models"):
        (tmp_path / name).symlink_to(world.root / name)
    shutil.copy(ProjectPaths(world.root).ledger, tmp_path / "data" / "ledger.db")
    return World(tmp_path)


def test_history_of_an_id_tells_its_events(world: World, ask: CallWorld, customer: tuple[str, list[str]]) -> None:
    code, document = ask(world, "identity", "history", customer[0].lower().replace("-", ""))
    assert (code, document["state"], document["id"]) == (0, "live", customer[0])
    (minted,) = document["identity_history"]
    assert (minted["event"], minted["reason"], minted["cause"]) == ("minted", "new_customer", "data")
    assert minted["records"] == ", ".join(customer[1])
    assert minted["run_id"]


def test_values_of_a_customer_are_told_when_asked(
    world: World, ask: CallWorld, rows: Rows, customer: tuple[str, list[str]]
) -> None:
    _, document = ask(world, "identity", "history", customer[0], "--values")
    shown = {one["attribute"]: one["value"] for one in document["values_now"]}
    assert shown["phone"] == rows(f"select phone from customers where golden_id = '{customer[0]}'")[0][0]
    assert document["value_changes"] == []


def test_history_of_a_record_tells_its_customers(world: World, ask: CallWorld, customer: tuple[str, list[str]]) -> None:
    _, document = ask(world, "identity", "history", customer[1][0])
    assert [(one["golden_id"], one["until_at"]) for one in document["homes"]] == [(customer[0], None)]


def test_resolve_names_the_living_customer(world: World, ask: CallWorld, customer: tuple[str, list[str]]) -> None:
    for name in (customer[0], customer[1][-1]):
        code, document = ask(world, "identity", "resolve", name)
        assert (code, document["golden_ids"]) == (0, [customer[0]])
        assert [one["golden_id"] for one in document["resolved"]] == [customer[0]]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("K7M2-QX9A-TB4W", "identity.mistyped"),
        ("K7M2-QX9A", "identity.no_id"),
        ("hanako@mail.example.jp", "identity.no_id"),
        ("erp:nobody", "identity.unknown_record"),
    ],
)
@pytest.mark.parametrize("command", ["history", "resolve"])
def test_id_that_nobody_knows_is_2_and_says_what_is_wrong_with_it(
    world: World, ask: CallWorld, command: str, name: str, code: str
) -> None:
    exit_code, document = ask(world, "identity", command, name)
    assert (exit_code, document["error"]["code"]) == (2, "identity.unknown")
    assert document["error"]["faults"][0]["code"] == code
    assert "hanako" not in str(document)


def test_slip_of_a_known_id_shows_that_id(world: World, ask: CallWorld, customer: tuple[str, list[str]]) -> None:
    typed = customer[0][:-1] + ("0" if customer[0][-1] != "0" else "1")
    _, document = ask(world, "identity", "resolve", typed)
    (fault,) = document["error"]["faults"]
    assert (fault["code"], fault["facts"]["similar"]) == ("identity.mistyped_similar", customer[0])


def test_day_before_everything_and_now(world: World, ask: CallWorld, customer: tuple[str, list[str]]) -> None:
    code, document = ask(world, "identity", "as-of", "2020-01-01", customer[1][0])
    assert (code, document["members_then"]) == (0, [])
    _, document = ask(world, "identity", "as-of", "2020-01-01")
    assert document["n_customers"] == 0


def test_end_of_the_day_of_the_run_shows_everybody_as_they_are(
    world: World, ask: CallWorld, rows: Rows, customer: tuple[str, list[str]]
) -> None:
    day = rows("select strftime(max(happened_at) at time zone 'Asia/Tokyo', '%Y-%m-%d') from identity_log")[0][0]
    _, document = ask(world, "identity", "as-of", day, customer[0])
    assert [one["record_id"] for one in document["members_then"]] == customer[1]
    _, document = ask(world, "identity", "as-of", day)
    assert document["n_customers"] == rows("select count(*) from customers")[0][0]
    assert document["n_differing"] == 0


@pytest.mark.parametrize(
    ("day", "code"),
    [("31.5.2026", "identity.no_date"), ("2026-13-01", "identity.no_date"), ("9000-01-01", "identity.date_ahead"),
     ("9999-12-31", "identity.no_date")],
)  # fmt: skip
def test_day_that_is_none_or_ahead_is_refused(world: World, ask: CallWorld, day: str, code: str) -> None:
    exit_code, document = ask(world, "identity", "as-of", day)
    assert (exit_code, document["error"]["code"]) == (2, code)


def test_pins_of_a_file_are_recorded_and_told(
    copy: World, ask: CallWorld, customer: tuple[str, list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "pins.csv"
    file.write_text(f"action,id,attribute,value,reason\npin,{customer[0]},phone,03-3581-0427,本人に確認\n", "utf-8")
    code, document = ask(copy, "identity", "pins", "--import", file, "--steward", "hana")
    assert code == 0
    (told,) = document["pins"]
    assert (told["value"], told["reason"], told["pinned_by"]) == ("+81335810427", "本人に確認", "hana")
    with open_ledger(ProjectPaths(copy.root).ledger_url) as ledger:
        (pin,) = ledger.pins()
    assert (pin.record_ids, [pin.pin_id]) == (tuple(customer[1]), document["recorded"])
    _, document = ask(copy, "identity", "pins")
    assert len(document["pins"]) == 1


def test_file_with_a_fault_records_nothing_of_it(
    copy: World, ask: CallWorld, customer: tuple[str, list[str]], tmp_path: Path
) -> None:
    file = tmp_path / "pins.csv"
    file.write_text(
        f"action,id,attribute,value,reason\npin,{customer[0]},phone,03-3581-0427,x\npin,{customer[0]},email,?,x\n",
        "utf-8",
    )
    code, document = ask(copy, "identity", "pins", "--import", file, "--steward", "hana")
    assert (code, document["error"]["code"]) == (2, "pin.refused")
    assert [fault["facts"]["row"] for fault in document["error"]["faults"]] == [3]
    with open_ledger(ProjectPaths(copy.root).ledger_url) as ledger:
        assert ledger.pins() == []


def test_pins_need_a_steward_and_a_file_that_is_there(copy: World, ask: CallWorld, tmp_path: Path) -> None:
    code, document = ask(copy, "identity", "pins", "--import", tmp_path / "none.csv")
    assert (code, document["error"]["code"]) == (2, "pin.no_steward")
    code, document = ask(copy, "identity", "pins", "--import", tmp_path / "none.csv", "--steward", "hana")
    assert (code, document["error"]["code"]) == (2, "standardise.unreadable_file")
