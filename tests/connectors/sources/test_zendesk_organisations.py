"""Zendesk organisations: told once, and told again when they change."""

import json
from collections.abc import Iterator

import pytest

from tests.simulators import zendesk as simulated
from tests.simulators.server import status
from tests.simulators.zendesk_account import CANARY, SHOW_ORGANIZATIONS, Account, Desk, keys_of, open_desk, rows_of


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


@pytest.fixture
def account(desk: Desk) -> Account:
    return desk.filled()


def test_a_changed_organisation_brings_its_users_again_with_its_new_name(account):
    last = account.pages()[-1].bookmark
    account.zendesk.put_organization(2, name="新社名")
    account.zendesk.settle()
    pages = account.pages(last)
    assert keys_of(pages) == ["2", "5", "8"]
    assert {row.data["organization"]["name"] for row in rows_of(pages)} == {"新社名"}  # type: ignore[index,call-overload]
    assert account.pages(pages[-1].bookmark) == []


def test_users_of_many_changed_organisations_come_page_by_page_and_survive_a_kill(desk):
    zendesk = simulated.Zendesk()
    for number in range(1, 11):
        zendesk.tick()
        zendesk.put_organization(number, name=f"{CANARY} {number}")
    for number in range(1, 251):
        zendesk.put_user(number, name=CANARY, organization_id=1 + (number > 240))
    zendesk.settle(10)
    account = desk.open(zendesk)
    last = account.pages(page_size=1000)[-1].bookmark
    for number in range(1, 11):
        zendesk.tick()
        zendesk.put_organization(number, name=f"{CANARY} {number} new")
    zendesk.settle(10)
    whole = account.pages(last)
    assert sorted(keys_of(whole), key=int) == [str(number) for number in range(1, 251)]
    for n_read in range(1, len(whole)):
        rest = account.pages(whole[n_read - 1].bookmark)
        assert set(keys_of(whole[:n_read])) | set(keys_of(rest)) == set(keys_of(whole))
        assert len(keys_of(whole[:n_read])) + len(keys_of(rest)) == 250
    assert all(CANARY not in json.dumps(page.bookmark) for page in whole)


def test_an_organisation_that_is_gone_brings_nobody_and_breaks_nothing(account):
    last = account.pages()[-1].bookmark
    account.zendesk.put_organization(2, name="gone")
    account.zendesk.settle()
    account.service.script(status(404, {"error": "RecordNotFound"}), path="/api/v2/organizations/2")
    assert account.pages(last)[-1].rows == ()
    account.service.queue.clear()
    del account.zendesk.organizations[1]
    assert rows_of(account.pages())[0].data["organization"] is None


def test_organisations_are_asked_for_by_hundreds_and_once(desk):
    zendesk = simulated.Zendesk()
    for number in range(1, 231):
        zendesk.put_organization(number, name=CANARY)
        zendesk.put_user(number, name=CANARY, organization_id=number)
    zendesk.put_user(231, name=CANARY, organization_id=1)
    zendesk.settle(10)
    zendesk.put_organization(999, name="nobody's")
    zendesk.settle()
    account = desk.open(zendesk)
    first = account.pages(page_size=50)
    assert not account.service.asked(SHOW_ORGANIZATIONS)  # their export has told them all
    known = {"streams": {"organizations": first[-1].bookmark["streams"]["organizations"]}}  # type: ignore[index,call-overload]
    pages = account.pages(known, page_size=115)
    assert {row.data["organization"]["name"] for row in rows_of(pages)} == {CANARY}  # type: ignore[index,call-overload]
    assert [len(query["ids"].split(",")) for query in account.service.asked(SHOW_ORGANIZATIONS)] == [100, 15, 100, 15]
