"""What names the decisions that came in with one file: the places in the ledger that they took."""

import re

_NAME = re.compile(r"import-(\d{1,18})-(\d{1,18})")


def import_name(first: int, last: int) -> str:
    """The name of an import by the `seq` of its first and its last decision."""
    return f"import-{first}-{last}"


def import_places(name: str) -> range | None:
    """The places that a name speaks of; None: it is none of an import."""
    found = _NAME.fullmatch(name)
    return None if found is None else range(int(found[1]), int(found[2]) + 1)
