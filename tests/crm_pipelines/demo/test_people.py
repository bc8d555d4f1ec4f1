from datetime import date

import pytest

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.people import People
from crm_pipelines.demo.world import Person

TODAY = date(2026, 4, 1)


@pytest.fixture
def people() -> People:
    return People(seeded(1, "people"), TODAY)


def share_home(members: list[Person]) -> bool:
    return len({(member.address, member.household_id, member.home_phone) for member in members}) == 1


def test_father_and_son_share_address_phone_and_family_name(people: People) -> None:
    for _ in range(50):
        members = people.parent_and_children()
        assert share_home(members)
        assert len({member.name.family for member in members}) == 1
        assert members[0].birth_date < members[1].birth_date


def test_some_sons_share_a_character_with_the_father(people: People) -> None:
    families = [people.parent_and_children() for _ in range(200)]
    assert sum(bool(set(parent.name.given) & set(child.name.given)) for parent, child, *_ in families) > 10


def test_twins_share_the_birth_date(people: People) -> None:
    families = [people.parent_and_children() for _ in range(300)]
    twins = [family[1:] for family in families if family[1].segment == "twins"]
    assert twins
    assert all(one.birth_date == other.birth_date for one, other in twins)


def test_a_wife_bore_her_former_name_before_the_wedding(people: People) -> None:
    wives = [people.couple()[1] for _ in range(60)]
    renamed = [wife for wife in wives if wife.former_name and wife.married_on]
    assert renamed
    for wife in renamed:
        assert wife.married_on
        assert wife.former_name
        assert wife.name_on(TODAY) is wife.name
        assert wife.name_on(date(wife.married_on.year - 1, 1, 1)) is wife.former_name
        assert wife.former_name.given == wife.name.given


def test_those_who_moved_lived_elsewhere_before(people: People) -> None:
    moved = [person for _ in range(100) for person in people.single() if person.moved_on]
    assert moved
    for person in moved:
        assert person.moved_on
        assert person.address_on(TODAY) == person.address
        assert person.address_on(date(2010, 1, 1)) == person.former_address


def test_households_share_a_mailbox_now_and_then(people: People) -> None:
    couples = [people.couple() for _ in range(60)]
    sharing = [couple for couple in couples if couple[0].shared_email]
    assert 3 < len(sharing) < 40
    assert all(one.shared_email == other.shared_email for one, other in sharing)


def test_foreigners_have_kana_for_the_form(people: People) -> None:
    found = [people.foreigner()[0] for _ in range(100)]
    assert {person.name.script for person in found} == {"latin", "hanzi"}
    assert all(person.name.family_kana and person.name.given_kana for person in found)
    assert {person.address.country for person in found} > {"JP"}
