"""Everything that may be wrong with what a source delivers: said in words, and nothing lost."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from crm_pipelines.messages.catalogue import render_fault
from crm_pipelines.model.errors import Fault
from crm_pipelines.stores.accounts import GAINS, LOSSES, RECEIVED_TERMS
from tests.road.projects import accounts, last_run, new_folder, operations, published
from tests.road.runner import Runner

_HEADER = "no,name,email,phone,birth,updated\n"
_MAPPING = """\
record_type: person
fields: {name: name, email: email, phone: phone, birth_date: birth, updated_at: updated}
"""
_N_MANY = 20_000


def _line(number: int, name: str = "佐藤 花子") -> str:
    return f"{number},{name},p{number}@mail.example.jp,,1980-05-06,2026-01-02 03:04:05\n"


def _lines(count: int) -> str:
    return "".join(_line(number) for number in range(1, count + 1))


@dataclass(frozen=True, slots=True)
class Case:
    """A source with something wrong.

    Attributes:
        files: name -> content.
        options: of the connector, beside the path.
        n_received: rows as delivered.
        n_live: rows that count.
        held: reason code -> facts that must stand in it, for rows in quarantine.
        error: code of the source's failure.
    """

    files: dict[str, bytes]
    options: str = "connector: files, key: no"
    n_received: int = 0
    n_live: int = 0
    held: tuple[tuple[str, dict[str, object]], ...] = ()
    error: str | None = None


def _csv(text: str, encoding: str = "utf-8") -> dict[str, bytes]:
    return {"rows.csv": text.encode(encoding)}


_TICKETS = json.dumps({"users": [{"id": 1, "name": "佐藤 花子"}], "tickets": []}).encode()
CASES = {
    "empty": Case(_csv("")),
    "header_only": Case(_csv(_HEADER)),
    "fine": Case(_csv(_HEADER + _lines(3)), n_received=3, n_live=3),
    "cp932": Case(_csv(_HEADER + _lines(3), "cp932"), n_received=3, n_live=3),
    "utf16": Case(_csv(_HEADER + _lines(3), "utf-16"), n_received=3, n_live=3),
    "wrong_encoding": Case(
        {"rows.csv": (_HEADER + _line(1)).encode() + b"2,\xff\xfe\x81,x@mail.example.jp,,,\n" + _line(3).encode()},
        options="connector: files, key: no, encoding: utf-8",
        n_received=3,
        n_live=2,
        held=(("row.undecodable", {"file": "rows.csv", "row": 3}),),
    ),
    "mojibake": Case(
        _csv(_HEADER + _line(1) + _line(2, "佐藤 花子".encode().decode("cp932", errors="replace")) + _line(3)),
        n_received=3,
        n_live=2,
        held=(("row.lost_characters", {"field": "name"}),),
    ),
    "nul_bytes": Case(
        _csv(_HEADER + _line(1) + _line(2, "佐\x00藤") + _line(3)),
        n_received=3,
        n_live=2,
        held=(("row.nul_bytes", {"file": "rows.csv", "row": 3}),),
    ),
    "large_cell": Case(
        _csv(_HEADER + _line(1) + _line(2, "あ" * ((10 << 20) // 3)) + _line(3)),
        n_received=3,
        n_live=2,
        held=(("row.cell_too_large", {"file": "rows.csv", "row": 3}),),
    ),
    "duplicate_keys": Case(_csv(_HEADER + _line(1, "古 い") + _line(2) + _line(1)), n_received=3, n_live=2),
    "missing_keys": Case(
        _csv(_HEADER + _line(1) + ",鈴木 一郎,s@mail.example.jp,,,\n" + _line(3)),
        n_received=3,
        n_live=2,
        held=(("row.missing_key", {"file": "rows.csv", "row": 3, "field": "no"}),),
    ),
    "extra_cells": Case(
        _csv(_HEADER + _line(1) + _line(2).strip() + ",too,many\n" + _line(3)),
        n_received=3,
        n_live=2,
        held=(("row.column_count", {"file": "rows.csv", "row": 3}),),
    ),
    "missing_cells": Case(
        _csv(_HEADER + _line(1) + "2,鈴木\n" + _line(3)),
        n_received=3,
        n_live=2,
        held=(("row.column_count", {"file": "rows.csv", "row": 3}),),
    ),
    "extra_column": Case(
        _csv("extra," + _HEADER + "".join("x," + _line(number) for number in (1, 2))), n_received=2, n_live=2
    ),
    "missing_column": Case(_csv("no,name\n1,佐藤 花子\n2,鈴木 一郎\n"), n_received=2, n_live=2),
    "no_key_column": Case(_csv("name,email\n佐藤 花子,a@mail.example.jp\n"), error="source.no_such_column"),
    "year_zero": Case(
        _csv(_HEADER + _line(1).replace("1980-05-06", "0000-01-01") + _line(2).replace("2026-01-02", "0000-00-00")),
        n_received=2,
        n_live=2,
    ),
    "many": Case(
        _csv(_HEADER + _lines(_N_MANY // 2) + f"{_N_MANY},\x00,,,,\n" + "".join(
            _line(number) for number in range(_N_MANY // 2 + 1, _N_MANY)
        )),
        n_received=_N_MANY,
        n_live=_N_MANY - 1,
        held=(("row.nul_bytes", {"file": "rows.csv", "row": _N_MANY // 2 + 2}),),
    ),
    "truncated_json": Case(
        {"rows.json": _TICKETS[: len(_TICKETS) // 2]},
        options="connector: zendesk_export",
        error="source.truncated_json",
    ),
    "html": Case(
        {"rows.json": b"<!DOCTYPE html><html><body>Sign in</body></html>"},
        options="connector: zendesk_export",
        error="source.unexpected_html",
    ),
    "html_lines": Case(
        {"rows.jsonl": b"<html><body>Sign in</body></html>\n"},
        options="connector: web_form",
        error="source.unexpected_html",
    ),
    "bad_line": Case(
        {"rows.jsonl": b'{"submission_id": "a", "name": "\xe4\xbd\x90\xe8\x97\xa4"}\n{"submission_id": \n'},
        options="connector: web_form",
        n_received=2,
        n_live=1,
        held=(("row.not_json", {"file": "rows.jsonl", "row": 2}),),
    ),
    "no_file": Case({}, error="source.not_found"),
    "no_database": Case(
        {}, options="connector: sql, url: 'sqlite:///data/inbox/none.db', table: customers, key: no",
        error="source.no_such_database",
    ),
}  # fmt: skip
_SHIPPED = ("zendesk_export", "web_form")


@pytest.fixture(scope="module")
def walked(runner: Runner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One project with a source for every case, run once; what it printed lies beside its data."""
    root = tmp_path_factory.mktemp("bad") / "project"
    lines = ["language: en", "sources:"]
    for name, case in CASES.items():
        path = "" if "connector: sql" in case.options else f", path: 'data/inbox/{name}/*'"
        if name == "no_file":
            path = ", path: data/inbox/none.csv"
        lines.append(f"  {name}: {{{case.options}{path}}}")
    new_folder(root, "\n".join(lines) + "\n")
    for name, case in CASES.items():
        if not any(connector in case.options for connector in _SHIPPED):
            (root / "mappings" / f"{name}.yaml").write_text(_MAPPING, encoding="utf-8")
        for file, content in case.files.items():
            delivered = root / "data" / "inbox" / name / file
            delivered.parent.mkdir(parents=True, exist_ok=True)
            delivered.write_bytes(content)
    ended = runner.run(root, "--lang", "en", "run")
    assert ended.code == 1, ended.stdout + ended.stderr
    (root / "printed.txt").write_text(ended.stdout + ended.stderr, encoding="utf-8")
    return root


