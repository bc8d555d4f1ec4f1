"""The world as it is: persons, their households and jobs, and organisations; what records say of it may differ."""

from dataclasses import dataclass, field
from datetime import date

DEFAULT_TODAY = date(2026, 4, 1)


@dataclass(frozen=True, slots=True)
class Address:
    """A place where post arrives.

    Attributes:
        country: ISO 3166 code.
        postal_code: seven digits in Japan; as usual abroad.
        numbers: chome, banchi, go in Japan (two or three of them); empty abroad.
        area_code: leading digits of a fixed line there; empty abroad.
        line: the whole address abroad; empty in Japan.
        phone_pattern: pattern of a phone number abroad, a `#` for each digit.
    """

    country: str
    postal_code: str
    prefecture: str = ""
    city: str = ""
    town: str = ""
    numbers: tuple[int, ...] = ()
    building: str = ""
    room: str = ""
    area_code: str = ""
    line: str = ""
    phone_pattern: str = ""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name with every way of writing it that its bearer would call right.

    Attributes:
        script: `japanese` (kanji, kana), `hanzi` (kanji of a Chinese or Korean name), `latin`.
        family_kana: katakana; also for foreign names, as a form with a furigana field would get it.
        nickname: what friends write instead of a Latin given name; empty if there is none.
    """

    family: str
    given: str
    family_kana: str
    given_kana: str
    family_romaji: str
    given_romaji: str
    script: str = "japanese"
    nickname: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A site of an organisation that is no legal entity of its own."""

    name: str
    address: Address
    phone: str


@dataclass(slots=True)
class Organisation:
    """A legal entity.

    Attributes:
        legal_form: the form as written out (`株式会社`, `GmbH`); `is_prefix` says on which side it stands.
        corporate_number: 13 digits with a valid check digit; empty abroad.
        mailbox: the shared one (`info@...`).
        parent_id: entity id of the parent company; empty if none.
    """

    entity_id: str
    core: str
    core_kana: str
    core_english: str
    legal_form: str
    is_prefix: bool
    corporate_number: str
    address: Address
    phone: str
    domain: str
    mailbox: str
    branches: tuple[Branch, ...] = ()
    parent_id: str = ""
    segment: str = "company"

    @property
    def full_name(self) -> str:
        """The registered name with the legal form written out."""
        if self.address.country != "JP":
            return f"{self.core} {self.legal_form}"
        return self.legal_form + self.core if self.is_prefix else self.core + self.legal_form


@dataclass(frozen=True, slots=True)
class Employment:
    """What a person is at an organisation; the phone is the direct line, or the representative one."""

    organisation: Organisation
    department: str
    job_title: str
    email: str
    phone: str
    branch: Branch | None = None


@dataclass(slots=True)
class Person:
    """A human being.

    Attributes:
        former_name: the name before `married_on`; None if it never changed.
        carrier_email: mailbox of the mobile carrier; empty if there is none.
        shared_email: a mailbox the household shares; empty if there is none.
        home_phone: the household's fixed line; empty if there is none.
        former_address: where he or she lived before `moved_on`; None if there was no move.
        household_id: same for all who live together; empty for one who lives alone.
        segment: `single`, `couple`, `parent_child`, `twins`, `employee`, `foreign`.
    """

    entity_id: str
    name: PersonName
    birth_date: date
    gender: str
    nationality: str
    email: str
    mobile: str
    address: Address
    home_phone: str = ""
    carrier_email: str = ""
    shared_email: str = ""
    former_name: PersonName | None = None
    married_on: date | None = None
    former_address: Address | None = None
    moved_on: date | None = None
    household_id: str = ""
    employment: Employment | None = None
    segment: str = "single"

    def name_on(self, day: date) -> PersonName:
        """The name borne on a day."""
        if self.former_name is not None and self.married_on is not None and day < self.married_on:
            return self.former_name
        return self.name

    def address_on(self, day: date) -> Address:
        """The address lived at on a day."""
        if self.former_address is not None and self.moved_on is not None and day < self.moved_on:
            return self.former_address
        return self.address


@dataclass(slots=True)
class World:
    """Everybody who may turn up in a source."""

    persons: list[Person] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
