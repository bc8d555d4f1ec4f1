"""The page of the published tables: their columns from the code, what they mean from `tables.yaml`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from crm_pipelines.matching.levels import LEVEL_COLUMNS
from crm_pipelines.model.fields import CANONICAL_FIELDS
from crm_pipelines.model.publication_tables import OPERATIONS_TABLES, PUBLICATION_TABLES

_HEAD = """# Tables

The contract for everybody who reads what comes out. `data/published/CURRENT` names the current publication
(`p000000000012`, the file is `data/published/p000000000012.duckdb`), `data/published/OPERATIONS` the newest operations
file. Both kinds of file are immutable: open them read-only and look at the pointer again for the next one
([how](read-the-golden-table.md)).

Columns are added at the end and never renamed; a publication whose tables differ has another schema number. Times are
UTC. A null means that nobody said anything, never "no". The tables `publication_stamp` and `publication_position` are
the pipeline's own.
"""


def tables_page(folder: Path) -> str:
    """The whole page.

    Raises:
        KeyError: a table or column has no meaning in `tables.yaml`, or one there is no column any more.
    """
    meanings = yaml.safe_load((folder / "tables.yaml").read_text(encoding="utf-8"))
    published = {**PUBLICATION_TABLES}
    published["scored_pairs"] = {
        **published["scored_pairs"],
        **dict.fromkeys(LEVEL_COLUMNS, "TINYINT"),
        "run_id": "VARCHAR",
    }
    parts = [_HEAD, "\n## A publication\n", *_sections(published, meanings, "publication")]
    parts += ["\n## An operations file\n", *_sections(OPERATIONS_TABLES, meanings, "operations")]
    return "".join(parts)


def _sections(tables: Mapping[str, Mapping[str, str]], meanings: Mapping[str, Any], kind: str) -> list[str]:
    if unknown := meanings[kind].keys() - tables.keys():
        raise KeyError(f"tables.yaml describes tables that are not there: {sorted(unknown)}")
    return [_section(name, columns, meanings[kind][name], meanings) for name, columns in tables.items()]


def _section(name: str, columns: Mapping[str, str], table: Mapping[str, Any], meanings: Mapping[str, Any]) -> str:
    own = table.get("columns", {})
    if unknown := own.keys() - columns.keys():
        raise KeyError(f"tables.yaml describes columns that {name} does not have: {sorted(unknown)}")
    rows = "".join(
        f"| `{column}` | {type_} | {_meaning(column, own, meanings)} |\n" for column, type_ in columns.items()
    )
    note = f"{table['note']}\n\n" if "note" in table else ""
    return (
        f"\n### `{name}`\n\nOne row per {table['grain']}.\n\n{note}| column | type | meaning |\n|---|---|---|\n{rows}"
    )


def _meaning(column: str, own: Mapping[str, str], meanings: Mapping[str, Any]) -> str:
    if column in own:
        return own[column]
    if column in meanings["fields"]:
        return str(meanings["fields"][column])
    if column in meanings["columns"]:
        return str(meanings["columns"][column])
    if column.startswith("level_"):
        return str(meanings["levels"]).format(comparison=column.removeprefix("level_"))
    field, _, suffix = column.rpartition("_")
    if field in CANONICAL_FIELDS and suffix in meanings["suffixes"]:
        return str(meanings["suffixes"][suffix]).format(field=field)
    raise KeyError(f"tables.yaml gives no meaning to the column {column}")
