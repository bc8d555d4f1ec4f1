from collections import Counter
from datetime import date

import pytest

from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.record import DemoRecord
from crm_pipelines.demo.world import Organisation, Person

TODAY = date(2026, 4, 1)


@pytest.fixture(scope="module")
def dealt() -> list[DemoRecord]:
    return Dealer(1, "medium", TODAY).deal(2000)


def test_the_share_of_each_source_is_exact(dealt: list[DemoRecord]) -> None:
    assert Counter(record.source for record in dealt) == {"erp": 700, "web_form": 500, "support": 400, "mail": 400}


def test_customers_hold_one_to_five_records_most_one_or_two() -> None:
    dealer = Dealer(1, "easy", TODAY)
    held = Counter(record.subject.entity_id for record in dealer.deal(2000) if record.is_person)
    assert max(held.values()) <= 5
    assert sum(count <= 2 for count in held.values()) > 0.6 * len(held)


def test_no_two_records_share_an_id(dealt: list[DemoRecord]) -> None:
    assert len({record.record_id for record in dealt}) == len(dealt)


def test_erp_keys_are_zero_padded_and_follow_time(dealt: list[DemoRecord]) -> None:
    erp = [record for record in dealt if record.source == "erp"]
    assert all(len(record.key) == 8 and record.key.startswith("0") for record in erp)
    assert [record.key for record in erp] == sorted(record.key for record in erp)
    assert [record.observed_at for record in erp] == sorted(record.observed_at for record in erp)


def test_no_record_is_younger_than_yesterday(dealt: list[DemoRecord]) -> None:
    assert all(record.observed_at.date() < TODAY for record in dealt)


def test_keys_need_no_escaping(dealt: list[DemoRecord]) -> None:
    assert not any(set(record.key) & set(":#%") for record in dealt)


def test_dealing_again_adds_new_customers_of_the_given_day() -> None:
    dealer = Dealer(1, "medium", TODAY)
    first = {record.subject.entity_id for record in dealer.deal(300)}
    second = dealer.deal(100, date(2026, 4, 2))
    assert not first & {record.subject.entity_id for record in second}
    assert {record.observed_at.date() for record in second} == {date(2026, 4, 2)}


def test_a_record_that_names_nobody_but_a_company_is_the_companys(dealt: list[DemoRecord]) -> None:
    organisations = [record for record in dealt if isinstance(record.subject, Organisation)]
    assert organisations
    assert all(record.employer is None for record in organisations)
    assert all(record.company or record.name for record in organisations)


def test_a_company_beside_a_person_is_that_persons_employer(dealt: list[DemoRecord]) -> None:
    persons = [record for record in dealt if isinstance(record.subject, Person)]
    assert all(bool(record.company) == (record.employer is not None) for record in persons)
    assert all(record.name for record in persons if record.company)


@pytest.mark.parametrize("n_records", [0, 1, 3, 10])
def test_small_worlds_hold_exactly_their_records(n_records: int) -> None:
    assert len(Dealer(5, "hard", TODAY).deal(n_records)) == n_records
