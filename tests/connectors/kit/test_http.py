"""The client for web services, against a real server of loopback: answers, waits, refusals."""

import gzip
import json
import logging
import re
import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from connectors.kit.http_auth import bearer
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.simulators.echo import CANARY, ITEMS, KEY, Asking, echoing, fresh
from tests.simulators.server import (
    Reply,
    Service,
    busy,
    busy_until,
    cut,
    edited,
    html,
    patience,
    replying,
    silence,
    status,
)


@pytest.fixture(scope="module")
def running() -> Iterator[Service]:
    with echoing() as service:
        yield service


@pytest.fixture
def service(running: Service) -> Iterator[Service]:
    with fresh(running):
        yield running


def test_an_answer_has_its_json_and_the_request_its_credentials_and_query(service):
    answer = Asking(service.url).get()
    assert answer.mapping()["query"] == {"email": f"{CANARY}@example.jp"}
    assert answer.listed("items") == ITEMS["items"]
    headers = service.requests[0].headers
    assert (headers["authorization"], headers["x-version"]) == (f"Bearer {KEY}", "2")
    assert headers["accept"] == "application/json"


def test_values_fill_the_path_safely_and_stay_out_of_errors(service):
    asking = Asking(service.url)
    values = {"name": f"{CANARY}/../x?y=1"}
    assert asking.get("/people/{name}/items", values=values, allowed=(404,)).status == 404
    assert service.requests[0].path.endswith("/../x?y=1/items")  # the slash came quoted, and was no way out
    refusal = Asking(service.url).refusal("/people/{name}/nothing", values=values)
    assert refusal.facts["path"] == "/people/{name}/nothing"


def test_a_search_posts_json(service):
    with Asking(service.url).client as client:
        answer = client.post("/search", {"query": "名前"}, params={"page": 2})
    assert answer.mapping() == {"got": {"query": "名前"}, "type": "application/json; charset=utf-8"}
    assert service.requests[0].query == {"page": "2"}


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (busy("23"), 23.0),
        (busy("1.5"), 1.5),
        (busy("7", code=503), 7.0),
        (busy_until(17), 17.0),
        (busy(None, x_ratelimit_reset="12"), 12.0),
    ],
)
def test_a_service_that_says_when_to_come_back_is_taken_at_its_word(service, fault, waited):
    asking = Asking(service.url, reset_headers=("X-RateLimit-Reset",))
    service.script(fault)
    assert asking.get().status == 200
    assert asking.waits == [waited]


@pytest.mark.parametrize("hours", [-9, 9, 24 * 400])
def test_dates_count_from_the_services_own_clock_whoever_is_wrong(service, hours):
    service.skew = timedelta(hours=hours)
    service.script(busy_until(17))
    asking = Asking(service.url)
    asking.get()
    assert asking.waits == [17.0]


def test_a_unix_time_of_reset_counts_from_the_services_own_clock_too(service):
    service.skew = timedelta(hours=3)
    reset = int(service.now.timestamp()) + 40
    service.script(busy(None, x_ratelimit_reset=str(reset)))
    asking = Asking(service.url, reset_headers=("X-RateLimit-Reset",))
    asking.get()
    assert 38 <= asking.waits[0] <= 41


@pytest.mark.parametrize("retry_after", [None, "0", "soon", "-5", "nan", "inf", ""])
def test_without_a_time_to_come_back_the_waits_double(service, retry_after):
    asking = Asking(service.url, retry_wait_seconds=2.0)
    service.script(*[busy(retry_after)] * 3)
    assert asking.get().status == 200
    for wait, most in zip(asking.waits, (2, 4, 8), strict=True):
        assert most / 2 <= wait <= most


def test_a_wait_beyond_the_budget_is_left_to_the_next_run_which_is_told_how_long(service):
    asking = Asking(service.url, retry_budget_seconds=60.0)
    service.script(busy("40"), busy("40"))
    refusal = asking.refusal()
    assert isinstance(refusal, RetriableSourceError)
    assert refusal.code == "source.too_many_requests"
    assert refusal.facts["retry_after_seconds"] == 40
    assert asking.waits == [40.0]


def test_the_budget_is_of_the_whole_read_not_of_a_request(service):
    asking = Asking(service.url, retry_budget_seconds=50.0)
    with asking.client as client:
        service.script(busy("30"), None, busy("30"))
        client.get("/items")
        with pytest.raises(RetriableSourceError):
            client.get("/items")
    assert asking.waits == [30.0]


def test_nobody_is_waited_for_longer_than_a_day(service):
    service.script(busy("99999999"))
    assert Asking(service.url).refusal().facts["retry_after_seconds"] == 86_400


PACKED = gzip.compress(bytes(range(256)) * 8)
PASSING = [
    *(status(code) for code in (408, 500, 502, 503, 504)),
    *(html(502), html(200), html(200, "application/json")),
    *(cut(0.5), cut(0), cut(0.99), silence),
    replying(Reply(200, {"content-type": "application/json"}, b"")),
    replying(Reply(200, {"content-type": "application/json"}, b'{"items": [{"na')),
    replying(Reply(200, {"content-encoding": "gzip"}, b"x" + PACKED)),
    replying(Reply(200, {"content-encoding": "gzip"}, PACKED[:-200])),
]


