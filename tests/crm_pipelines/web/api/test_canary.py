"""What programs ask and are answered stands in no log, no address and no refusal."""

import logging
from typing import Any

import pytest
from starlette.routing import Mount

from crm_pipelines.model.enums import TokenScope
from crm_pipelines.web.api.application import ADDRESSES, PREFIX
from crm_pipelines.web.api.gate import allowed_for
from tests.crm_pipelines.web.api.conftest import Program
from tests.crm_pipelines.web.pages.conftest import App

CANARY = ("鰐渕蓮太郎", "wanibuchi.canary@example.jp", "090-7777-1234", "鰐渕商会")
RECORD = {"name": CANARY[0], "email": CANARY[1], "phone": CANARY[2], "organisation_name": CANARY[3]}


def bodies() -> list[Any]:
    """Right and wrong, each full of values."""
    return [
        {"record": RECORD},
        {"record": {**RECORD, CANARY[1]: CANARY[0]}, "limit": CANARY[1]},
        {"email": CANARY[1], "name": CANARY[0]},
        {"email": CANARY[0]},
        {"records": [{"source": "mail", "source_id": CANARY[1]}, {"source": CANARY[0], "source_id": CANARY[1]}]},
        {"kind": "records", "record_ids_left": [CANARY[1]], "record_ids_right": [CANARY[0]], "answer": "same"},
        {"kind": "question", "question_id": CANARY[0], "answer": CANARY[1], "reason": CANARY[2]},
        {"kind": CANARY[0]},
        [CANARY[0]],
        CANARY[1],
    ]


def broken() -> None:
    """What nobody foresaw."""
    raise RuntimeError(CANARY[1])


def test_no_value_is_logged_or_told_back(app: App, program: Program, caplog: pytest.LogCaptureFixture) -> None:
    client, refusals = program(), []
    (api,) = [route.app for route in app.served.routes if isinstance(route, Mount) and route.path == PREFIX]
    api.add_api_route("/broken", broken, openapi_extra=allowed_for(TokenScope.MATCH))
    with caplog.at_level(logging.DEBUG):
        for number, body in enumerate(bodies()):
            for address in ADDRESSES:
                app.clock.pass_by(seconds=1)
                path = address.path.replace("{golden_id}", "nobody")
                headers = {"idempotency-key": f"{number}"}
                answer = client.request(address.method, path, json=body, headers=headers)
                refusals += [answer.text] if answer.status_code >= 400 else []
        answer = client.get("/broken")
        assert (answer.status_code, answer.json()["code"]) == (500, "web.unexpected")
        refusals.append(answer.text)
    assert len(refusals) > 40
    assert "RuntimeError" in caplog.text
    for value in CANARY:
        assert value not in caplog.text
        assert value not in "".join(refusals)
