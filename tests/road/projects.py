"""Small projects to walk, and what their publications say."""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from crm_pipelines.model.publication_tables import PUBLICATION_TABLES
from crm_pipelines.rules.yaml_text import read_yaml
from crm_pipelines.stores.project_paths import ProjectPaths
from crm_pipelines.stores.published import Publications
from tests.worlds import PROJECT_KEY, write_project

# Later than this are only times that the runs of these tests took from the clock; the demo world is older.
_BEGAN = datetime.now(UTC)
# What tells of the past, publication by publication, and not of the records.
HISTORY = ("changes", "value_changes", "closed_questions")
_FORM = """\
timezone: Asia/Tokyo
language: en
country: JP
sources:
  form: {connector: files, path: data/form.csv, key: no, complete: COMPLETE}
"""
Tables: TypeAlias = dict[str, list[tuple[str, ...]]]


def new_folder(root: Path, configuration: str) -> Path:
    """A project folder with a key and without checks at its gates."""
    (root / "mappings").mkdir(parents=True)
    (root / "crm_pipelines.yaml").write_text(configuration, encoding="utf-8")
    (root / ".env").write_text(f"PROJECT_KEY={PROJECT_KEY}\n", encoding="utf-8")
    without_checks(root)
    return root


def form_project(root: Path, *fields: str, is_complete: bool = True) -> Path:
    """A project of persons over one file, `data/form.csv`: a column `no`, the key, and one for each field.

    Args:
        root: the folder to make.
        fields: of the mapping; a column has the name of its field.
        is_complete: the file is all there is, so that a row that goes missing is deleted.
    """
    new_folder(root, _FORM.replace("COMPLETE", str(is_complete).lower()))
    mapping = ", ".join(f"{field}: {field}" for field in fields)
    (root / "mappings" / "form.yaml").write_text(f"record_type: person\nfields: {{{mapping}}}\n", encoding="utf-8")
    (root / "data").mkdir(exist_ok=True)
    return root


def deliver_form(project: Path, rows: Iterable[str]) -> None:
    """Write the rows of a `form_project` anew, each as a line of the file."""
    fields = read_yaml((project / "mappings" / "form.yaml").read_bytes(), "form.yaml").at(("fields",))
    assert isinstance(fields, dict)
    lines = [",".join(("no", *fields)), *rows]
    (project / "data" / "form.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def demo_project(root: Path, n_records: int, seed: int) -> Path:
    """A project over a new demo world, on its first day."""
    write_project(root, n_records, seed)
    without_checks(root)
    return root


def without_checks(root: Path, *, but: Sequence[str] = ()) -> None:
    """Switch the checks off: what they find is tested where it matters, and they take longer than all the rest."""
    shipped = Path(__file__).resolve().parents[2] / "crm_pipelines" / "rules" / "defaults" / "quality.yaml"
    checks = read_yaml(shipped.read_bytes(), shipped.name).at(("checks",))
    assert isinstance(checks, dict)
    lines = ["checks:", *(f"  {name}: {{is_enabled: false}}" for name in checks if name not in but)]
    (root / "rules").mkdir(exist_ok=True)
    (root / "rules" / "quality.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def with_checks(root: Path) -> None:
    """The shipped checks again."""
    (root / "rules" / "quality.yaml").unlink()


def copied(project: Path, root: Path) -> Path:
    """A project with all its stores at another place."""
    shutil.copytree(project, root, ignore=shutil.ignore_patterns("dagster"))
    return root


def forget(root: Path, *names: str) -> None:
    """Delete stores below `data`."""
    for name in names:
        path = root / "data" / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def current_version(root: Path) -> str | None:
    """What readers open."""
    return Publications(ProjectPaths(root)).current_version()


def published(root: Path, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The answer of the current publication."""
    with closing(Publications(ProjectPaths(root)).connect_current()) as con:
        return con.execute(query, list(parameters)).fetchall()


def operations(root: Path, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """The answer of the newest operations file."""
    with closing(Publications(ProjectPaths(root)).connect_operations()) as con:
        return con.execute(query, list(parameters)).fetchall()


def last_run(root: Path) -> tuple[Any, ...]:
    """(run_id, is_rebuild, outcome, reason_code, reason_facts) of the newest run."""
    return operations(
        root,
        """select run_id, is_rebuild, outcome, reason_code, reason_facts from runs
           where source_system is null order by started_at desc limit 1""",
    )[0]


def accounts(root: Path) -> dict[str, dict[str, Any]]:
    """Source -> the terms of its account in the newest run."""
    with closing(Publications(ProjectPaths(root)).connect_operations()) as con:
        found = con.execute(
            """select * from runs where source_system is not null and run_id =
                 (select run_id from runs where source_system is null order by started_at desc limit 1)"""
        )
        names = [column[0] for column in found.description]
        return {
            row["source_system"]: row for row in (dict(zip(names, values, strict=True)) for values in found.fetchall())
        }


def publication(root: Path, *, but_clock: bool = False, without: Sequence[str] = ()) -> Tables:
    """Every table of the current publication, without run ids, in an order of its own.

    Args:
        root: the project.
        but_clock: times that runs took from the clock count as one and the same.
        without: tables to leave out.
    """
    with closing(Publications(ProjectPaths(root)).connect_current()) as con:
        return {
            name: _rows(con, name, but_clock=but_clock) for name in sorted(PUBLICATION_TABLES) if name not in without
        }


def _rows(con: duckdb.DuckDBPyConnection, table: str, *, but_clock: bool) -> list[tuple[str, ...]]:
    found = con.execute(f"select * exclude (run_id) from {table}").fetchall()
    return sorted(tuple(_shown(value, but_clock=but_clock) for value in row) for row in found)


def _shown(value: object, *, but_clock: bool) -> str:
    if but_clock and isinstance(value, datetime) and value >= _BEGAN:
        return "clock"
    return repr(value)


def differences(left: Tables, right: Tables) -> list[str]:
    """A few of the rows that only one of two publications has; empty when they are equal."""
    found = [(name, set(left[name]), set(right[name])) for name in left if left[name] != right[name]]
    return [
        f"{name} {side} {count} rows, as {sorted(rows)[:2]}"
        for name, one, other in found
        for side, rows, count in (("left", one - other, len(one)), ("right", other - one, len(other)))
    ]


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
