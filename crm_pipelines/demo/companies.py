"""Organisations with their branches, subsidiaries next door and the people who work there."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from crm_pipelines.demo import company_names as names
from crm_pipelines.demo.chance import Weighted, below, digits, one_of
from crm_pipelines.demo.contacts import ascii_word, fixed_phone, foreign_address, japanese_address
from crm_pipelines.demo.japanese_names import surnames
from crm_pipelines.demo.people import People
from crm_pipelines.demo.scripts import passport
from crm_pipelines.demo.world import Address, Branch, Employment, Organisation, Person

_SURNAME = Weighted(*surnames())
_FORM = Weighted([form for form, *_ in names.LEGAL_FORMS], [weight for *_, weight in names.LEGAL_FORMS])
_STAFF = Weighted((0, 1, 2, 3, 4, 6), (18, 30, 22, 14, 10, 6))
_CARE_FORMS = ("医療法人", "学校法人", "一般社団法人")


def corporate_number(company_registry_number: str) -> str:
    """The 13-digit corporate number of a 12-digit registry number.

    The check digit in front is 9 - (sum of digit x (1, 2, 1, 2 ... from the right) mod 9): the ministerial ordinance on
    corporate numbers (法人番号の指定等に関する省令, article 2).
    """
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(company_registry_number)))
    return f"{9 - total % 9}{company_registry_number}"


class Companies:
    """Makes organisations and their staff; entity ids count up from `O0000001`."""

    def __init__(self, rng: Random, people: People) -> None:
        self._rng = rng
        self._people = people
        self._count = 0
        self._domains: dict[str, int] = {}

    def company(self) -> tuple[list[Organisation], list[Person]]:
        """A company, perhaps with subsidiaries at its address, and the staff of them all."""
        rng = self._rng
        parent = self._foreign() if rng.random() < 0.1 else self._japanese()
        group = [parent]
        if parent.address.country == "JP" and rng.random() < 0.12:
            group += [self._subsidiary(parent, tail) for tail in rng.sample(names.SUBSIDIARY_TAILS, 1 + below(rng, 2))]
        staff = [self._hire(organisation) for organisation in group for _ in range(_STAFF.pick(rng))]
        return group, staff

    def _japanese(self) -> Organisation:
        rng = self._rng
        form = _FORM.pick(rng)
        core = self._core(names.CARE_TRADES if form in _CARE_FORMS else names.TRADES)
        address = japanese_address(rng, office=True)
        domain = self._domain(ascii_word(core.english), "example.jp")
        organisation = Organisation(
            self._next_id(),
            core.written,
            core.kana,
            core.english,
            form,
            rng.random() < 0.6 or form in _CARE_FORMS,
            corporate_number(f"{1 + below(rng, 4)}{digits(rng, 11)}"),
            address,
            fixed_phone(rng, address),
            domain,
            f"info@{domain}",
        )
        if rng.random() < 0.2:
            organisation.branches = tuple(self._branch(name) for name in rng.sample(names.BRANCHES, 1 + below(rng, 2)))
            organisation.segment = "with_branches"
        return organisation

    def _foreign(self) -> Organisation:
        rng = self._rng
        core, form, country = one_of(rng, names.FOREIGN_COMPANIES)
        address = foreign_address(rng, country)
        domain = self._domain(ascii_word(core), "example.com")
        return Organisation(
            self._next_id(),
            core,
            "",
            core,
            form,
            False,
            "",
            address,
            fixed_phone(rng, address),
            domain,
            f"info@{domain}",
            segment="foreign",
        )

    def _subsidiary(self, parent: Organisation, tail: names.Core) -> Organisation:
        parent.segment = "group"
        return replace(
            parent,
            entity_id=self._next_id(),
            parent_id=parent.entity_id,
            branches=(),
            segment="group",
            core=parent.core + tail.written,
            core_kana=parent.core_kana + tail.kana,
            core_english=f"{parent.core_english} {tail.english}",
            corporate_number=corporate_number(f"{1 + below(self._rng, 4)}{digits(self._rng, 11)}"),
        )

    def _hire(self, organisation: Organisation) -> Person:
        rng, office = self._rng, organisation.address
        person = self._people.employee(office)
        at_home = office.country == "JP"
        branch = one_of(rng, organisation.branches) if organisation.branches and rng.random() < 0.6 else None
        line = branch.phone if branch else organisation.phone
        person.employment = Employment(
            organisation,
            one_of(rng, names.DEPARTMENTS if at_home else names.FOREIGN_DEPARTMENTS),
            one_of(rng, names.JOB_TITLES if at_home else names.FOREIGN_JOB_TITLES),
            self._people.mailboxes.work(rng, person.name, organisation.domain),
            fixed_phone(rng, branch.address if branch else office) if rng.random() < 0.3 else line,
            branch,
        )
        return person

    def _core(self, trades: tuple[names.Core, ...]) -> names.Core:
        rng = self._rng
        trade = one_of(rng, trades)
        if rng.random() < 0.5:
            family = _SURNAME.pick(rng)
            head = names.Core(family.kanji, family.kana, passport(family.kana))
        else:
            head = one_of(rng, names.HEADS)
        if trades is names.TRADES and rng.random() < 0.06:
            return head
        return names.Core(head.written + trade.written, head.kana + trade.kana, f"{head.english} {trade.english}")

    def _branch(self, name: str) -> Branch:
        address: Address = japanese_address(self._rng, office=True)
        return Branch(name, address, fixed_phone(self._rng, address))

    def _domain(self, label: str, parent: str) -> str:
        times = self._domains.get(label, 0) + 1
        self._domains[label] = times
        return f"{label}.{parent}" if times == 1 else f"{label}-{times}.{parent}"

    def _next_id(self) -> str:
        self._count += 1
        return f"O{self._count:07d}"


def company_groups(companies: Companies) -> Iterator[tuple[list[Organisation], list[Person]]]:
    """Companies without end, group by group."""
    while True:
        yield companies.company()
