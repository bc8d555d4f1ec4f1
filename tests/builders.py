"""Small records for tests: everything that is not mentioned is null, so what a test mentions is what it is about."""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

import duckdb
import polars as pl

from crm_pipelines.clustering.partition import Edge
from crm_pipelines.model.decisions import Decision
from crm_pipelines.model.enums import Band, Judgement
from crm_pipelines.model.schemas import MATCH_RECORDS

_POLARS_TYPES: dict[str, Any] = {
    "VARCHAR": pl.String,
    "VARCHAR[]": pl.List(pl.String),
    "BOOLEAN": pl.Boolean,
    "INTEGER": pl.Int32,
    "UBIGINT": pl.UInt64,
    "TIMESTAMPTZ": pl.Datetime("us", "UTC"),
}
_PAIR_TYPES = {
    "record_id_l": pl.String,
    "record_id_r": pl.String,
    "match_weight": pl.Float64,
    "is_contradiction": pl.Boolean,
    "band": pl.String,
}
_numbers = count(1)


def person(
    family: str | None = None,
    given: str | None = None,
    *,
    readings: tuple[Sequence[str], Sequence[str]] = ((), ()),
    email: str | Sequence[str] = (),
    phone: str | Sequence[str] = (),
    address: str | None = None,
    room: str | None = None,
    **columns: Any,
) -> dict[str, Any]:
    """A standardised person record; `readings` are the candidate readings of family and given name in the key alphabet.

    `address` is `<city>:<town>:<number>`; any column of `standardised_records` may be given by name.
    """
    family_readings, given_readings = (list(part) for part in readings)
    whole = [one + other for one in family_readings for other in given_readings] or family_readings
    name_key = f"{family or ''}{given or ''}" or None
    record = _record("person") | {
        "name": f"{family or ''} {given or ''}".strip() or None,
        "name_key": name_key,
        "family_name_key": family,
        "given_name_key": given,
        "reading_keys": whole,
        "family_reading_keys": family_readings,
        "given_reading_keys": given_readings,
        "given_initial": given_readings[0][:1] if given_readings else None,
        "is_given_initial_only": False,
    }
    return record | _contact_columns(email, phone, address, room) | columns


def organisation(
    core: str | None = None,
    *,
    readings: Sequence[str] = (),
    number: str | None = None,
    email: str | Sequence[str] = (),
    phone: str | Sequence[str] = (),
    address: str | None = None,
    **columns: Any,
) -> dict[str, Any]:
    """A standardised organisation record: `core` is the name's key without the legal form."""
    record = _record("organisation") | {
        "organisation_name": core,
        "organisation_name_key": core,
        "reading_keys": list(readings),
        "corporate_number": number,
        "corporate_number_key": number,
    }
    return record | _contact_columns(email, phone, address, None) | columns


def standardised_frame(records: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """The records as a frame with every column of `standardised_records` and its `record_key`."""
    schema = {name: _POLARS_TYPES[kind] for name, kind in MATCH_RECORDS.items()}
    return pl.DataFrame([{name: record.get(name) for name in schema} for record in records], schema=schema)


def replace_standardised_records(con: duckdb.DuckDBPyConnection, records: Sequence[Mapping[str, Any]]) -> None:
    """Make the table `standardised_records` hold exactly these records."""
    frame = standardised_frame(records)
    con.register("frame_of_records", frame)
    con.execute("create or replace table standardised_records as select * from frame_of_records").fetchall()
    con.unregister("frame_of_records")


def _record(customer_type: str) -> dict[str, Any]:
    key = next(_numbers)
    return {"record_key": key, "record_id": f"test:{key:06d}", "customer_type": customer_type}


def _contact_columns(
    email: str | Sequence[str], phone: str | Sequence[str], address: str | None, room: str | None
) -> dict[str, Any]:
    emails = [email] if isinstance(email, str) else list(email)
    phones = [phone] if isinstance(phone, str) else list(phone)
    city, town = (address.split(":")[0], ":".join(address.split(":")[:2])) if address else (None, None)
    return {
        "email": emails[0] if emails else None,
        "email_keys": emails,
        "phone": phones[0] if phones else None,
        "phone_keys": phones,
        "address": address,
        "address_key": address,
        "address_room": room,
        "city_key": city,
        "town_key": town,
    }


def same(seq: int, left: str, right: str, supersedes: str | None = None) -> Decision:
    """A decision `d<seq>` that two sets of records (ids separated by blanks) are one customer."""
    return _decision(seq, Judgement.MATCH, left, right, supersedes)


def different(seq: int, left: str, right: str, supersedes: str | None = None) -> Decision:
    """A decision `d<seq>` that two sets of records are two customers."""
    return _decision(seq, Judgement.NO_MATCH, left, right, supersedes)


def unsure(seq: int, left: str, right: str, supersedes: str | None = None) -> Decision:
    """A decision `d<seq>` that nobody can tell."""
    return _decision(seq, Judgement.UNSURE, left, right, supersedes)


def _decision(seq: int, judgement: Judgement, left: str, right: str, supersedes: str | None) -> Decision:
    return Decision(seq, f"d{seq}", judgement, tuple(left.split()), tuple(right.split()), supersedes)


def pair_frame(edges: Sequence[Edge]) -> pl.DataFrame:
    """Edges as rows of stored pairs."""
    rows = [(one.left, one.right, one.weight, one.is_contradiction, one.band.value) for one in edges]
    return pl.DataFrame(rows, schema=_PAIR_TYPES, orient="row")


def cluster_frame(clusters: Sequence[Sequence[str]]) -> pl.DataFrame:
    """Clusters as rows: record_id, cluster_id."""
    rows = [(record, min(members)) for members in clusters for record in members]
    return pl.DataFrame(rows, schema={"record_id": pl.String, "cluster_id": pl.String}, orient="row")


def edge(left: str, right: str, weight: float = 20, *, contradicts: bool = False) -> Edge:
    """A scored pair: AUTO_MATCH from 10 on, REVIEW from 0 on."""
    band = Band.AUTO_MATCH if weight >= 10 else Band.REVIEW if weight >= 0 else Band.NON_MATCH
    return Edge(left, right, weight, contradicts, band)
