"""`export`: what is written where, and what is refused."""

from pathlib import Path

import pytest

from crm_pipelines.cli.main import run_command
from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from tests.crm_pipelines.cli.conftest import CallWorld
from tests.worlds import World


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_all_tables_are_written_by_default(world: World, ask: CallWorld, tmp_path: Path) -> None:
    code, document = ask(world, "export", "--to", tmp_path / "new" / "folder")
    assert code == 0
    assert names(tmp_path / "new" / "folder") == {f"{table}.csv" for table in PUBLICATION_TABLES}
    assert {row["file"] for row in document["exported"]} == names(tmp_path / "new" / "folder")


def test_named_tables_are_written_once_in_the_format_asked_for(world: World, ask: CallWorld, tmp_path: Path) -> None:
    code, _ = ask(world, "export", "customers", "consents", "customers", "--format", "parquet", "--to", tmp_path)
    assert (code, names(tmp_path)) == (0, {"customers.parquet", "consents.parquet"})


def test_the_files_of_a_crm_are_written_instead(world: World, ask: CallWorld, tmp_path: Path) -> None:
    code, _ = ask(world, "export", "--crm", "--bom", "--to", tmp_path)
    assert (code, names(tmp_path)) == (0, {"contacts.csv", "companies.csv", "merges.csv", "deletions.csv"})
    assert (tmp_path / "contacts.csv").read_bytes().startswith(b"\xef\xbb\xbfexternal_id,")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["customer"], "export.unknown_tables"), (["customers", "--crm"], "export.crm_has_no_tables")],
)
def test_what_cannot_be_written_is_2(
    world: World, ask: CallWorld, tmp_path: Path, arguments: list[str], code: str
) -> None:
    exit_code, document = ask(world, "export", *arguments, "--to", tmp_path / "out")
    assert (exit_code, document["error"]["code"]) == (2, code)
    assert not (tmp_path / "out").exists()


def test_without_a_publication_it_is_3(tmp_path: Path, ask: CallWorld) -> None:
    code, document = ask(World(tmp_path), "export", "--to", tmp_path / "out")
    assert (code, document["error"]["code"]) == (3, "store.no_publication")


def test_the_apostrophe_is_explained(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["export", "customers", "--to", str(tmp_path), "--lang", "en", "--project", str(world.root)]
    assert run_command(arguments, {}) == 0
    assert "apostrophe in front" in capsys.readouterr().out
    assert run_command([*arguments, "--plain"], {}) == 0
    assert "apostrophe in front" not in capsys.readouterr().out
