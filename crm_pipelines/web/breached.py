"""A list of breached passwords on the disk: one SHA-1 a line in hexadecimal, sorted, as *Pwned Passwords* comes.

`HASH:COUNT` or `HASH` alone. The list has about a billion lines: it is never read whole, a look-up halves the file some
forty times.
"""

import hashlib
import os
import re
from pathlib import Path

from crm_pipelines.model.errors import ConfigurationError
from crm_pipelines.rules.load import PROJECT_FILE
from crm_pipelines.rules.yaml_text import Place

_LINE = re.compile(rb"([0-9A-Fa-f]{40})(?::\d+)?\r?\n?")
_LONGEST_LINE = 128
_PROBES = 64
"""So many places of the file are looked at before it is believed to be sorted."""


class BreachedPasswords:
    """A list, open for look-ups by many threads.

    Args:
        path: of the file.

    Raises:
        ConfigurationError: `configuration.breached_missing`, `configuration.breached_shape`: no such file, or no such
            list.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            size = path.stat().st_size
            with path.open("rb") as file:
                found = [_hash_after(file.fileno(), size * probe // _PROBES) for probe in range(_PROBES)]
        except OSError as error:
            raise _refused("configuration.breached_missing", path) from error
        except ValueError as error:
            raise _refused("configuration.breached_shape", path) from error
        hashes = [one for one in found if one is not None]
        if hashes != sorted(hashes):
            raise _refused("configuration.breached_shape", path)

    def has(self, password: str) -> bool:
        """Whether the list has a password, as typed."""
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        with self._path.open("rb") as file:
            number, low, high = file.fileno(), 0, os.fstat(file.fileno()).st_size
            while low < high:  # the first place after which no lesser hash begins
                middle = (low + high) // 2
                found = _hash_after(number, middle)
                if found is not None and found < wanted:
                    low = middle + 1
                else:
                    high = middle
            return _hash_after(number, low) == wanted


def _hash_after(file: int, place: int) -> bytes | None:
    """The hash of the first line that begins at a place or after it, in capitals; None: none does.

    Raises:
        ValueError: what stands there is no line of such a list.
    """
    part = os.pread(file, 2 * _LONGEST_LINE, max(place - 1, 0))
    if place > 0:
        begun, _, part = part.partition(b"\n")
        if len(begun) > _LONGEST_LINE:
            raise ValueError
    if place > 0 and not part:
        return None
    line = _LINE.fullmatch(part.partition(b"\n")[0])
    if line is None:
        raise ValueError
    return line[1].upper()


def _refused(code: str, path: Path) -> ConfigurationError:
    place = Place(PROJECT_FILE, None, ("sign_in", "breached_passwords"))
    return ConfigurationError([place.fault(code, str(path))])
