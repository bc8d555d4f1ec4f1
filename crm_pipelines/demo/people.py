"""Persons and households: couples under one name, fathers and sons under one roof, twins, people from abroad."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from crm_pipelines.demo.chance import Weighted, below, one_of
from crm_pipelines.demo.contacts import Mailboxes, fixed_phone, foreign_address, japanese_address, mobile_phone
from crm_pipelines.demo.foreign_names import EUROPEAN, foreign_name
from crm_pipelines.demo.japanese_names import Spelling, given_names, rare_given_names, surnames
from crm_pipelines.demo.scripts import passport
from crm_pipelines.demo.world import Address, Person, PersonName

_SURNAME = Weighted(*surnames())
_RARE_SHARE = 0.2  # given names from the long tail
_MOVED, _RENAMED, _HAS_CARRIER, _HAS_HOME_LINE, _SHARES_MAILBOX = 0.14, 0.35, 0.3, 0.45, 0.25


class People:
    """Makes persons one household at a time; entity ids count up from `P0000001`."""

    def __init__(self, rng: Random, today: date) -> None:
        self._rng = rng
        self._today = today
        self._count = 0
        self._households = 0
        self.mailboxes = Mailboxes()

    def single(self) -> list[Person]:
        """One person living alone."""
        return [self._person(self._surname(), self._gender(), self._birth(20, 80), self._home())]

    def foreigner(self) -> list[Person]:
        """One person of another nationality, living in Japan or, if European or American, perhaps abroad."""
        rng, gender = self._rng, self._gender()
        nationality, name = foreign_name(rng, gender)
        abroad = nationality in EUROPEAN and rng.random() < 0.4
        address = foreign_address(rng, nationality) if abroad else self._home()
        person = self._settle(name, gender, self._birth(22, 65), address)
        person.nationality, person.segment = nationality, "foreign"
        return [person]

    def couple(self) -> list[Person]:
        """Two spouses under one family name; one of them may have borne another before."""
        family, home = self._surname(), self._home()
        birth = self._birth(26, 75)
        husband = self._person(family, "M", birth, home)
        wife = self._person(family, "F", self._near(birth, 2500), home)
        if self._rng.random() < _RENAMED:
            maiden = self._surname()
            wife.former_name = replace(
                wife.name, family=maiden.kanji, family_kana=maiden.kana, family_romaji=passport(maiden.kana)
            )
            wife.married_on = self._today - timedelta(days=200 + below(self._rng, 1500))
        return self._household([husband, wife], "couple")

    def parent_and_children(self) -> list[Person]:
        """A parent and one or two grown children at one address; the son often shares a character with the father."""
        rng, family, home = self._rng, self._surname(), self._home()
        birth = self._birth(48, 82)
        gender = "M" if rng.random() < 0.75 else "F"
        parent = self._person(family, gender, birth, home)
        child = self._person(family, gender, birth + timedelta(days=8400 + below(rng, 4400)), home)
        child.name = self._alike(child.name, parent.name, gender, child.birth_date.year)
        members = [parent, child]
        if rng.random() < 0.3:
            twin = rng.random() < 0.2
            other = self._person(
                family, self._gender(), child.birth_date if twin else self._near(child.birth_date, 2200), home
            )
            members.append(other)
            if twin:
                child.segment = other.segment = "twins"
        return self._household(members, "parent_child")

    def employee(self, office: Address) -> Person:
        """A person who works somewhere; where is for the organisation to say."""
        if office.country != "JP":
            gender = self._gender()
            _, name = foreign_name(self._rng, gender)
            person = self._settle(name, gender, self._birth(24, 62), foreign_address(self._rng, office.country))
            person.nationality = office.country
        else:
            person = self._person(self._surname(), self._gender(), self._birth(22, 64), self._home())
        person.segment = "employee"
        return person

    def _household(self, members: list[Person], segment: str) -> list[Person]:
        rng = self._rng
        self._households += 1
        head = members[0]
        home_phone = fixed_phone(rng, head.address) if rng.random() < 0.75 else ""
        shared = (
            self.mailboxes.unique(f"{head.name.family_romaji.lower()}-ke", "mail.example.jp")
            if rng.random() < _SHARES_MAILBOX
            else ""
        )
        for member in members:
            member.household_id = f"H{self._households:07d}"
            member.home_phone, member.shared_email = home_phone, shared
            member.former_address, member.moved_on = head.former_address, head.moved_on
            if member.segment == "single":
                member.segment = segment
        return members

    def _person(self, family: Spelling, gender: str, birth: date, address: Address) -> Person:
        given = self._given(gender, birth.year)
        name = PersonName(
            family.kanji, given.kanji, family.kana, given.kana, passport(family.kana), passport(given.kana)
        )
        return self._settle(name, gender, birth, address)

    def _settle(self, name: PersonName, gender: str, birth: date, address: Address) -> Person:
        rng = self._rng
        self._count += 1
        person = Person(
            f"P{self._count:07d}", name, birth, gender, "JP",
            self.mailboxes.personal(rng, name, birth.year), mobile_phone(rng, address), address,
        )  # fmt: skip
        if address.country == "JP":
            if rng.random() < _HAS_CARRIER:
                person.carrier_email = self.mailboxes.carrier(rng, name)
            if rng.random() < _HAS_HOME_LINE:
                person.home_phone = fixed_phone(rng, address)
            if rng.random() < _MOVED:
                person.former_address = japanese_address(rng)
                person.moved_on = self._today - timedelta(days=100 + below(rng, 1500))
        return person

    def _alike(self, name: PersonName, parent: PersonName, gender: str, year: int) -> PersonName:
        pool = [
            given
            for given in given_names(gender, year)
            if given.kanji[0] in parent.given and given.kanji != parent.given
        ]
        if not pool or self._rng.random() < 0.4:
            return name
        given = one_of(self._rng, pool)
        return replace(name, given=given.kanji, given_kana=given.kana, given_romaji=passport(given.kana))

    def _surname(self) -> Spelling:
        return _SURNAME.pick(self._rng)

    def _given(self, gender: str, year: int) -> Spelling:
        rare = self._rng.random() < _RARE_SHARE
        return one_of(self._rng, rare_given_names(gender) if rare else given_names(gender, year))

    def _home(self) -> Address:
        return japanese_address(self._rng)

    def _gender(self) -> str:
        return "M" if self._rng.random() < 0.5 else "F"

    def _birth(self, youngest: int, oldest: int) -> date:
        days = int((youngest + self._rng.random() * (oldest - youngest)) * 365.25)
        return self._today - timedelta(days=days)

    def _near(self, day: date, spread: int) -> date:
        return day + timedelta(days=below(self._rng, 2 * spread) - spread)


def households(people: People, rng: Random) -> Iterator[list[Person]]:
    """Private persons without end, household by household."""
    kinds = Weighted((people.single, people.couple, people.parent_and_children, people.foreigner), (52, 20, 16, 12))
    while True:
        yield kinds.pick(rng)()
