from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crm_pipelines.stores.pin_file import FiledWish, PinAction, Signed, read_pin_file

SIGNED = Signed("hana", datetime(2026, 5, 1, tzinfo=UTC), ZoneInfo("Asia/Tokyo"))
HEAD = "action,id,attribute,value,reason,expires_on\n"


def read(rows: str, head: str = HEAD) -> tuple[list[FiledWish], list[tuple[object, str]]]:
    wishes, faults = read_pin_file((head + rows).encode("utf-8-sig"), SIGNED, str.upper)
    return wishes, [(fault.facts.get("row"), fault.code) for fault in faults]


def test_rows_of_one_wish_go_together() -> None:
    wishes, faults = read(
        "pin,a,postal_code,530-0001,転居,\npin,b,phone,1,x,2026-12-31\npin,a,address,大阪市1-1,転居,\nempty,a,email,,退職,\n"
    )
    assert faults == []
    assert [(one.action, one.wish.name, dict(one.wish.values), one.rows) for one in wishes] == [
        (PinAction.PIN, "A", {"postal_code": "530-0001", "address": "大阪市1-1"}, [2, 4]),
        (PinAction.PIN, "B", {"phone": "1"}, [3]),
        (PinAction.EMPTY, "A", {"email": None}, [5]),
    ]


def test_last_day_of_a_pin_counts_whole_in_the_zone_of_the_project() -> None:
    ((wish,), _) = read("pin,a,phone,1,x,2026-12-31\n")
    assert wish.wish.expires_at == datetime(2026, 12, 31, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ("pin,a,phone,,x,\n", [(2, "pin.value_missing")]),
        ("lift,a,phone,1,x,\n", [(2, "pin.value_superfluous")]),
        ("set,a,phone,1,x,\n", [(2, "pin.unknown_action")]),
        ("pin,a,phone,1,,31.12.2026\n", [(2, "pin.cell_empty"), (2, "pin.no_date")]),
        ("pin,a,phone,1,x,\npin,,phone,1,x,\n", [(3, "pin.cell_empty")]),
    ],
)
def test_wrong_row_is_told_with_its_number(rows: str, faults: list[tuple[int, str]]) -> None:
    assert read(rows)[1] == faults


def test_file_that_is_none_is_refused() -> None:
    assert [fault.code for fault in read_pin_file(b"\xff\xfe", SIGNED, str)[1]] == ["pin.unreadable"]
    assert [code for _, code in read("a,phone\n", "id,attribute\n")[1]] == ["pin.columns_missing"]
