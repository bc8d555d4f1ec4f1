"""The values of a customer that can be pinned, and for one of them what there is to choose from."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crm_pipelines.stores.customer_file import CustomerRow, GoldenValue, golden_values
from crm_pipelines.stores.pinning import PINNABLE
from crm_pipelines.web.reading_room import Look

_PARTS = frozenset({"family_name", "given_name", "family_name_kana", "given_name_kana"})
_LEAP_DAY = 29


@dataclass(frozen=True, slots=True)
class PinsView:
    """What can be pinned.

    Attributes:
        attributes: (attribute, the value that stands there).
        attribute: the one that is looked at; None: none is chosen yet.
        value: what stands there and what it beat; None where no source says anything.
        expires_on: a year from now, ISO 8601.
    """

    attributes: tuple[tuple[str, GoldenValue | None], ...]
    attribute: str | None
    value: GoldenValue | None
    expires_on: str

    @property
    def candidates(self) -> tuple[str, ...]:
        """What sources say, what stands there first."""
        if self.value is None:
            return ()
        told = [self.value.chosen, *self.value.losers]
        return tuple(dict.fromkeys(one.value for one in told if one.value))


def pins_view(look: Look, row: CustomerRow, attribute: str, now: datetime) -> PinsView:
    """Work the page out; an attribute that cannot be pinned is none."""
    found = {one.attribute: one for one in golden_values(look.con, row.golden_id)}
    listed = [name for name in PINNABLE if name not in _PARTS or name in found]
    chosen = attribute if attribute in PINNABLE else None
    today = now.astimezone(ZoneInfo(look.loaded.project.timezone)).date()
    day = 28 if today.day == _LEAP_DAY else today.day
    in_a_year = today.replace(year=today.year + 1, day=day)
    return PinsView(
        tuple((name, found.get(name)) for name in listed),
        chosen,
        found.get(chosen or ""),
        in_a_year.isoformat(),
    )
