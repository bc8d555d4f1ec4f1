"""Records of Odoo as rows: what Odoo writes as `false` for want of a value is None, a link is its number and its name.

Dates with a time get the `Z` that Odoo leaves away: they are UTC.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from connectors.kit.json_rows import json_kind
from connectors.kit.rows import MAX_RAW, Place, checked, faulty, key_text, raw_json
from crm_pipelines.model.delivery import DeliveredRow, JsonValue

Stream: TypeAlias = Literal["partners", "orders"]
STREAMS: tuple[Stream, ...] = ("partners", "orders")
MODELS: Mapping[Stream, str] = {"partners": "res.partner", "orders": "sale.order"}
ORDER_PREFIX = "order/"
"""Of an order's key: orders and partners are numbered each for themselves."""
FIELDS: Mapping[Stream, tuple[str, ...]] = {
    "partners": (
        "id", "name", "is_company", "type", "parent_id", "commercial_partner_id", "active", "partner_share", "ref",
        "email", "phone", "mobile", "website", "function", "company_name", "street", "street2", "city", "state_id",
        "zip", "country_id", "country_code", "vat", "company_registry", "lang", "customer_rank", "supplier_rank",
        "category_id", "create_date", "write_date",
    ),
    "orders": (
        "id", "name", "partner_id", "date_order", "amount_total", "currency_id", "state", "client_order_ref",
        "create_date", "write_date",
    ),
}  # fmt: skip
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class RowKind:
    """What kind of rows a stream's records become.

    Attributes:
        stream: of the rows.
        types: field to its type in Odoo (`char`, `boolean`, `many2one` …), for the fields that are read.
        archived_is_deleted: a record that was archived counts as gone.
    """

    stream: Stream
    types: Mapping[str, str]
    archived_is_deleted: bool

    def row(self, value: JsonValue, place: Place) -> DeliveredRow:
        """A record; key: its number, of an order behind `order/`."""
        if not isinstance(value, dict):
            fault = place.fault("row.not_an_object", found=json_kind(value), expected="object")
            return faulty(place, fault, value[:MAX_RAW] if isinstance(value, str) else str(value), stream=self.stream)
        key = record_key(self.stream, value.get("id"))
        if key is None:
            return faulty(place, place.fault("row.missing_key", field="id"), raw_json(value), stream=self.stream)
        data = self._plain(value)
        is_deleted = self.archived_is_deleted and data.get("active") is False
        return checked(DeliveredRow(key, data, place.position, self.stream, is_deleted=is_deleted), place)

    def _plain(self, value: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        data: dict[str, JsonValue] = {}
        for name, each in value.items():
            kind = self.types.get(name)
            data[name] = None if each is False and kind != "boolean" else each
            if kind == "many2one":
                is_link = isinstance(each, list) and len(each) == 2
                data[name], data[f"{name}.name"] = each if isinstance(each, list) and is_link else (data[name], None)
            elif kind == "datetime" and isinstance(each, str) and (found := _MOMENT.fullmatch(each)):
                data[name] = f"{found[1]}T{found[2]}Z"
        return data


def record_key(stream: Stream, number: JsonValue) -> str | None:
    """The key of the row of a record's number."""
    key = key_text([number])
    return f"{ORDER_PREFIX}{key}" if key is not None and stream == "orders" else key


def numbers_of(stream: Stream, keys: tuple[str, ...]) -> list[int]:
    """The numbers of those keys that are a stream's; a text that is no number is nobody's key."""
    prefix = ORDER_PREFIX if stream == "orders" else ""
    texts = [key.removeprefix(prefix) for key in keys if key.startswith(prefix)]
    return [int(text) for text in texts if text.isascii() and text.isdecimal()]


def second_of(value: JsonValue) -> str | None:
    """The second of a record's last change as Odoo writes it: what lies behind it is cut off when it is read."""
    stamp = value.get("write_date") if isinstance(value, dict) else None
    return stamp[:19] if isinstance(stamp, str) and _MOMENT.fullmatch(stamp) else None
