"""Schemathesis over the whole API: whatever is sent, the server does not break and answers as its document says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from crm_pipelines.web.api.application import ADDRESSES, PREFIX, Address
from tests.crm_pipelines.web.api.conftest import token_text
from tests.crm_pipelines.web.pages.conftest import App

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_FEW = settings(max_examples=20, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("address", ADDRESSES, ids=lambda one: f"{one.method} {one.path}")
def test_whatever_is_sent_is_answered_as_the_document_says(app: App, address: Address, mode: GenerationMode) -> None:
    client, token = app.client(), token_text(app)
    schema = schemathesis.openapi.from_dict(client.get(f"{PREFIX}/openapi.json").json())
    operation = schema[address.path][address.method]
    sent = 0

    @given(case=operation.as_strategy(generation_mode=mode))
    @_FEW
    def ask(case: Case) -> None:
        nonlocal sent
        app.clock.pass_by(seconds=1)
        sent += 1
        answer = case.call(base_url=str(client.base_url.join(PREFIX)), headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=_CHECKS)

    ask()
    assert sent > 5
