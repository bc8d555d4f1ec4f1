"""The truth about the records: which customer each observation is about, as `truth.csv` and as a frame."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from crm_pipelines.demo.record import DemoRecord
from crm_pipelines.model.enums import CustomerType

TRUTH_COLUMNS = ("record_id", "entity_id", "customer_type", "segment", "phenomena")


def write_truth(path: Path, records: Iterable[DemoRecord]) -> int:
    """Write `truth.csv`: one row per observation, `source:key` or `source:key#organisation`; mail keys are Message-IDs.

    Returns:
        The number of rows, the implied organisations included.
    """
    rows = sorted(row for record in records for row in _rows(record))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(TRUTH_COLUMNS)
        writer.writerows(rows)
    return len(rows)


def records_frame(records: list[DemoRecord]) -> pl.DataFrame:
    """One row per source record in raw canonical columns with the truth beside them, ordered by source and key.

    `organisation_entity_id` is the truth about the company a person's record implies (`record_id#organisation`); null
    where it implies none. An empty field is null.
    """
    columns: dict[str, list[str | None]] = {
        "record_id": [record.record_id for record in records],
        "entity_id": [record.subject.entity_id for record in records],
        "customer_type": [_customer_type(record) for record in records],
        "organisation_entity_id": [record.employer.entity_id if record.employer else None for record in records],
        "source_system": [record.source for record in records],
        "name": [record.name or None for record in records],
        "name_kana": [record.name_kana or None for record in records],
        "organisation_name": [record.company or None for record in records],
        "email": [record.email or None for record in records],
        "phone": [_phones(record) or None for record in records],
        "postal_code": [record.postal_code or None for record in records],
        "address": [f"{record.address} {record.building}".strip() or None for record in records],
        "birth_date": [record.birth_date or None for record in records],
        "corporate_number": [record.corporate_number or None for record in records],
        "segment": [record.subject.segment for record in records],
        "phenomena": ["|".join(sorted(set(record.phenomena))) for record in records],
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _rows(record: DemoRecord) -> Iterator[tuple[str, ...]]:
    phenomena = "|".join(sorted(set(record.phenomena)))
    yield record.record_id, record.subject.entity_id, _customer_type(record), record.subject.segment, phenomena
    if record.employer is not None:
        implied = record.employer
        yield (
            f"{record.record_id}#organisation",
            implied.entity_id,
            CustomerType.ORGANISATION.value,
            implied.segment,
            phenomena,
        )


def _customer_type(record: DemoRecord) -> str:
    return (CustomerType.PERSON if record.is_person else CustomerType.ORGANISATION).value


def _phones(record: DemoRecord) -> str:
    return (
        f"{record.phone} / {record.second_phone}"
        if record.phone and record.second_phone
        else record.phone or record.second_phone
    )
