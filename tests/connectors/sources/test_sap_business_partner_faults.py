"""Business partners of SAP S/4HANA when things go wrong: logon pages, gateways, limits, cuts, pages out of turn."""

import json
from contextlib import suppress
from itertools import islice
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.delivery import Bookmark, Page
from crm_pipelines.model.errors import FatalSourceError, RetriableSourceError
from tests.connectors.contract import CANARY, keys_of
from tests.simulators import sap as simulated
from tests.simulators.reading import keep, stored
from tests.simulators.sap import ROOT
from tests.simulators.sap_system import PARTNERS, System, fill, filled
from tests.simulators.server import again, busy, cut, html, patience, silence, status
from tests.simulators.stage import Stage


@pytest.fixture
def system(stage: Stage) -> System:
    return filled(stage)


def test_a_page_given_twice_is_delivered_once_also_across_a_kill(system):
    for paging in ("key", "skip"):
        system.service.script(None, again, None, again, path=PARTNERS)
        pages = system.pages(paging=paging)
        assert keys_of(pages) == [str(number) for number in range(1, 8)]
        assert pages[-1].ends_complete_read
        begun = list(islice(system.connector(paging=paging).pages(None), 1))
        system.service.script(again, path=PARTNERS)
        assert keys_of(begun + system.pages(begun[-1].bookmark, paging=paging)) == keys_of(pages)


def test_a_page_given_for_ever_is_left(system):
    system.service.script(None, *[again] * 8, path=PARTNERS)
    assert system.refusal().code == "source.cursor_stands_still"


@pytest.mark.parametrize("fault", [simulated.logon_page(), simulated.empty_logon()])
def test_a_refused_logon_is_said_whatever_its_body(system, fault):
    system.service.script(None, fault, path=ROOT)
    refused = system.refusal()
    assert isinstance(refused, FatalSourceError)
    assert refused.code == "source.refused_login"


def test_a_refusal_shows_its_code_and_none_of_its_words(system):
    system.service.script(status(400, simulated.error("R1/104", f"Enter {CANARY}")), path=PARTNERS)
    refused = system.refusal()
    assert (refused.code, refused.fault.facts["found"]) == ("source.refused_request", "R1/104")


@pytest.mark.parametrize("fault", [simulated.gateway_time_out(), html(502), cut(), busy("7"), silence])
def test_what_passes_is_waited_for(system, fault):
    system.service.script(None, fault, path=PARTNERS)
    assert keys_of(system.pages(timeout_seconds=patience(fault))) == [str(number) for number in range(1, 8)]
    assert len(system.waits) == 1 or fault is silence
    assert (system.waits == [7.0]) is (system.service.requests[2].status == 429)


def test_what_does_not_pass_keeps_the_pages_before_it(system):
    system.service.script(None, *[simulated.gateway_time_out()] * 5, path=PARTNERS)
    got: list[Page] = []
    with pytest.raises(RetriableSourceError):
        keep(system.connector().pages(None), got)
    assert keys_of(got) == ["1", "2", "3"]
    assert keys_of(got + system.pages(got[-1].bookmark)) == [str(number) for number in range(1, 8)]


def test_an_answer_of_another_shape_is_refused(system):
    system.service.script(status(200, {"value": []}), path=PARTNERS)
    assert system.refusal().code == "source.unexpected_answer"


def test_an_expired_token_is_renewed_once(system):
    options = {"token_url": f"{system.service.url}/sap/bc/sec/oauth2/token", "client_id": "client"}
    pages = system.connector(**options, client_secret="geheim").pages(None)
    first = next(pages)
    system.sap.tokens.clear()
    assert keys_of([first, *pages]) == [str(number) for number in range(1, 8)]
    assert system.sap.issued == 2
    assert system.refusal(**options, client_secret="wrong geheim").code == "source.refused_login"


FAULTS = {
    "429": busy("1"),
    "504": simulated.gateway_time_out(),
    "logon page": simulated.logon_page(),
    "cut": cut(0.7),
    "html": html(200),
    "page again": again,
    "fine": None,
}


@settings(max_examples=25)
@given(
    trouble=st.tuples(
        st.lists(st.sampled_from(sorted(FAULTS)), max_size=12),
        st.lists(st.integers(0, 3), max_size=6),
    ),
    page_size=st.integers(1, 4),
    paging=st.sampled_from(["key", "skip"]),
    changed=st.sets(st.integers(1, 14), max_size=10),
)
def test_whatever_goes_wrong_every_row_comes_exactly_once(stage, trouble, page_size, paging, changed):
    """Each failure and each kill is followed by a new instance that goes on from the last page that was kept."""
    sap = simulated.Sap()
    fill(sap, 9)
    system = System(stage.show(sap), sap)
    options = {"page_size": page_size, "attempts": 2, "paging": paging}
    first = _read_through(system, None, trouble, options)
    assert keys_of(first) == [str(number) for number in range(1, 10)]
    assert any(page.ends_complete_read for page in first)
    sap.tick(days=2)
    for number in sorted(changed):
        sap.put(str(number), OrganizationBPName1="changed or new")
        sap.put(str(number), OrganizationBPName1="changed")
    faults, kills = trouble
    second = _read_through(
        system, first[-1].bookmark, ([name for name in faults if name != "page again"], kills), options
    )
    assert sorted(map(str, keys_of(second))) == sorted(map(str, changed))
    assert keys_of(system.pages([*first, *second][-1].bookmark, **options)) == []
    assert CANARY not in json.dumps([page.bookmark for page in [*first, *second]])


def _read_through(
    system: System, bookmark: Bookmark | None, trouble: tuple[list[str], list[int]], options: dict[str, Any]
) -> list[Page]:
    """One read, by as many instances as it takes."""
    got: list[Page] = []
    names, kills = trouble
    left = [FAULTS[name] for name in names]
    system.service.last.clear()
    for kill in [*kills, *[None] * 12]:  # None: not killed
        if got and not stored(got[-1].bookmark)["window"]["is_open"]:
            break
        system.service.queue.clear()
        system.service.script(*left[:2], path=PARTNERS)
        del left[:2]
        pages = system.connector(**options).pages(stored(got[-1].bookmark if got else bookmark))
        with suppress(RetriableSourceError, FatalSourceError):
            keep(islice(pages, kill), got)
            if kill is None:
                break
    system.service.queue.clear()
    return got