def test_the_others_are_published(walked: Path) -> None:
    assert last_run(walked)[2:4] == ("source_failed", "run.sources_failed")
    assert published(walked, "select count(*) from customers")[0][0] > 0


@pytest.mark.parametrize("name", CASES)
def test_every_row_is_accounted_for(walked: Path, name: str) -> None:
    case, account = CASES[name], accounts(walked).get(name)
    if account is None:
        assert case.n_received == 0
        return
    assert account["received"] == case.n_received == sum(account[term] for term in RECEIVED_TERMS)
    assert account["live_after"] == case.n_live
    assert account["live_after"] == sum(account[term] for term in GAINS) - sum(account[term] for term in LOSSES)
    assert account["quarantined"] == len(case.held)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.held])
def test_a_bad_row_waits_with_its_reason_and_place(walked: Path, name: str) -> None:
    rows = operations(
        walked,
        "select reason_code, facts, position, raw from quarantine where source_system = ? order by position",
        [name],
    )
    expected = CASES[name].held
    assert [row[0] for row in rows] == [code for code, _ in expected]
    for (code, facts_text, position, raw), (_, expected_facts) in zip(rows, expected, strict=True):
        facts = json.loads(facts_text)
        assert facts.items() >= expected_facts.items()
        assert position.startswith("rows.")
        assert position.rpartition(":")[2].isdigit()
        assert raw
        _require_words(Fault(code, facts))


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.error])
def test_a_source_that_gives_nothing_says_why(walked: Path, name: str) -> None:
    ((code, facts_text),) = operations(
        walked, "select error_code, error_facts from source_status where source_system = ?", [name]
    )
    assert code == CASES[name].error
    fault = Fault(code, json.loads(facts_text))
    _require_words(fault)
    told = render_fault(fault, "en")
    assert name in told or any(file in told for file in CASES[name].files)
    printed = "".join((walked / "printed.txt").read_text(encoding="utf-8").split())
    assert name in printed


def test_the_screen_says_it_in_whole_sentences(walked: Path) -> None:
    printed = (walked / "printed.txt").read_text(encoding="utf-8")
    assert "…" not in printed
    for place in ("rows.csv:3", "rows.csv:10002", "rows.jsonl:2"):
        assert place in printed


def test_the_others_have_no_error(walked: Path) -> None:
    broken = {name for name, case in CASES.items() if case.error}
    told = operations(walked, "select source_system from source_status where error_code is not null")
    assert {name for (name,) in told} == broken


def _require_words(fault: Fault) -> None:
    for language in ("en", "ja"):
        told = render_fault(fault, language)
        assert fault.code not in told
        assert "{" not in told
        assert len(told) > 15
    assert not render_fault(fault, "ja").isascii()


def test_held_rows_come_in_once_when_they_are_mended(
    runner: Runner, walked: Path, copy_of: Callable[[Path], Path]
) -> None:
    project, mended = copy_of(walked), ["missing_keys", "nul_bytes", "wrong_encoding"]
    for name in mended:
        (project / "data" / "inbox" / name / "rows.csv").write_text(_HEADER + _lines(3), encoding="utf-8")
    ended = runner.run(project, sources=mended)
    assert ended.code == 0, ended.stderr
    for name in mended:
        account = accounts(project)[name]
        assert (account["live_before"], account["live_after"]) == (2, 3)
    assert (
        operations(project, "select source_id from quarantine where source_system in ('nul_bytes', 'wrong_encoding')")
        == []
    )
