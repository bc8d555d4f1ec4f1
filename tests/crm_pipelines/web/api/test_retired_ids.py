"""A retired id tells where it leads. What a merge and its undoing publish is asked in `pages/test_customer_acts.py`."""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from crm_pipelines.model.ids import minted_golden_id
from crm_pipelines.rules.load import LoadedProject
from crm_pipelines.stores.project_paths import ProjectPaths
from tests.crm_pipelines.web.api.conftest import Program
from tests.crm_pipelines.web.pages.conftest import App

RETIRED = minted_golden_id(b"k" * 32, "erp:retired", 0)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def several(loaded: LoadedProject) -> Iterator[list[str]]:
    """Two customers to which one retired id leads, as after a merge that was followed by a split."""
    published = ProjectPaths(loaded.root).published
    current = (published / "CURRENT").read_text(encoding="utf-8").strip()
    with duckdb.connect(str(published / f"{current}.duckdb")) as con:
        found = [str(name) for (name,) in con.execute("select golden_id from customers order by 1 limit 2").fetchall()]
        run_id = con.execute("select max(run_id) from customers").fetchall()[0][0]
        rows = [(RETIRED, name, "split", NOW, None, run_id) for name in found]
        con.executemany(
            "insert into redirects (golden_id, redirects_to, reason, valid_from, valid_to, run_id) "
            "values (?, ?, ?, ?, ?, ?)", rows,
        )  # fmt: skip
    yield found
    with duckdb.connect(str(published / f"{current}.duckdb")) as con:
        con.execute("delete from redirects where golden_id = ?", [RETIRED])


def test_a_retired_id_that_leads_to_several_customers_tells_all_of_them(
    several: list[str], app: App, program: Program
) -> None:
    answer = program().get(f"/customers/{RETIRED.lower()}")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["golden_id"], told["is_retired"]) == (RETIRED, True)
    assert [found["golden_id"] for found in told["customers"]] == several
    for found in told["customers"]:
        alone = program(name=f"asks for {found['golden_id']}").get(f"/customers/{found['golden_id']}").json()
        assert alone["customers"] == [found]
        assert not alone["is_retired"]


def test_an_id_that_never_was_given_out_is_not_taken_for_a_retired_one(app: App, program: Program) -> None:
    answer = program().get(f"/customers/{RETIRED}")
    assert (answer.status_code, answer.json()["code"]) == (404, "api.unknown_customer")
