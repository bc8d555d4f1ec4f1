import duckdb
import pytest

from crm_pipelines.matching.contact_shares import CROWDED, OWN, PUBLIC, SHARED, bucket_of, bucket_sql
from tests.builders import organisation, person
from tests.crm_pipelines.matching.stage import matched


@pytest.mark.parametrize(
    ("n_names", "bucket"), [(0, OWN), (2, OWN), (3, SHARED), (5, SHARED), (6, CROWDED), (12, CROWDED), (13, PUBLIC)]
)
def test_buckets_are_the_same_in_sql_and_in_python(con: duckdb.DuckDBPyConnection, n_names: int, bucket: int) -> None:
    assert bucket_of(n_names) == bucket
    assert con.execute(f"select {bucket_sql(str(n_names))}").fetchall() == [(bucket,)]


def test_names_are_counted_not_records(con: duckdb.DuckDBPyConnection) -> None:
    readings = (["sato"], ["keniti"])
    spellings = [("佐藤", "健一"), ("サトウ", "ケンイチ"), ("sato", "kenichi")]
    people = [person(family, given, readings=readings, email="a@b.jp") for family, given in spellings]
    bare = [person("田中", email="a@b.jp"), person(email="a@b.jp")]
    matched(con, [*people, *bare])
    shares = con.execute("select kind, contact_key, n_names, bucket from contact_shares").fetchall()
    assert shares == [("person_email", "a@b.jp", 1, OWN)]


def test_persons_and_organisations_are_counted_apart(con: duckdb.DuckDBPyConnection) -> None:
    matched(con, [person("森", "進", phone="+81312345678"), organisation("森商店", phone="+81312345678")])
    shares = con.execute("select kind, n_names from contact_shares order by kind").fetchall()
    assert shares == [("organisation_name", 0), ("organisation_phone", 1), ("person_phone", 1)]


def test_of_a_name_without_a_legal_form_the_towns_are_counted(con: duckdb.DuckDBPyConnection) -> None:
    shops = [organisation("マルトク", city_key=city) for city in ("13104", "13104", "27127", "01101")]
    company = [organisation("青木", legal_form="KK", city_key=city) for city in ("13104", "27127", "01101")]
    matched(con, [*shops, *company])
    shares = con.execute("select kind, contact_key, n_names, bucket from contact_shares").fetchall()
    assert shares == [("organisation_name", "マルトク", 3, SHARED)]


def test_a_room_is_counted_apart_from_its_house(con: duckdb.DuckDBPyConnection) -> None:
    people = [person("森", f"{number}", address="1:a:1", room=str(number)) for number in range(4)]
    matched(con, people)
    shares = dict(con.execute("select contact_key, bucket from contact_shares").fetchall())
    assert shares["1:a:1"] == SHARED
    assert shares["1:a:1/0"] == OWN
