import re
import subprocess
import sys
from pathlib import Path

import pytest

from crm_pipelines.cli.commands import commands
from crm_pipelines.messages.catalogue import catalogue
from crm_pipelines.model.publication_tables import OPERATIONS_TABLES, PUBLICATION_TABLES
from crm_pipelines.rules.rule_set import shipped_rules
from crm_pipelines.settings import variable_names
from tests.house.source_files import ROOT

_PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_FIRST_WORDS = (
    "accounting|cli|configuration|ledger|lock|model|publication|quality|row|run|set_aside|source|store|warehouse"
)
_CODE = re.compile(rf"[\"']((?:{_FIRST_WORDS})\.[a-z_]+(?:\.[a-z_]+)*)[\"']")
_FILE_NAME = re.compile(r"\.(duckdb|lock|wal|db|yaml|json)\b")


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_generated_pages_are_current() -> None:
    """`make docs` writes them anew."""
    run = subprocess.run(
        [sys.executable, str(ROOT / "docs/build.py"), "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.stdout, run.returncode) == ("", 0), run.stderr


def test_every_command_is_described() -> None:
    page = _page("commands.md")
    assert [name for name in commands() if f"## `crm-pipelines {name}" not in page] == []


@pytest.mark.parametrize("page", ["README.md", "README.ja.md"])
def test_readme_names_only_commands_there_are(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    shown = set(re.findall(r"^crm-pipelines (?:--\S+ \S+ )*([a-z]+)", text, re.MULTILINE))
    assert shown <= set(commands())


def test_both_readmes_show_the_same_commands_links_and_places_for_figures() -> None:
    english, japanese = ((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "README.ja.md"))
    own = {"README.md", "README.ja.md"}
    assert set(_LINK.findall(english)) - own == set(_LINK.findall(japanese)) - own
    blocks = [
        re.findall(r"^```.*?^```", text.replace("--lang ja", "--lang en"), re.M | re.S) for text in (english, japanese)
    ]
    assert blocks[0] == blocks[1]
    assert english.count("\n| ") == japanese.count("\n| ")


def test_every_variable_is_described() -> None:
    page = _page("settings.md")
    assert [name for name in variable_names() if f"`{name}`" not in page] == []


def test_every_table_and_column_is_described() -> None:
    page = _page("tables.md")
    for table, columns in {**PUBLICATION_TABLES, **OPERATIONS_TABLES}.items():
        section = page.partition(f"### `{table}`")[2].partition("\n### ")[0]
        assert [column for column in columns if f"| `{column}` |" not in section] == [], table


def test_every_code_of_the_catalogue_is_described() -> None:
    page = _page("messages.md")
    assert [code for code in catalogue("en") if f"| `{code}` |" not in page] == []


def test_every_code_the_program_gives_has_words() -> None:
    """Codes are found in the source as quoted text; the first word is one of the catalogue's own."""
    known = catalogue("en")
    unknown = {
        code
        for package in ("crm_pipelines", "connectors", "assets", "quality")
        for path in (ROOT / package).rglob("*.py")
        for code in _CODE.findall(path.read_text(encoding="utf-8"))
        if not _FILE_NAME.search(code) and not any(one.startswith(code) for one in known)
    }
    assert unknown == set()


def test_every_check_is_described() -> None:
    page = _page("checks.md")
    assert [name for name in shipped_rules().quality.checks if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_make_target_named_in_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {name for page in _PAGES for name in re.findall(r"`?make ([a-z-]+)`", page.read_text(encoding="utf-8"))}
    assert named <= targets
