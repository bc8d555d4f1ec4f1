"""The promises about golden values and consents, checked on the tables against the records as they were delivered."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import permutations

from tests.histories.seen import Seen
from tests.histories.stores import Stores
from tests.histories.world import ATTRIBUTES, Row

_TRUSTED_FIRST = ("erp", "crm")  # as the shipped rules rank their connectors
_TOGETHER = (("name",), ("email",), ("phone",), ("postal_code", "address"))
Values = Mapping[tuple[str, str], tuple[str | None, str | None]]
_SURVIVORS = """
    select golden_id, attribute, value, record_id from attribute_values
    where survives and list_contains($1, attribute) order by all"""


def survivors(stores: Stores) -> Values:
    """(golden id, attribute) -> value and the record that says so; no record for a pin."""
    found = stores.warehouse.connection.execute(_SURVIVORS, [list(ATTRIBUTES)]).fetchall()
    assert len(found) == len({row[:2] for row in found}), "two values survive"
    return {(golden_id, attribute): (value, record) for golden_id, attribute, value, record in found}


def broken(stores: Stores, now: Seen) -> list[str]:
    """Names of the promises that do not hold, with what shows it; golden values are made."""
    values = survivors(stores)
    return [*_origins(stores, now, values), *_duels(stores, now, values), *_groups(values), *_consents(stores, now)]


def lost_with(gone: Row, before: Values, after: Values, golden_id: str) -> list[str]:
    """I12: attributes of a customer whose value another record said is another one since a record is gone.

    What the record that is gone said as well may change: one voice less speaks for it.
    """
    return [
        f"I12 {attribute}: {value} of {record} is gone"
        for (customer, attribute), (value, record) in before.items()
        if customer == golden_id and record not in (None, gone.record)
        and not _says_any(gone, attribute, before, golden_id)
        and after.get((golden_id, attribute)) != (value, record)
    ]  # fmt: skip


def _says_any(gone: Row, attribute: str, values: Values, golden_id: str) -> bool:
    """Whether it said the value of the attribute or of one that survives with it."""
    group = next(group for group in _TOGETHER if attribute in group)
    return any(name in gone.says and values.get((golden_id, name), (None,))[0] == gone.says[name] for name in group)


def _origins(stores: Stores, now: Seen, values: Values) -> Iterator[str]:
    """I13: a value is said by a live member, or pinned; and what anybody says has a survivor."""
    live, members = stores.world.live, now.members()
    pinned = {(pin.attribute, pin.value) for pin in stores.world.pins}
    for (golden_id, attribute), (value, record) in values.items():
        if record is None and (attribute, value) not in pinned:
            yield f"I13 {golden_id} {attribute}: nobody says {value}"
        if record is not None and (
            record not in members.get(golden_id, ()) or live[record].says.get(attribute) != value
        ):
            yield f"I13 {golden_id} {attribute}: {record} does not say {value}"
    for golden_id, records in members.items():
        for attribute in {name for record in records for name in live[record].says}:
            if (golden_id, attribute) not in values and attribute not in ("postal_code", "address"):
                yield f"I13 {golden_id} has no {attribute}"


def _duels(stores: Stores, now: Seen, values: Values) -> Iterator[str]:
    """I15: newer and more trusted never loses to older and less trusted, both saying as much."""
    live = stores.world.live
    for golden_id, records in now.members().items():
        for one, other in permutations(records, 2):
            for attribute in live[one].says.keys() & live[other].says.keys():
                survivor = values[golden_id, attribute][1] if (golden_id, attribute) in values else None
                if survivor == other and _is_better(live[one], live[other]) and _says_as_much(live[one], live[other]):
                    yield f"I15 {golden_id} {attribute}: {other} won over {one}"


def _is_better(one: Row, other: Row) -> bool:
    systems = [row.record.partition(":")[0] for row in (one, other)]
    return one.written > other.written and _TRUSTED_FIRST.index(systems[0]) < _TRUSTED_FIRST.index(systems[1])


def _says_as_much(one: Row, other: Row) -> bool:
    return one.says.keys() >= other.says.keys()


def _groups(values: Values) -> Iterator[str]:
    """I17: an address is of one record."""
    origins: dict[str, set[str | None]] = defaultdict(set)
    for (golden_id, attribute), (_, record) in values.items():
        if attribute in ("postal_code", "address"):
            origins[golden_id].add(record)
    yield from (f"I17 {golden_id}: an address of {found}" for golden_id, found in origins.items() if len(found) > 1)


def _consents(stores: Stores, now: Seen) -> Iterator[str]:
    """I16: one refusal is a refusal; nobody who said nothing has agreed."""
    wanted = {}
    for golden_id, records in now.members().items():
        said = [agrees for record in records if (agrees := stores.world.live[record].agrees) is not None]
        if said:
            wanted[golden_id] = all(said)
    if wanted != stores.consents():
        yield f"I16 {stores.consents()}, not {wanted}"
