"""Personal data stay where they belong: not in logs, not in Dagster's storage, not on the screen, in no file's name."""

import json
import mailbox
import sqlite3
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.road.projects import current_version, new_folder, published
from tests.road.runner import Ended, Runner

Copy = Callable[[Path], Path]
NAME, KANA, COMPANY = "鴉森 カナリヤ之介", "カラスモリ カナリヤノスケ", "株式会社鴉森カナリヤ堂"
CANARIES = (
    "鴉森", "カナリヤ", "カラスモリ", "zqcanary", "8877665", "鴉ノ巣町", "ZQFREETEXT", "秘密の相談",
)  # fmt: skip
_TEXT = f"ZQFREETEXT 秘密の相談 {NAME} zqcanary@mail.example.jp 090-8877-6655 with a \x00 and a “quote”"
_ADDRESS = "東京都千代田区鴉ノ巣町1-2-3"
_MAPPING = """\
record_type: auto
fields:
  {name: name, name_kana: kana, organisation_name: company, email: email, phone: phone, address: address,
   birth_date: birth, free_text: note}
"""
_CONFIGURATION = """\
language: en
sources:
  legacy: {connector: files, path: data/inbox/legacy.csv, key: email, key_is_personal: true}
  broken: {connector: files, path: data/inbox/broken.csv, key: no}
  web_form: {connector: web_form, path: data/inbox/form.jsonl, key: email, key_is_personal: true}
  mail: {connector: mail_files, path: data/inbox/inbox.mbox}
  erp: {connector: sql, url: "sqlite:///data/inbox/erp.db", table: customers, key: no}
"""
_CSV = "no,name,kana,company,email,phone,address,birth,note\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One customer in every source, in good rows and in bad ones."""
    root = new_folder(tmp_path_factory.mktemp("canary") / "project", _CONFIGURATION)
    inbox = root / "data" / "inbox"
    inbox.mkdir(parents=True)
    for name in ("legacy", "broken", "erp"):
        (root / "mappings" / f"{name}.yaml").write_text(_MAPPING, encoding="utf-8")
    row = f"1,{NAME},{KANA},{COMPANY},zqcanary@mail.example.jp,090-8877-6655,{_ADDRESS},1980-05-06,秘密の相談\n"
    bad = row.replace("zqcanary@", "zqcanary2@").replace(NAME, f"{NAME}\x00")
    (inbox / "legacy.csv").write_text(_CSV + row + bad, encoding="utf-8")
    (inbox / "broken.csv").write_text(_CSV + row + bad + row.replace("1,", "2,", 1).strip() + ",x\n", encoding="utf-8")
    submission = {"name": NAME, "kana": KANA, "company": COMPANY, "email": "zqcanary@mail.example.jp",
                  "phone": "090-8877-6655", "address": _ADDRESS, "message": _TEXT.replace("\x00", "")}  # fmt: skip
    worse = submission | {"email": "zqcanary3@mail.example.jp", "message": _TEXT}
    (inbox / "form.jsonl").write_text(
        json.dumps(submission, ensure_ascii=False) + "\n" + json.dumps(worse) + "\n" + '{"email": "zqcanary4", "name\n',
        encoding="utf-8",
    )
    message = EmailMessage()
    message["From"] = f"{NAME} <zqcanary@mail.example.jp>"
    message["To"] = "desk@mail.example.jp"
    message["Date"] = "Mon, 05 Jan 2026 10:00:00 +0900"
    message["Message-ID"] = "<zqcanary-1@mail.example.jp>"
    message["Subject"] = "秘密の相談"
    message.set_content(f"{_TEXT}\n\n-- \n{COMPANY}\n{NAME}\nTEL 090-8877-6655\n{_ADDRESS}\n".replace("\x00", ""))
    box = mailbox.mbox(inbox / "inbox.mbox")
    box.add(message)
    box.close()
    with sqlite3.connect(inbox / "erp.db") as con:
        con.execute(f"create table customers ({_CSV.strip()})")
        con.execute("insert into customers values (?, ?, ?, ?, ?, ?, ?, ?, ?)", row.strip().split(","))
    con.close()
    return root


def _raising(place: str) -> dict[str, str]:
    return {"at": place, "when": "before", "do": "raise", "text": _TEXT}


FAILURES = {
    "a connector": _raising("connectors.sources.files:Files._read"),
    "the reading of rows": _raising("assets.interpreters:interpret"),
    "the identity log": _raising("crm_pipelines.stores.identity_log:IdentityLog.append"),
    "a step": _raising("assets.golden:replace_golden"),
    "the candidate": _raising("crm_pipelines.stores.publication:_Build._append_changes"),
    "the switch": _raising("crm_pipelines.stores.published:Publications._publish"),
    "the operations file": _raising("crm_pipelines.stores.operations:_frames"),
    "the command": _raising("crm_pipelines.cli.run:print_report"),
}


def test_personal_data_show_up_nowhere_they_should_not(runner: Runner, project: Path, copy_of: Copy) -> None:
    walked = copy_of(project)
    printed: list[Ended] = []
    for name, failure in FAILURES.items():
        ended = runner.run(walked, "--lang", "en", "run", faults=[failure])
        assert ended.code in (1, 3), f"{name}: {ended.stdout}{ended.stderr}"
        assert "Traceback" not in ended.stderr
        printed.append(ended)
    (walked / "data" / "inbox" / "broken.csv").write_bytes(f"<html>{_TEXT}</html>".replace("\x00", "").encode("utf-16"))
    printed.append(runner.run(walked, "--lang", "en", "run"))
    assert printed[-1].code == 1
    printed.append(runner.run(walked, "--json", "run"))
    assert current_version(walked) is not None
    assert published(walked, "select count(*) from customers where email like 'zqcanary%'")[0][0] > 0  # it is in there

    needles = _needles()
    assert _found(b"".join(text.encode() for one in printed for text in (one.stdout, one.stderr)), needles) == []
    leaks = {
        str(path.relative_to(walked)): found
        for path in sorted((walked / "data").rglob("*"))
        if path.is_file()
        and _must_be_clean(path.relative_to(walked / "data"))
        and (found := _found(path.read_bytes(), needles))
    }
    assert leaks == {}
    names = "\n".join(str(path.relative_to(walked)) for path in walked.rglob("*"))
    assert _found(names.encode(), needles) == []


def _must_be_clean(path: Path) -> bool:
    """Where rows lie, personal data lie; everything else may hold none."""
    if path.parts[0] in ("inbox", "values") or path.name.startswith(("warehouse.duckdb", "publication.")):
        return False
    if path.parts[0] == "landing":
        return path.name != "rows.parquet"
    return path.parts[0] != "published" or path.suffix != ".duckdb"


def _needles() -> dict[str, bytes]:
    """Every canary in the forms in which a file may hide it."""
    found: dict[str, bytes] = {}
    for canary in CANARIES:
        found[f"{canary} utf-8"] = canary.encode()
        found[f"{canary} utf-16"] = canary.encode("utf-16-le")
        if not canary.isascii():
            found[f"{canary} escaped"] = json.dumps(canary).strip('"').encode()
            found[f"{canary} cp932"] = canary.encode("cp932")
    return found


def _found(content: bytes, needles: dict[str, bytes]) -> list[str]:
    lower = content.lower()
    return [name for name, needle in needles.items() if needle.lower() in lower]
