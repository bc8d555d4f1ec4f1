"""`backup` and `restore` as they are typed; what they do to the stores is tested beside the stores."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.stores.restore_journal import JOURNAL, WORK

Call = Callable[..., tuple[int, Any]]
_REFUSED, _UNAVAILABLE = 2, 3


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    assert run_command(["--lang", "en", "init", "acme"], {}) == 0
    return tmp_path / "acme"


@pytest.fixture
def call(acme: Path, capsys: pytest.CaptureFixture[str]) -> Call:
    capsys.readouterr()

    def run(*arguments: str, project: str = "acme") -> tuple[int, Any]:
        code = run_command([*arguments, "--json", "--lang", "en", "--project", str(acme.parent / project)], {})
        return code, json.loads(capsys.readouterr().out)

    return run


def code_of(document: Any) -> str:
    return str(document["error"]["code"])


def test_folder_gets_a_file_named_after_project_and_time(call: Call, tmp_path: Path) -> None:
    code, document = call("backup", str(tmp_path))
    assert code == 0
    (file,) = tmp_path.glob("acme-*.tar")
    assert document["backup"] == str(file)
    assert {row["store"] for row in document["stores"]} >= {"crm_pipelines.yaml", "rules"}


def test_backup_that_would_be_lost_with_the_project_is_refused(call: Call, acme: Path) -> None:
    code, document = call("backup", str(acme / "backup.tar"))
    assert (code, code_of(document)) == (_REFUSED, "backup.inside_project")


def test_backup_writes_over_nothing(call: Call, tmp_path: Path) -> None:
    assert call("backup", str(tmp_path / "b.tar"))[0] == 0
    code, document = call("backup", str(tmp_path / "b.tar"))
    assert (code, code_of(document)) == (_REFUSED, "backup.exists")


def test_ledger_that_lies_elsewhere_is_not_passed_over_in_silence(call: Call, acme: Path, tmp_path: Path) -> None:
    ledger = "stores: {ledger_url: 'postgresql://crm@localhost/ledger'}"
    (acme / "crm_pipelines.yaml").write_text(f"sources: {{}}\n{ledger}\n", encoding="utf-8")
    code, document = call("backup", str(tmp_path / "b.tar"))
    assert (code, code_of(document)) == (_REFUSED, "backup.ledger_elsewhere")
    assert not (tmp_path / "b.tar").exists()


def test_project_with_another_key_is_refused(call: Call, acme: Path, tmp_path: Path) -> None:
    call("backup", str(tmp_path / "b.tar"))
    other = tmp_path / "other"
    other.mkdir()
    (other / ".env").write_text(f"PROJECT_KEY={'cd' * 32}\n", encoding="utf-8")
    code, document = call("restore", str(tmp_path / "b.tar"), project="other")
    assert (code, code_of(document)) == (_REFUSED, "restore.other_key")
    (other / ".env").write_bytes((acme / ".env").read_bytes())
    assert call("restore", str(tmp_path / "b.tar"), project="other")[0] == 0
    assert (other / "crm_pipelines.yaml").read_bytes() == (acme / "crm_pipelines.yaml").read_bytes()


def test_project_without_a_key_is_told_that_it_needs_one(call: Call, tmp_path: Path, capsys: Any) -> None:
    call("backup", str(tmp_path / "b.tar"))
    code = run_command(["--lang", "ja", "restore", str(tmp_path / "b.tar"), "--project", str(tmp_path / "other")], {})
    assert code == 0
    assert "PROJECT_KEY がまだありません" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [(), ("b.tar", "--finish")])
def test_restore_wants_a_file_or_finish(call: Call, arguments: tuple[str, ...]) -> None:
    code, document = call("restore", *arguments)
    assert (code, code_of(document)) == (_REFUSED, "restore.file_or_finish")


def test_every_command_names_a_restore_that_is_not_finished(call: Call, acme: Path) -> None:
    (acme / WORK).mkdir()
    (acme / WORK / JOURNAL).write_text('{"aside": "x", "moves": []}', encoding="utf-8")
    for command in (("doctor",), ("run",), ("sources", "list")):
        code, document = call(*command)
        assert (code, code_of(document)) == (_UNAVAILABLE, "restore.unfinished"), command
    assert call("restore", "--finish")[0] == 0
    assert call("doctor")[0] == 0
