"""`docs/api.md`: its examples run, its scopes are those there are."""

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.web.api.application import ADDRESSES, PREFIX
from tests.crm_pipelines.web.api.conftest import token_text
from tests.crm_pipelines.web.pages.conftest import App

PAGE = Path(__file__).parents[4] / "docs" / "api.md"


def examples(page: str) -> list[str]:
    blocks = re.findall(r"^```\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line.startswith("curl ")]


def filled(example: str, variables: Mapping[str, str]) -> str:
    """An example with what its reader would put in."""
    for name, value in variables.items():
        example = example.replace(name, value)
    return example


def test_every_address_has_an_example_that_runs(app: App) -> None:
    page = PAGE.read_text(encoding="utf-8")
    with app.desk.room.look() as look:
        golden_id = look.con.execute("select min(golden_id) from customers").fetchall()[0][0]
        question_id = look.desk.questions()[0].question_id
    variables = {
        "$TOKEN": token_text(app), "$CRM": "", "$GOLDEN_ID": golden_id, "'$QUESTION_ID'": question_id,
    }  # fmt: skip
    ran = set()
    for example in examples(page):
        words = shlex.split(filled(example, variables))[1:]
        headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H")
        bodies = [words[at + 1] for at, word in enumerate(words) if word == "-d"]
        (path,) = [word for word in words if word.startswith(PREFIX)]
        method = "POST" if bodies else "GET"
        answer = app.client().request(method, path, headers=headers, content=bodies[0].encode() if bodies else None)
        assert answer.is_success, (path, answer.text)
        if bodies:
            json.loads(bodies[0])
        shown = path.removeprefix(PREFIX).partition("?")[0].replace(golden_id, "{golden_id}")
        ran.add((method, shown))
    assert ran == {(one.method, one.path) for one in ADDRESSES}


def test_every_scope_is_told() -> None:
    told = set(re.findall(r"^\| `([a-z:]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == {scope.value for scope in TokenScope}
