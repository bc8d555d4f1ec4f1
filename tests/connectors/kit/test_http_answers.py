"""What is kept of an answer, and what is not."""

import pytest

from connectors.kit.http_answers import Answer, error_code, parsed


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"error": "RecordNotFound", "description": "Not found"}, "RecordNotFound"),
        ({"error": {"title": "Forbidden", "message": "You do not have access"}}, None),
        ({"error": {"code": "CX_BP/104", "message": {"value": "佐藤"}}}, "CX_BP/104"),
        ({"error": {"code": "/IWBEP/CM_MGW_RT/022", "message": {"value": "佐藤"}}}, "/IWBEP/CM_MGW_RT/022"),
        ({"error": {"code": "005056A509B11EE1B9A8FEC11C21578E"}}, "005056A509B11EE1B9A8FEC11C21578E"),
        ({"error": {"code": 200, "message": "Odoo Server Error"}}, "200"),
        ({"name": "odoo.exceptions.AccessError", "message": "x"}, "odoo.exceptions.AccessError"),
        ({"type": "error.list", "errors": [{"code": "unauthorized", "message": "x"}]}, "unauthorized"),
        (
            {"description": "Validation failed", "errors": [{"field": "email", "code": "invalid_value"}]},
            "invalid_value",
        ),
        ([{"errorCode": "INVALID_FIELD", "message": "x"}], "INVALID_FIELD"),
        ({"error": "Couldn't authenticate you"}, None),
        ({"error": "tanaka"}, None),
        ({"error": "Tanaka"}, None),
        ({"code": "tanaka@example.jp"}, None),
        ({"name": "TANAKA"}, None),
        ({"name": "Tanaka Taro"}, None),
        ({"code": 819012345678}, None),
        ({"code": True}, None),
        ({"error": "A" * 200}, None),
        ({"errors": []}, None),
        ({"errors": ["x"]}, None),
        ([], None),
        ([1], None),
        ("InvalidThing", None),
        (None, None),
    ],
)
def test_a_code_is_shown_and_a_value_is_not(body, code):
    assert error_code(body) == code


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ('<https://x.jp/a?page=2>; rel="next"', "https://x.jp/a?page=2"),
        ('<https://x.jp/a?page=1>; rel="prev", <https://x.jp/a?page=3>; rel="next"', "https://x.jp/a?page=3"),
        ("<https://x.jp/a?page=2>; rel=next", "https://x.jp/a?page=2"),
        ('<https://x.jp/a?page=1>; rel="prev"', None),
        ("", None),
    ],
)
def test_the_next_page_of_a_link_header(link, url):
    assert Answer(200, {"link": link}, b"", {}).next_link == url


@pytest.mark.parametrize("body", [b"{", b'{"a": 1} x', b"\xff\xfe", b"[" * 100_000, b"'a'", b'{"a": +1}'])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(ValueError, match=r"Expecting|Extra|codec|deeply"):
        parsed(body)


def test_a_byte_order_mark_is_no_json_and_no_harm():
    assert parsed(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
    assert parsed(b" \n") is None
