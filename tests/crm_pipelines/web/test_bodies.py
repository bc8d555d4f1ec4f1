"""Reading bodies never fails: what cannot be read says so."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_pipelines.rules.inbox import InboxEntry
from crm_pipelines.web.bodies import BodyReader
from crm_pipelines.web.forms import read_urlencoded
from crm_pipelines.web.signatures import Post, Verifier

TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b")
READERS = {
    "none": BodyReader(InboxEntry.model_validate({"scheme": "none"})),
    "line": BodyReader(InboxEntry.model_validate({"scheme": "line", "secret": "test-secret"})),
    "slack": BodyReader(InboxEntry.model_validate({"scheme": "slack", "secret": "test-secret"})),
}
_PIECES = st.sampled_from(
    [
        *(b'a = & [ ] % %82 + \xff _charset_= --b { } "events": : 1e999 null \x00 ;'.split()),
        *(b"\r\n", b" ", b'"', b"Content-Disposition: form-data; name=", "山".encode(), "山".encode("cp932")),
    ]
)
_BODIES = st.binary(max_size=200) | st.lists(_PIECES, max_size=40).map(b"".join)


def post(body: bytes, content_type: str) -> Post:
    return Post("POST", b"", {b"content-type": content_type.encode()}, body)


@given(scheme=st.sampled_from(sorted(READERS)), kind=st.sampled_from(TYPES), body=_BODIES)
def test_any_bytes_are_read_or_kept(scheme, kind, body):
    found = READERS[scheme].read(post(body, kind))
    assert found is not None
    for content in found.contents:
        if content.data is None:
            assert str(content.notes["fault"]).startswith("row.")
        else:
            json.dumps(dict(content.data), allow_nan=False)


@given(
    body=_BODIES,
    header=st.text(max_size=60),
    scheme=st.sampled_from(["twilio", "stripe", "slack", "zendesk", "hubspot"]),
)
def test_any_headers_and_bytes_are_judged(body, header, scheme):
    entry = InboxEntry.model_validate(
        {"scheme": scheme, "secret": "test-secret", "public_url": "https://a.example.jp/x"}
    )
    signature = entry.signature
    raw = header.encode("utf-8", "replace")
    headers = {name.lower().encode(): raw for name in (signature.header, signature.timestamp_header) if name}
    given_post = Post("POST", raw, {**headers, b"content-type": TYPES[1].encode()}, body)
    assert isinstance(Verifier(entry).judge(given_post, datetime(2026, 1, 1, tzinfo=UTC)), str)


@pytest.mark.parametrize(
    ("body", "data"),
    [
        (b"a=1&a[b]=2", {"a": "1", "a[b]": "2"}),
        (b"a[b]=2&a=1", {"a": {"b": "2"}, "a_2": "1"}),
        (b"a[]=1&a=2", {"a": ["1", "2"]}),
        (b"a=1&a[]=2", {"a": ["1", "2"]}),
        (b"a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        (b"a[]=1&a[b]=2", {"a": ["1"], "a[b]": "2"}),
        (b"a[][x]=1&a[][x]=2", {"a": {"0": {"x": "1"}, "1": {"x": "2"}}}),
        (b"[a]=1&]=2&a]b[=3", {"[a]": "1", "]": "2", "a]b[": "3"}),
        (b"a[b][c][d][e][f][g]=1", {"a[b][c][d][e][f][g]": "1"}),
        (b"=1&&a", {"": "1", "a": ""}),
    ],
)
def test_names_that_contradict_each_other_lose_no_value(body, data):
    found = read_urlencoded(body, None, frozenset()).data
    assert found == data
