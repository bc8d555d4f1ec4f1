import hashlib
import json
import mailbox
import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from crm_pipelines.demo.second_day import write_second_day
from crm_pipelines.demo.write import WorldSummary, generate_records, write_world


def message_ids(path: Path) -> list[str]:
    with closing(mailbox.mbox(path, create=False)) as mails:
        return [mail["Message-ID"].strip("<>") for mail in mails]


def digests(folder: Path) -> dict[str, str]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("world")


@pytest.fixture(scope="module")
def summary(folder: Path) -> WorldSummary:
    return write_world(folder, n_records=600, seed=11)


@pytest.fixture(scope="module")
def truth(folder: Path, summary: WorldSummary) -> pl.DataFrame:
    assert summary.n_records == 600
    return pl.read_csv(folder / "truth.csv", infer_schema=False)


def test_the_same_seed_gives_the_same_bytes(folder: Path, summary: WorldSummary, tmp_path: Path) -> None:
    assert write_world(tmp_path, n_records=600, seed=11) == summary
    assert digests(tmp_path) == digests(folder)


def test_writing_over_an_older_world_leaves_nothing_of_it(tmp_path: Path) -> None:
    write_world(tmp_path, n_records=80, seed=3)
    first = digests(tmp_path)
    write_world(tmp_path, n_records=900, seed=4)
    write_second_day(tmp_path)
    write_world(tmp_path, n_records=80, seed=3)
    assert digests(tmp_path) == first


def test_another_seed_gives_another_world(folder: Path, summary: WorldSummary, tmp_path: Path) -> None:
    other = write_world(tmp_path, n_records=600, seed=12)
    assert other.records == summary.records
    assert digests(tmp_path)["truth.csv"] != digests(folder)["truth.csv"]


def test_the_summary_counts_what_is_in_the_files(folder: Path, summary: WorldSummary, truth: pl.DataFrame) -> None:
    assert summary.records == {"erp": 210, "web_form": 150, "support": 120, "mail": 120}
    assert truth.height == summary.n_observations
    assert len(message_ids(folder / "inbox.mbox")) == summary.n_mails
    lines = [line for path in (folder / "web_form").glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    assert len(lines) == summary.n_submissions
    with closing(sqlite3.connect(folder / "erp.db")) as connection:
        assert connection.execute("select count(*) from orders").fetchone() == (summary.n_orders,)


def test_every_record_of_the_truth_stands_in_its_source(folder: Path, truth: pl.DataFrame) -> None:
    tickets = json.loads((folder / "tickets_export.json").read_text("utf-8"))
    forms = [
        json.loads(line)
        for path in (folder / "web_form").glob("*.jsonl")
        for line in path.read_text("utf-8").splitlines()
    ]
    with closing(sqlite3.connect(folder / "erp.db")) as connection:
        customers = {f"erp:{number}" for (number,) in connection.execute("select customer_no from customers")}
    held = {
        "erp": customers,
        "web_form": {f"web_form:{row['submission_id']}" for row in forms},
        "support": {f"support:{row['id']}" for row in tickets["users"]},
        "mail": {f"mail:{message_id}" for message_id in message_ids(folder / "inbox.mbox")},
    }
    first = [record_id for record_id in truth["record_id"] if "#" not in record_id]
    assert len(first) == len(set(first)) == 600
    assert all(record_id in held[record_id.split(":")[0]] for record_id in first)


def test_implied_organisations_stand_beside_a_persons_record(truth: pl.DataFrame) -> None:
    types = dict(truth.select("record_id", "customer_type").iter_rows())
    implied = [record_id for record_id in types if record_id.endswith("#organisation")]
    assert len(implied) > 40
    assert {types[record_id] for record_id in implied} == {"organisation"}
    assert {types[record_id.removesuffix("#organisation")] for record_id in implied} == {"person"}


def test_erp_and_web_form_rows_of_the_frame_are_those_of_the_files(folder: Path, truth: pl.DataFrame) -> None:
    frame = generate_records(600, 11)
    assert set(frame["record_id"]) == {record_id for record_id in truth["record_id"] if "#" not in record_id}
    with closing(sqlite3.connect(folder / "erp.db")) as connection:
        names = dict(connection.execute("select 'erp:' || customer_no, name from customers"))
    erp = frame.filter(pl.col("source_system") == "erp")
    assert dict(erp.select("record_id", "name").iter_rows()) == names


def test_the_frame_has_canonical_columns_and_nulls_for_empty_fields() -> None:
    frame = generate_records(300, 2, "hard")
    assert frame.columns == [
        "record_id", "entity_id", "customer_type", "organisation_entity_id", "source_system", "name", "name_kana",
        "organisation_name", "email", "phone", "postal_code", "address", "birth_date", "corporate_number", "segment",
        "phenomena",
    ]  # fmt: skip
    values = frame.select(pl.exclude("phenomena"))
    assert not any((column == "").any() for column in values)
    assert frame.select(pl.col("organisation_entity_id").is_not_null().sum()).item() > 20


def test_difficulty_scales_the_phenomena() -> None:
    means = [
        generate_records(1500, 4, difficulty)["phenomena"].str.split("|").list.len().mean()
        for difficulty in ("easy", "medium", "hard")
    ]
    assert means == sorted(means)  # type: ignore[type-var]
    assert means[0] != means[2]


def test_an_unknown_difficulty_is_refused() -> None:
    with pytest.raises(ValueError, match="easy, medium, hard"):
        generate_records(10, 1, "brutal")


def test_namesakes_occur() -> None:
    frame = generate_records(6000, 1).filter(pl.col("customer_type") == "person").drop_nulls("name")
    holders = frame.group_by(pl.col("name").str.replace_all(r"\s", "")).agg(pl.col("entity_id").n_unique())
    assert holders.filter(pl.col("entity_id") > 1).height > 30


def test_the_wanted_phenomena_all_occur() -> None:
    seen = set("|".join(generate_records(8000, 1)["phenomena"]).split("|"))
    assert {
        "kanji_variant", "half_width_kana", "hiragana_name", "romaji_name", "initials", "former_name", "former_address",
        "email_typo", "phone_typo", "birth_date_typo", "era_date", "short_legal_form", "legal_form_moved",
        "english_name", "kana_company", "department_appended", "missing_name", "missing_email", "junk_phone",
        "shared_phone", "shared_mailbox", "full_width_digits", "building_dropped", "company_in_person_field",
        "lost_leading_zero", "placeholder_birth_date",
    } <= seen  # fmt: skip
