import re
from contextlib import chdir
from pathlib import Path

import duckdb
import pytest

from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.model.warehouse_tables import create_table_sql
from tests.house.source_files import ROOT

_PAGE = (ROOT / "docs/read-the-golden-table.md").read_text(encoding="utf-8")
_PROGRAMS = re.findall(r"^(\w+):\n\n```python\n(.*?)```", _PAGE, re.MULTILINE | re.DOTALL)
_QUERIES = re.findall(r"```sql\n(.*?)```", _PAGE, re.DOTALL)
_ID = "K7M2-QX9A-TB4W"
_CONSENT = "insert into consents (golden_id, purpose, channel, granted) values (?, 'marketing', ?, ?)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a demo project whose publication has one customer."""
    published = tmp_path / "demo-project" / "data" / "published"
    published.mkdir(parents=True)
    with duckdb.connect(str(published / "p000000000001.duckdb")) as con:
        for table, columns in PUBLICATION_TABLES.items():
            con.execute(create_table_sql(table, columns))
        con.execute(
            "insert into customers (golden_id, display_name, email, record_count) values (?, ?, ?, 3)",
            [_ID, "田中 花子", "hanako@a.example.jp"],
        )
        con.execute(_CONSENT, [_ID, "email", True])
    (published / "CURRENT").write_text("p000000000001\n", encoding="utf-8")
    return tmp_path


def test_the_page_shows_three_ways() -> None:
    assert [name for name, _ in _PROGRAMS] == ["DuckDB", "Polars", "pandas"]


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # DuckDB's way of filling a frame of pandas
@pytest.mark.parametrize(("name", "program"), _PROGRAMS)
def test_program_prints_the_customers(
    name: str, program: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with chdir(folder):
        exec(compile(program, name, "exec"), {})  # noqa: S102 - the page's own example
    assert "田中 花子" in capsys.readouterr().out


@pytest.mark.parametrize("query", _QUERIES)
def test_query_runs_on_a_publication(query: str, folder: Path) -> None:
    publication = folder / "demo-project/data/published/p000000000001.duckdb"
    with duckdb.connect(str(publication), read_only=True) as con:
        con.execute(query, ["1"] * query.count("?")).fetchall()


def test_the_query_for_consent_finds_who_agreed(folder: Path) -> None:
    query = next(query for query in _QUERIES if "bool_and(granted)" in query)
    publication = folder / "demo-project/data/published/p000000000001.duckdb"
    with duckdb.connect(str(publication)) as con:
        assert len(con.execute(query).fetchall()) == 1
        con.execute(_CONSENT, [_ID, "any", False])
        assert con.execute(query).fetchall() == []
