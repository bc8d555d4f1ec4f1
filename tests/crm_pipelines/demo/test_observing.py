from dataclasses import replace
from datetime import date

import pytest

from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.record import DemoRecord
from crm_pipelines.demo.world import Organisation, Person

TODAY = date(2026, 4, 1)


@pytest.fixture(scope="module")
def dealt() -> list[DemoRecord]:
    return Dealer(9, "medium", TODAY).deal(6000)


def of_source(dealt: list[DemoRecord], source: str) -> list[DemoRecord]:
    return [record for record in dealt if record.source == source]


def test_tickets_and_mails_know_no_birth_date(dealt: list[DemoRecord]) -> None:
    for source in ("support", "mail"):
        assert not any(record.birth_date or record.name_kana for record in of_source(dealt, source))


def test_mails_without_a_signature_tell_name_and_mailbox_alone(dealt: list[DemoRecord]) -> None:
    bare = [record for record in of_source(dealt, "mail") if not record.has_signature and record.is_person]
    assert bare
    assert not any(record.company or record.phone or record.address for record in bare)


def test_every_mail_has_a_sender(dealt: list[DemoRecord]) -> None:
    assert all("@" in record.email for record in of_source(dealt, "mail"))


def test_a_company_mailbox_alone_is_never_a_persons_record(dealt: list[DemoRecord]) -> None:
    shared = [record for record in dealt if record.is_person and record.email.startswith("info@")]
    assert shared
    assert all(record.name and "info" not in record.name for record in shared)


def test_records_before_the_wedding_bear_the_former_name(dealt: list[DemoRecord]) -> None:
    former = [record for record in dealt if "former_name" in record.phenomena]
    assert former
    for record in former:
        assert isinstance(record.subject, Person)
        assert record.subject.married_on
        assert record.observed_at.date() < record.subject.married_on


def test_phenomena_of_an_address_need_an_address(dealt: list[DemoRecord]) -> None:
    for record in dealt:
        if {"former_address", "building_dropped", "town_only"} & set(record.phenomena):
            assert record.address


def test_records_about_the_job_have_the_offices_address(dealt: list[DemoRecord]) -> None:
    records = [record for record in dealt if record.employer and record.address and record.source == "mail"]
    assert records
    for record in records:
        assert isinstance(record.subject, Person)
        job = record.subject.employment
        assert job
        office = (job.branch or job.organisation).address
        assert (office.town or office.line).replace("ケ", "ヶ")[:2] in record.address.replace("ケ", "ヶ") or (
            {"junk_address", "glyph_in_address"} & set(record.phenomena)
        )


def test_companies_do_not_honour_themselves_in_a_signature() -> None:
    dealer = Dealer(1, "hard", TODAY)
    dealer.deal(1500)
    organisation = replace(next(found for found in dealer.world.organisations if found.address.country == "JP"))
    records = [dealer.observer.organisation(organisation, "mail", dealer.observer.moment()) for _ in range(500)]
    assert not any("御中" in record.company for record in records)
    assert all(isinstance(record.subject, Organisation) and not record.name for record in records)
