"""One record of a source before it is written in that source's format, together with the truth about it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from crm_pipelines.demo.world import Organisation, Person

SOURCES = ("erp", "web_form", "support", "mail")


@dataclass(slots=True)
class DemoRecord:
    """What one source says of one customer at one time; an empty text is a field left empty.

    Attributes:
        source: one of `SOURCES`.
        observed_at: Japanese local time, naive.
        subject: the customer the record is about; the truth, never written into a source.
        employer: the organisation the record implies beside the person; None if it implies none.
        key: the source's own key; given when the records of a source are put in order.
        name: what stands where a person's name belongs; in mail the signature's, else the header's.
        header_name: mail only: the display name in the From header.
        has_signature: mail only: whether a signature stands below the text.
        building: second address column of the ERP; part of `address` everywhere else.
        phenomena: what makes the record hard, in the order it happened.
    """

    source: str
    observed_at: datetime
    subject: Person | Organisation
    employer: Organisation | None = None
    key: str = ""
    name: str = ""
    header_name: str = ""
    name_kana: str = ""
    company: str = ""
    corporate_number: str = ""
    department: str = ""
    job_title: str = ""
    email: str = ""
    phone: str = ""
    second_phone: str = ""
    postal_code: str = ""
    address: str = ""
    building: str = ""
    birth_date: str = ""
    has_signature: bool = False
    phenomena: list[str] = field(default_factory=list)

    @property
    def is_person(self) -> bool:
        """Whether the record is a person's; a contact at a company is a person."""
        return isinstance(self.subject, Person)

    @property
    def record_id(self) -> str:
        """`source:key`, the id of the first observation."""
        return f"{self.source}:{self.key}"


def by_source_of(records: Iterable[DemoRecord]) -> dict[str, list[DemoRecord]]:
    """The records of each source, in their order; every source is there, if only with an empty list."""
    found: dict[str, list[DemoRecord]] = {source: [] for source in SOURCES}
    for record in records:
        found[record.source].append(record)
    return found
