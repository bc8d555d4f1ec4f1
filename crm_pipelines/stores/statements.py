"""SQL over the stores' tables: one statement a file, named after what it returns or does."""

from functools import cache
from importlib import resources


@cache
def statement(name: str) -> str:
    """The text of `sql/<name>.sql`."""
    return resources.files("crm_pipelines.stores").joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
