"""Schemathesis over the whole API: whatever is sent, the server does not break and answers as its document says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.schemas import BaseSchema

from crm_pipelines.web.api.application import PREFIX
from tests.crm_pipelines.web.api.conftest import token_text
from tests.crm_pipelines.web.pages.conftest import App

_FEW = settings(max_examples=25, suppress_health_check=list(HealthCheck))


@pytest.fixture
def document(app: App) -> BaseSchema:
    """The API's own, at the address of the running server."""
    client = app.client()
    found = schemathesis.openapi.from_dict(client.get(f"{PREFIX}/openapi.json").json())
    found.config.update(base_url=str(client.base_url.join(PREFIX)))
    return found


schema = schemathesis.pytest.from_fixture("document")


@pytest.fixture
def token(app: App) -> str:
    return token_text(app)


@schema.parametrize()
@_FEW
def test_whatever_is_sent_is_answered_as_the_document_says(app: App, token: str, case: Case) -> None:
    app.clock.pass_by(seconds=1)
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
