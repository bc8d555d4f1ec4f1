"""How often one address may fail to sign in, whoever it says it is; in memory, of one server.

Beside the wait of a person (`stores/ledger/people.py`): who tries one password on many people is met here.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from threading import Lock

FREE = 20
"""So many attempts in `WINDOW` cost nothing."""
WINDOW = timedelta(minutes=15)
_MOST_ADDRESSES = 10_000


class AddressThrottle:
    """Counts attempts by address; used by many threads."""

    def __init__(self) -> None:
        self._attempts: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, address: str, now: datetime) -> timedelta | None:
        """Count an attempt before it is made, so that many at once count each.

        Returns:
            How long this address has to wait; None: it may try.
        """
        key = _key(address)
        with self._lock:
            recent = [moment for moment in self._attempts.pop(key, []) if moment > now - WINDOW]
            is_over = len(recent) >= FREE
            self._attempts[key] = recent if is_over else [*recent, now]
            while len(self._attempts) > _MOST_ADDRESSES:
                self._attempts.popitem(last=False)
            return recent[0] + WINDOW - now if is_over else None

    def forgive(self, address: str) -> None:
        """Forget the last attempt of an address: it was somebody who may come in."""
        with self._lock:
            found = self._attempts.get(_key(address))
            if found:
                found.pop()


def _key(address: str) -> str:
    """An address; of IPv6 the network that one customer gets, as they may take any address in it."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed) if parsed.version == 4 else str(ip_network(f"{parsed}/64", strict=False))
