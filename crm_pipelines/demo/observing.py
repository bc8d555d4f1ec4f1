"""How a source comes to know a customer: which fields it asks for, which mailbox and phone it is given, and when."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from random import Random

from crm_pipelines.demo.chance import Weighted, below, one_of
from crm_pipelines.demo.record import DemoRecord
from crm_pipelines.demo.spelling_companies import CompanySpelling
from crm_pipelines.demo.spelling_contacts import ContactSpelling, split_address
from crm_pipelines.demo.spelling_names import NameSpelling, plain_name
from crm_pipelines.demo.world import Address, Employment, Organisation, Person

_SPAN_DAYS = 1825
_AT_WORK = 0.92  # an employed person's record is about the job; the rest are private

# How often a source holds a field.
_HOLDS: Mapping[str, Mapping[str, float]] = {
    "erp": {"email": 0.62, "phone": 0.94, "address": 0.97, "birth_date": 0.6, "second_phone": 0.25},
    "web_form": {"email": 0.98, "phone": 0.76, "address": 0.6, "birth_date": 0.35, "second_phone": 0.0},
    "support": {"email": 0.96, "phone": 0.42, "address": 0.0, "birth_date": 0.0, "second_phone": 0.0},
    "mail": {"email": 1.0, "phone": 0.85, "address": 0.6, "birth_date": 0.0, "second_phone": 0.0},
}
_PERSONAL_MAILBOX: Weighted[str] = Weighted(("personal", "carrier", "shared"), (72, 18, 10))
_SIGNS: Mapping[bool, float] = {True: 0.8, False: 0.3}
_PLACEHOLDERS = ("担当者", "ご担当者様", "総務担当")


class Observer:
    """Turns customers into records at one difficulty (`scale` from `noise_scale`)."""

    def __init__(self, rng: Random, scale: float, today: date) -> None:
        self._rng = rng
        self._today = _midnight(today)
        self._scale = scale
        self._names = NameSpelling(scale)
        self._contacts = ContactSpelling(scale)
        self._companies = CompanySpelling(scale)

    def moment(self, on: date | None = None) -> datetime:
        """A time in waking hours of a day, or of the last five years; recent days are likelier."""
        days = 1 + int(_SPAN_DAYS * self._rng.random() ** 1.5)
        day = _midnight(on) if on else self._today - timedelta(days=days)
        return day + timedelta(seconds=28800 + below(self._rng, 50400))

    def person(self, person: Person, source: str, at: datetime) -> DemoRecord:
        """A record that names a person, with the company beside the name if it is about the job."""
        record = DemoRecord(source, at, person)
        job = person.employment if self._rng.random() < _AT_WORK else None
        record.has_signature = source == "mail" and self._rng.random() < _SIGNS[job is not None]
        if person.employment is not None and job is None:
            record.phenomena.append("private_context")
        self._write_email(record, person, job)
        self._write_name(record, person)
        if job is not None and record.name:
            self._write_job(record, job)
        self._write_phones(record, person, job)
        at_home = person.address_on(at.date())
        self._write_address(record, at_home if job is None else (job.branch or job.organisation).address)
        if job is None and record.address and at_home is not person.address:
            record.phenomena.append("former_address")
        if job is None and self._holds(source, "birth_date"):
            self._put(record, "birth_date", self._contacts.birth_date(self._rng, person.birth_date))
        return record

    def organisation(self, organisation: Organisation, source: str, at: datetime) -> DemoRecord:
        """A record with a company and no person; now and then the company stands in the person's field."""
        rng = self._rng
        record = DemoRecord(source, at, organisation, has_signature=source == "mail" and rng.random() < 0.85)
        self._put(record, "company", self._companies.name(rng, organisation))
        self._sign_as_oneself(record, organisation)
        if (
            source in ("support", "mail")
            or (source == "web_form" and rng.random() < 0.5)
            or rng.random() < 0.1 * self._scale
        ):
            self._put_company_for_person(record)
        elif source == "web_form":
            record.name = one_of(rng, _PLACEHOLDERS)
            record.phenomena.append("placeholder_name")
        if source == "erp":
            self._put(record, "corporate_number", self._companies.corporate_number(rng, organisation))
            record.name_kana = organisation.core_kana if rng.random() < 0.6 else ""
        if self._has_email(record):
            self._put(record, "email", self._contacts.email(rng, organisation.mailbox, is_header=source == "mail"))
        if self._has(record, "phone"):
            self._put(record, "phone", self._contacts.phone(rng, organisation.phone))
        self._write_address(record, organisation.address)
        return record

    def _put_company_for_person(self, record: DemoRecord) -> None:
        if record.source == "mail":  # the display name is a company's; the signature has it where it belongs
            record.header_name = record.company
            return
        record.name = record.company
        record.phenomena.append("company_in_person_field")
        if record.source == "support" or self._rng.random() < 0.5:
            record.company = ""

    def _write_name(self, record: DemoRecord, person: Person) -> None:
        rng, name = self._rng, person.name_on(record.observed_at.date())
        if name is not person.name:
            record.phenomena.append("former_name")
        written, form = self._names.name(rng, record.source, name)
        if form == "name_is_mailbox":
            written = record.email.partition("@")[0]
        if form:
            record.phenomena.append(form)
        record.name = record.header_name = written
        if record.source == "mail" and record.has_signature:
            record.name = plain_name(rng, name)
        if (
            form in ("missing_name", "name_is_mailbox")
            and "shared_mailbox" in record.phenomena
            and not record.has_signature
        ):
            record.name = record.header_name = name.family  # a shared mailbox alone would name nobody
            record.phenomena[-1] = "family_name_only"
        self._put(record, "name_kana", self._names.kana(rng, record.source, name))

    def _write_job(self, record: DemoRecord, job: Employment) -> None:
        rng = self._rng
        if record.source == "support" and rng.random() < 0.4:
            return
        if record.source == "mail" and not record.has_signature:
            return
        self._put(record, "company", self._companies.name(rng, job.organisation, job.department, job.branch))
        self._sign_as_oneself(record, job.organisation)
        record.employer = job.organisation
        record.department = job.department if rng.random() < 0.6 else ""
        record.job_title = job.job_title if record.source == "mail" else ""
        if record.source == "erp":
            self._put(record, "corporate_number", self._companies.corporate_number(rng, job.organisation))

    @staticmethod
    def _sign_as_oneself(record: DemoRecord, organisation: Organisation) -> None:
        if record.source == "mail" and record.phenomena[-1:] == ["addressed_company"]:
            record.company = organisation.full_name  # nobody writes 御中 behind the own company
            record.phenomena.pop()

    def _write_email(self, record: DemoRecord, person: Person, job: Employment | None) -> None:
        rng = self._rng
        if not self._has_email(record):
            return
        email = person.email
        kind = _PERSONAL_MAILBOX.pick(rng)
        if job is not None:
            email = job.email
            if rng.random() < 0.06 * self._scale:
                email = job.organisation.mailbox
                record.phenomena.append("shared_mailbox")
        elif kind == "carrier":
            email = person.carrier_email or email
        elif kind == "shared" and person.shared_email:
            email = person.shared_email
            record.phenomena.append("shared_mailbox")
        self._put(record, "email", self._contacts.email(rng, email, is_header=record.source == "mail"))

    def _write_phones(self, record: DemoRecord, person: Person, job: Employment | None) -> None:
        rng = self._rng
        if not self._has(record, "phone"):
            return
        first, second = person.mobile, person.home_phone
        if job is not None:
            first, second = job.phone, person.mobile
        elif person.home_phone and rng.random() < 0.3:
            first, second = second, first
        if (job is not None and first == job.organisation.phone) or (
            first == person.home_phone and person.household_id
        ):
            record.phenomena.append("shared_phone")
        self._put(record, "phone", self._contacts.phone(rng, first, second))
        if second and self._holds(record.source, "second_phone"):
            self._put(record, "second_phone", self._contacts.phone(rng, second))

    def _write_address(self, record: DemoRecord, address: Address) -> None:
        rng = self._rng
        if not self._has(record, "address"):
            return
        written, form = self._contacts.address(rng, address)
        if record.source == "erp" and not form:
            record.address, record.building = split_address(address)
        else:
            self._put(record, "address", (written, form))
        self._put(record, "postal_code", self._contacts.postal_code(rng, address))

    def _has_email(self, record: DemoRecord) -> bool:
        return self._has(record, "email")

    def _has(self, record: DemoRecord, field: str) -> bool:
        if record.source == "mail" and field != "email" and not record.has_signature:
            return False
        if self._holds(record.source, field):
            return True
        if record.source in ("erp", "web_form"):
            record.phenomena.append(f"missing_{field}")
        return False

    def _holds(self, source: str, field: str) -> bool:
        return self._rng.random() < _HOLDS[source][field]

    @staticmethod
    def _put(record: DemoRecord, field: str, written: tuple[str, str]) -> None:
        value, form = written
        setattr(record, field, value)
        if form:
            record.phenomena.append(form)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - naive local time, as the sources write it
