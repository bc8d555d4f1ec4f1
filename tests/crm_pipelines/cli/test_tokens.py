"""`tokens create`, `list`, `revoke`."""

from pathlib import Path

import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.model.enums import TokenScope
from crm_pipelines.stores.ledger.engine import open_engine
from crm_pipelines.stores.ledger.tokens import Tokens
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


@pytest.fixture
def project(world: World, tmp_path: Path) -> World:
    return world.copy(tmp_path / "project")


def test_a_token_is_made_listed_and_revoked(project: World, ask: CallWorld) -> None:
    made = ask(project, "tokens", "create", " order  desk ", "--scope", "match", "--scope", "customers:read",
               "--days", 30, "--steward", "mori")  # fmt: skip
    assert made[0] == 0
    assert made[1]["token"].startswith(f"crmp_{made[1]['token_id']}_")
    engine = open_engine(ProjectPaths(project.root).ledger_url)
    (token,) = Tokens(engine).all()
    engine.dispose()
    assert (token.name, token.made_by) == ("order desk", "mori")
    assert token.scopes == {TokenScope.MATCH, TokenScope.CUSTOMERS_READ}
    assert token.ends_at is not None
    assert (token.ends_at - token.created_at).days == 30
    _, listed = ask(project, "tokens", "list")
    (row,) = listed["tokens"]
    assert (row["name"], row["scopes"], row["token_state"]) == ("order desk", "customers:read match", "in_use")
    assert made[1]["token"].rpartition("_")[2] not in str(listed)
    assert ask(project, "tokens", "revoke", made[1]["token_id"])[0] == 0
    assert ask(project, "tokens", "list")[1]["tokens"][0]["token_state"] == "revoked"


def test_the_text_is_shown_to_people_once(project: World, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["tokens", "create", "shop", "--scope", "match", "--lang", "ja", "--project", str(project.root)]
    assert run_command(arguments, {"USER": "mori"}) == 0
    shown = capsys.readouterr().out
    assert shown.count("crmp_") == 1
    assert "一度だけ" in shown


def test_what_cannot_be_made_or_revoked_is_refused(project: World, ask: CallWorld) -> None:
    ask(project, "tokens", "create", "shop", "--scope", "match")
    for arguments, code in (
        (("create", "shop", "--scope", "match"), "tokens.name_taken"),
        (("create", " ", "--scope", "match"), "tokens.bad_name"),
        (("revoke", "0" * 16), "tokens.unknown"),
    ):
        status, document = ask(project, "tokens", *arguments)
        assert (status, document["error"]["code"]) == (2, code)
