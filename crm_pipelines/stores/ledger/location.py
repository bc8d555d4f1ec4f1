"""Where the ledger of a project lies."""

from pathlib import Path

_SQLITE = "sqlite:///"


def located(url: str, root: Path) -> str:
    """The ledger's URL with a relative SQLite path hung from the project folder; its folder is made.

    Args:
        url: `stores.ledger_url` of the project file.
        root: the project folder.
    """
    if not url.startswith(_SQLITE) or url.startswith(f"{_SQLITE}/"):
        return url
    path = root / url.removeprefix(_SQLITE)
    path.parent.mkdir(parents=True, exist_ok=True)
    return f"{_SQLITE}{path}"