@pytest.mark.parametrize("fault", PASSING)
def test_what_may_pass_is_asked_again(service, fault):
    service.script(fault)
    asking = Asking(service.url, timeout_seconds=patience(fault))
    assert asking.get().listed("items") == ITEMS["items"]
    assert len(asking.waits) == 1 or fault is silence


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (status(500), "source.server_error"),
        (status(503, retry_after="3"), "source.server_error"),
        (html(502), "source.unexpected_html"),
        (html(200), "source.unexpected_html"),
        (cut(), "source.truncated_answer"),
        (silence, "source.unreachable"),
        (busy("1"), "source.too_many_requests"),
    ],
)
def test_what_does_not_pass_is_for_the_next_run(service, fault, code):
    service.script(*[fault] * 3)
    asking = Asking(service.url, timeout_seconds=patience(fault), attempts=3)
    refusal = asking.refusal()
    assert isinstance(refusal, RetriableSourceError)
    assert (refusal.code, len(service.requests), len(asking.waits)) == (code, 3, 2)


@pytest.mark.parametrize("code", [400, 403, 404, 409, 410, 422])
def test_another_refusal_is_final_and_shows_the_services_code_but_not_its_words(service, code):
    body = {"error": {"code": "INVALID_FIELD", "message": f"{CANARY}@example.jp is wrong"}, "description": CANARY}
    service.script(status(code, body))
    refusal = Asking(service.url).refusal()
    assert isinstance(refusal, FatalSourceError)
    assert refusal.code == "source.refused_request"
    assert (refusal.facts["status"], refusal.facts["found"]) == (code, "INVALID_FIELD")
    assert len(service.requests) == 1


@pytest.mark.parametrize("code", [403, 404])
def test_a_web_page_in_place_of_a_refusal_is_final(service, code):
    service.script(html(code))
    refusal = Asking(service.url).refusal()
    assert (type(refusal), refusal.code) == (FatalSourceError, "source.unexpected_html")
    assert refusal.facts["file"] == f"{service.url.removeprefix('http://')}/items"


def test_a_status_that_is_an_answer_to_the_caller_is_returned(service):
    service.script(status(422, {"error": "InvalidCursor"}))
    answer = Asking(service.url).get(allowed=(400, 422))
    assert (answer.status, answer.mapping()) == (422, {"error": "InvalidCursor"})


def test_a_code_that_means_too_many_requests_waits_under_any_status(service):
    service.script(status(403, [{"errorCode": "REQUEST_LIMIT_EXCEEDED", "message": "x"}]))
    asking = Asking(service.url, busy_codes=frozenset({"REQUEST_LIMIT_EXCEEDED"}))
    assert asking.get().status == 200
    assert len(asking.waits) == 1


def test_a_redirection_within_the_service_is_followed_and_no_other(service):
    assert Asking(service.url).get("/moved").status == 200
    for path in ("/elsewhere", "/upgrade", "/circle"):
        refusal = Asking(service.url).refusal(path)
        assert (type(refusal), refusal.code) == (FatalSourceError, "source.redirected")


def test_an_answer_that_is_too_large_is_dropped_before_it_is_whole(service):
    bomb = Reply(200, {"content-encoding": "gzip"}, gzip.compress(b'"' + b"x" * (3 << 20) + b'"'))
    service.script(replying(bomb), replying(bomb))
    assert Asking(service.url, answer_mebibytes=4).get().status == 200
    refusal = Asking(service.url, answer_mebibytes=2).refusal()
    assert (type(refusal), refusal.code) == (FatalSourceError, "source.answer_too_large")


def test_an_answer_that_trickles_for_ever_is_given_up(service):
    asking = Asking(service.url, answer_seconds=1e-9, attempts=1)
    refusal = asking.refusal()
    assert (refusal.code, refusal.facts["found"]) == ("source.unreachable", "AnswerTimeout")


def test_nobody_there_is_for_the_next_run():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    refusal = Asking(f"http://127.0.0.1:{port}", attempts=2).refusal()
    assert (type(refusal), refusal.code) == (RetriableSourceError, "source.unreachable")
    assert refusal.facts["found"] == "ConnectionRefusedError"


def test_numbers_that_json_lacks_cost_a_cell_and_no_page(service):
    body = b'{"a": NaN, "b": -Infinity, "c": 1e999, "d": 123456789012345678901234567890, "e": 0.5, "e": 1}'
    service.script(replying(Reply(200, {}, body)))
    answer = Asking(service.url).get().mapping()
    assert answer == {"a": "NaN", "b": "-Infinity", "c": "1e999", "d": 123456789012345678901234567890, "e": 1}
    json.dumps(answer, allow_nan=False)


def test_json_that_calls_itself_a_web_page_is_json(service):
    service.script(replying(Reply(200, {"content-type": "text/html"}, b'{"items": []}')))
    assert Asking(service.url).get().listed("items") == []


def test_a_number_of_thousands_of_digits_costs_a_cell_and_no_page(service):
    service.script(replying(Reply(200, {}, b'{"a": 1' + b"0" * 5000 + b"}")))
    assert len(str(Asking(service.url).get().mapping()["a"])) == 5001


def test_a_list_where_an_object_was_expected_is_named_without_a_value(service):
    service.script(replying(Reply.of(200, [CANARY])), edited(lambda body: {**body, "items": CANARY}))
    for asked in ("items", "items"):
        with pytest.raises(FatalSourceError) as caught:
            Asking(service.url).get().listed(asked)
        assert caught.value.code == "source.unexpected_answer"
        assert CANARY not in str(caught.value)


def test_nothing_is_logged_or_printed_even_when_everything_is(service, caplog, capsys):
    caplog.set_level(logging.DEBUG)
    service.script(status(500, {"error": CANARY}), cut(), html(502))
    Asking(service.url, bearer(SecretStr(KEY))).get()
    logged = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("asyncio"))
    assert CANARY not in logged
    assert not re.search(r"stamina|httpx|httpcore", " ".join(record.name for record in caplog.records))
    assert capsys.readouterr() == ("", "")
