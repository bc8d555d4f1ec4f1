"""Signatures: what vendors publish is believed, anything else is not."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from crm_pipelines.rules.inbox import InboxEntry, SignatureScheme, known_schemes
from crm_pipelines.web.signatures import Post, Proof, Refused, Verifier

SECRET = "test-secret"
HELLO = '{"hello":"世界"}'.encode()
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
SLACK_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
TWILIO_BODY = b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
BASE64_OF_HELLO = "qP9hCfchpyrWUIttBA42jE/W5theQVQMsfBAHc1jMY8="
HEX_OF_HELLO = "a8ff6109f721a72ad6508b6d040e368c4fd6e6d85e41540cb1f0401dcd63318f"


def entry(scheme: str, secret: str | None = SECRET, **said: Any) -> InboxEntry:
    return InboxEntry.model_validate({"scheme": scheme, **({"secret": secret} if secret else {}), **said})


def post(headers: dict[str, str], body: bytes = HELLO, query: str = "") -> Post:
    raw = {name.lower().encode(): value.encode() for name, value in headers.items()}
    return Post("POST", query.encode(), raw, body)


@dataclass(frozen=True)
class Example:
    """A signed post as a vendor publishes it, or as another program computed it once."""

    scheme: str
    headers: dict[str, str]
    secret: str = SECRET
    body: bytes = HELLO
    said: dict[str, str] = field(default_factory=dict)
    at: datetime = NOW

    def verifier(self, secret: str | None = None) -> Verifier:
        return Verifier(entry(self.scheme, secret or self.secret, **self.said))

    def post(self, **changed: Any) -> Post:
        headers = {**JSON, **self.headers, **changed.get("headers", {})}
        return post({name: value for name, value in headers.items() if value}, changed.get("body", self.body))


def standard_example(scheme: str, prefix: str) -> Example:
    headers = {
        f"{prefix}-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        f"{prefix}-timestamp": "1614265330",
        f"{prefix}-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    at = datetime.fromtimestamp(1614265330, UTC)
    return Example(scheme, headers, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}', at=at)


EXAMPLES = [
    Example("shopify", {"X-Shopify-Hmac-Sha256": BASE64_OF_HELLO}),
    Example("line", {"X-Line-Signature": BASE64_OF_HELLO}),
    Example("typeform", {"Typeform-Signature": f"sha256={BASE64_OF_HELLO}"}),
    Example("github", {"X-Hub-Signature-256": f"sha256={HEX_OF_HELLO}"}),
    Example("eccube", {"X-ECCUBE-Signature": HEX_OF_HELLO}),
    Example("intercom", {"X-Hub-Signature": "sha1=bdd1d8ebec6366e2940cd25f38286b7cf7cb20fe"}),
    Example(
        "zendesk",
        {
            "X-Zendesk-Webhook-Signature": "jTA2YKimMX9MVjiwjh8OwKJW9mi7KbtE8es0M1n84GI=",
            "X-Zendesk-Webhook-Signature-Timestamp": "2026-01-01T00:00:00Z",
        },
    ),
    Example(
        "hubspot",
        {
            "X-HubSpot-Signature-v3": "Omb2czuRO50nOkJXGvRXHgHpjIdzcEIwGpfl/6xKjhA=",
            "X-HubSpot-Request-Timestamp": "1767225600000",
        },
        said={"public_url": "https://mdm.example.jp/webhooks/hubspot"},
    ),
    standard_example("standard_webhooks", "webhook"),
    standard_example("svix", "svix"),
    Example(
        "slack",
        {
            **FORM,
            "X-Slack-Signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
            "X-Slack-Request-Timestamp": "1531420618",
        },
        "8f742231b10e8888abcd99yyyzzz85a5",
        SLACK_BODY,
        at=datetime.fromtimestamp(1531420618, UTC),
    ),
]
every_example = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.scheme)


@every_example
def test_a_published_signature_is_believed(example):
    assert isinstance(example.verifier().judge(example.post(), example.at), Proof)


@every_example
def test_another_key_body_or_signature_is_not(example):
    verifier, name = example.verifier(), known_schemes()[example.scheme].header
    signature = example.headers[name]
    changed = signature[:-3] + ("A" if signature[-3] != "A" else "B") + signature[-2:]
    other = example.verifier(base64.b64encode(b"another secret").decode())
    assert other.judge(example.post(), example.at) is Refused.WRONG
    assert verifier.judge(example.post(body=example.body + b" "), example.at) is Refused.WRONG
    for bad in (changed, signature[:-8], signature[:8], "sha256=", "日本", "\u00e9" * 44, signature * 2):
        assert isinstance(verifier.judge(example.post(headers={name: bad}), example.at), Refused)
    assert verifier.judge(example.post(headers={name: ""}), example.at) is Refused.INCOMPLETE


@every_example
def test_only_the_right_time_is_believed(example):
    verifier = example.verifier()
    stamped = known_schemes()[example.scheme].timestamp_header is not None
    for away in (-300, 300):
        assert isinstance(verifier.judge(example.post(), example.at + timedelta(seconds=away)), Proof)
    for away in (-301, 301, -86_400 * 365, 86_400 * 365):
        verdict = verifier.judge(example.post(), example.at + timedelta(seconds=away))
        assert (verdict is Refused.UNTIMELY) == stamped


@every_example
def test_the_time_and_the_id_are_signed_too(example):
    scheme = known_schemes()[example.scheme]
    for name in {scheme.timestamp_header, scheme.id_header} - {None}:
        written = example.headers[name]
        later = written.replace("00:00Z", "00:01Z") if written.endswith("Z") else written[:-1] + "9"
        assert later != written
        assert example.verifier().judge(example.post(headers={name: later}), example.at) is Refused.WRONG
        assert example.verifier().judge(example.post(headers={name: ""}), example.at) is Refused.INCOMPLETE


def test_every_scheme_that_signs_is_tried_here():
    tried = {example.scheme for example in EXAMPLES} | {"stripe", "twilio", "custom"}
    assert tried == {name for name, scheme in known_schemes().items() if scheme.kind == "hmac"}


# Twilio signs the address and the sorted fields of a form


def twilio_verifier() -> Verifier:
    known = entry("twilio", public_url="https://mycompany.com/myapp.php")
    # the published example's key is shorter than a configuration may have
    return Verifier(known.model_copy(update={"secret": SecretStr("12345")}))


def twilio(body: bytes = TWILIO_BODY, query: str = "foo=1&bar=2", **headers: str) -> Any:
    signed = {"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=", **FORM, **headers}
    return twilio_verifier().judge(post(signed, body, query), NOW)


def test_twilio_s_published_signature_is_believed_in_any_order_of_fields():
    assert isinstance(twilio(), Proof)
    assert isinstance(twilio(b"&".join(reversed(TWILIO_BODY.split(b"&")))), Proof)


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (TWILIO_BODY + b"&x=1", "foo=1&bar=2"),
        (TWILIO_BODY, "foo=1&bar=3"),
        (TWILIO_BODY, ""),
        (b"", "foo=1&bar=2"),
        (b"\xff\xfe=%FF", "foo=1&bar=2"),
    ],
)
def test_twilio_with_another_form_or_address_is_not(body, query):
    assert twilio(body, query) is Refused.WRONG


def test_twilio_signs_another_body_by_its_digest_in_the_address():
    query = "bodySHA256=" + hashlib.sha256(HELLO).hexdigest()
    url = f"https://mycompany.com/myapp.php?{query}"
    signature = base64.b64encode(hmac.digest(b"12345", url.encode(), "sha1")).decode()
    headers = {"content-type": "application/json", "X-Twilio-Signature": signature}
    verifier = twilio_verifier()
    assert isinstance(verifier.judge(post(headers, HELLO, query), NOW), Proof)
    assert verifier.judge(post(headers, b"{}", query), NOW) is Refused.WRONG
    bare = base64.b64encode(hmac.digest(b"12345", b"https://mycompany.com/myapp.php", "sha1")).decode()
    unsigned_body = post({"content-type": "application/json", "X-Twilio-Signature": bare}, HELLO)
    assert verifier.judge(unsigned_body, NOW) is Refused.WRONG


# Stripe-like: time and several signatures in one header


def stripe(header: str, at: datetime = NOW) -> Any:
    return Verifier(entry("stripe")).judge(post({"Stripe-Signature": header, **JSON}), at)


def stripe_signature(stamp: int, key: bytes = b"test-secret") -> str:
    return hmac.digest(key, f"{stamp}.".encode() + HELLO, "sha256").hex()


def test_stripe_like_headers_hold_a_time_and_signatures_of_several_versions():
    stamp = int(NOW.timestamp())
    good = stripe_signature(stamp)
    assert isinstance(stripe(f"t={stamp},v1={good}"), Proof)
    assert isinstance(stripe(f"t={stamp}, v0=aa, v1={'0' * 64}, v1={good}"), Proof)
    assert stripe(f"t={stamp},v0={good}") is Refused.WRONG
    assert stripe(f"v1={good}") is Refused.INCOMPLETE
    assert stripe(f"t={stamp + 1},v1={good}") is Refused.WRONG
    assert stripe(f"t={stamp - 301},v1={stripe_signature(stamp - 301)}") is Refused.UNTIMELY
    assert stripe(f"t={stamp + 301},v1={stripe_signature(stamp + 301)}") is Refused.UNTIMELY


@pytest.mark.parametrize(
    "stamp", ["", "x", "１７６７２２５６００", "1e9", "-1", "99999999999999999999", "1767225600.5", " "]
)
def test_what_is_no_time_is_not_believed_even_when_it_is_signed(stamp):
    key, content = b"test-secret", f"{stamp}.".encode() + HELLO
    assert isinstance(stripe(f"t={stamp},v1={hmac.digest(key, content, 'sha256').hex()}"), Refused)


# key rotation


def standard(signatures: str, **said: Any) -> Any:
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1767225600", "webhook-signature": signatures, **JSON}
    secret = "whsec_" + base64.b64encode(b"the new key").decode()
    return Verifier(entry("standard_webhooks", secret, **said)).judge(post(headers), NOW)


def standard_signature(key: bytes) -> str:
    return "v1," + base64.b64encode(hmac.digest(key, b"msg_1.1767225600." + HELLO, "sha256")).decode()


def test_one_good_signature_of_several_is_enough():
    good, other = standard_signature(b"the new key"), standard_signature(b"another")
    assert standard(f"{other} {good}").message_id == "msg_1"
    assert isinstance(standard(f"v1a,abcd {good} {other}"), Proof)
    assert standard(other) is Refused.WRONG
    assert standard(" ".join([other] * 50 + [good])) is Refused.WRONG  # no header may make us compare for ever


def test_the_previous_secret_is_good_while_it_is_named():
    old = standard_signature(b"the old key")
    previous = "whsec_" + base64.b64encode(b"the old key").decode()
    assert standard(old) is Refused.WRONG
    assert isinstance(standard(old, previous_secret=previous), Proof)


def test_a_message_s_content_does_not_depend_on_which_key_signed_it():
    previous = "whsec_" + base64.b64encode(b"the old key").decode()
    both = [standard(standard_signature(key), previous_secret=previous) for key in (b"the old key", b"the new key")]
    assert both[0].content == both[1].content


# HubSpot reads some characters of the address back before it signs


def test_hubspot_s_address_is_read_back():
    url, stamp = "https://mdm.example.jp/in", "1767225600000"
    content = f"POST{url}?to=a:b/c@d&x=%E4%B8%96".encode() + HELLO + stamp.encode()
    signature = base64.b64encode(hmac.digest(b"test-secret", content, "sha256")).decode()
    headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp, **JSON}
    verifier = Verifier(entry("hubspot", public_url=url))
    assert isinstance(verifier.judge(post(headers, query="to=a%3Ab%2fc%40d&x=%E4%B8%96"), NOW), Proof)


# passwords and tokens


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode(), **JSON}


def test_basic_authentication():
    verifier = Verifier(entry("basic", "pass:wörd", username="forms", previous_secret="older-one"))
    assert isinstance(verifier.judge(post(basic("forms", "pass:wörd")), NOW), Proof)
    assert isinstance(verifier.judge(post(basic("forms", "older-one")), NOW), Proof)
    assert verifier.judge(post(basic("form", "pass:wörd")), NOW) is Refused.WRONG
    assert verifier.judge(post(basic("forms", "")), NOW) is Refused.WRONG
    for header in ("", "Basic", "Basic !!!", "Bearer " + basic("forms", "pass:wörd")["Authorization"][6:]):
        assert isinstance(verifier.judge(post({"Authorization": header, **JSON}), NOW), Refused)


def test_tokens_stand_in_a_header_or_in_the_address():
    header = Verifier(entry("token"))
    bearer = Verifier(entry("token", header="Authorization", prefix="Bearer "))
    address = Verifier(entry("token", parameter="key"))
    assert isinstance(header.judge(post({"X-Inbox-Token": "test-secret"}), NOW), Proof)
    assert isinstance(bearer.judge(post({"Authorization": "Bearer test-secret"}), NOW), Proof)
    assert isinstance(address.judge(post({}, query="a=1&key=test%2Dsecret"), NOW), Proof)
    assert header.judge(post({"X-Inbox-Token": "test-secre"}), NOW) is Refused.WRONG
    assert bearer.judge(post({"Authorization": "test-secret"}), NOW) is Refused.INCOMPLETE
    assert address.judge(post({"X-Inbox-Token": "test-secret"}), NOW) is Refused.INCOMPLETE
    assert address.judge(post({}, query="key=%FF%FE"), NOW) is Refused.WRONG


def test_none_believes_everybody():
    assert isinstance(Verifier(entry("none", None)).judge(post({}), NOW), Proof)


# schemes of one's own


def test_a_scheme_of_one_s_own():
    known = entry(
        "custom",
        header="X-Signature",
        algorithm="sha512",
        encoding="base64",
        message="{method}\n{timestamp}\n{body}",
        timestamp_header="X-Time",
        timestamp_format="iso",
        tolerance_seconds=10,
    )
    content = b"POST\n2026-01-01T09:00:05+09:00\n" + HELLO
    signature = base64.b64encode(hmac.digest(b"test-secret", content, "sha512")).decode()
    signed = post({"X-Signature": signature, "X-Time": "2026-01-01T09:00:05+09:00", **JSON})
    assert isinstance(Verifier(known).judge(signed, NOW), Proof)
    assert Verifier(known).judge(signed, NOW - timedelta(seconds=6)) is Refused.UNTIMELY


def test_a_known_scheme_under_another_header():
    verifier = Verifier(entry("github", header="X-Other", prefix=""))
    assert isinstance(verifier.judge(post({"X-Other": HEX_OF_HELLO, **JSON}), NOW), Proof)
    assert isinstance(verifier.judge(post({"X-Other": HEX_OF_HELLO.upper(), **JSON}), NOW), Proof)


def test_the_table_reads_as_schemes():
    assert all(isinstance(scheme, SignatureScheme) for scheme in known_schemes().values())
