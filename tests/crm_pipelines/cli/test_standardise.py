"""`crm-pipelines standardise`: every case of the tables by way of the command, and lines that are no values."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from crm_pipelines.cli.main import run_command
from crm_pipelines.standardise.fields import FIELDS

CASES = Path(__file__).parents[2] / "cases"


def standardised(tmp_path: Path, capsys: pytest.CaptureFixture[str], field: str, lines: list[bytes]) -> list[Any]:
    file = tmp_path / "values.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    assert run_command(["standardise", str(file), "--field", field, "--json"], {}) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize("field", FIELDS)
def test_every_case_of_a_field_comes_out_line_by_line(tmp_path, capsys, field):
    cases = yaml.safe_load((CASES / f"{field}.yaml").read_text(encoding="utf-8"))
    found = standardised(tmp_path, capsys, field, [json.dumps(case["input"]).encode() for case in cases])
    assert [one["raw"] for one in found] == [case["input"] for case in cases]
    assert [one["case"] for one in found] == [case["expected"] for case in cases]
    for one in found:
        assert list(one) == ["raw", "std", "keys", "status", "rules", "case"]
        assert (one["std"] is not None) or (one["rules"] and one["status"] != "ok"), one


def test_a_line_that_is_no_value_is_told_in_its_place(tmp_path, capsys):
    lines = [b'"a"', b"no json", b"", b"12", b'"\xff"', '"b\u2028c"'.encode(), b'"\\ud800"']
    found = standardised(tmp_path, capsys, "text", lines)
    assert [one["std"] for one in found] == ["a", None, None, None, None, "b c", "\ufffd"]
    assert [one["status"] for one in found] == ["ok", *["invalid"] * 4, "ok", "ambiguous"]
    assert {tuple(one["rules"]) for one in found[1:5]} == {("line.not_a_json_string",)}


def test_people_get_a_table_from_standard_input(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("山本　美咲 様\n髙橋\n".encode("cp932"))))
    assert run_command(["standardise", "-", "--field", "person", "--lang", "ja"], {}) == 0
    shown = capsys.readouterr().out
    assert "標準化した値" in shown
    assert "山本 美咲" in shown
    assert "高橋" in shown
    assert "補正済み" in shown


@pytest.mark.parametrize("asked", [["x.txt", "--field", "shoe_size"], ["no-such-file", "--field", "text"], ["-"]])
def test_what_cannot_be_done_is_refused(asked, capsys):
    assert run_command(["standardise", *asked, "--lang", "en"], {}) == 2
    assert capsys.readouterr().err
