from typing import Any

from crm_pipelines.cli.side_by_side import compared_fields, marked


def test_what_differs_is_marked_and_what_only_one_has_is_not() -> None:
    left: dict[str, Any] = {
        "name": "佐藤 健一",
        "email_values": ["a@b.jp", "c@d.jp"],
        "fax": None,
        "building": "丸ビル",
    }
    right: dict[str, Any] = {"name": "佐藤 健司", "email_values": ["a@b.jp", "c@d.jp"], "fax": "", "building": None}
    assert compared_fields(left, right) == [
        ("name", "佐藤 健一", "佐藤 健司"),
        ("email_values", "a@b.jp / c@d.jp", "a@b.jp / c@d.jp"),
        ("building", "丸ビル", ""),
    ]
    one, other = marked("佐藤 健一", "佐藤 健司")
    assert [(span.start, span.end) for span in (*one.spans, *other.spans)] == [(4, 5), (4, 5)]
    assert not marked("丸ビル", "")[0].spans
