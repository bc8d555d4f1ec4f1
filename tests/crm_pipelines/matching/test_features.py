from collections.abc import Collection
from typing import Any

import duckdb

from crm_pipelines.matching.compared_features import features_read, lists_read
from crm_pipelines.matching.direct import pair_features
from crm_pipelines.matching.features import base_features
from crm_pipelines.matching.match_input import create_match_inputs, create_match_records
from crm_pipelines.matching.shipped import shipped_model
from crm_pipelines.model.enums import CustomerType
from tests.builders import organisation, person
from tests.crm_pipelines.matching.stage import matched
from tests.crm_pipelines.matching.worlds import curious_organisations, random_records, seeded


def _plain(name: str, value: object, lists: Collection[str]) -> object:
    """Lists in one order, those packed into a text unpacked."""
    if name in lists and isinstance(value, str):
        return sorted(value.split("\x1f"))
    return sorted(value) if isinstance(value, list) else value


def test_every_feature_is_the_same_in_sql_and_in_python(con: duckdb.DuckDBPyConnection) -> None:
    model = shipped_model()
    records = [*random_records(seeded(21), 300), *curious_organisations()]
    matched(con, records)
    create_match_records(con, "match_records", "standardised_records")
    create_match_inputs(con, "temp.match_records", model)
    shares = {
        (kind, key): bucket
        for kind, key, bucket in con.execute("select kind, contact_key, bucket from contact_shares").fetchall()
    }
    by_key = {record["record_key"]: record for record in records}
    n_compared = 0
    for kind in CustomerType:
        lists = lists_read(kind)
        for table in (f"match_input_{kind}", f"(select * from match_records where customer_type = '{kind}')"):
            cursor = con.execute(f"select * from {table}")
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found = dict(zip(names, row, strict=True))
                expected = pair_features(by_key[found["record_key"]], kind, model, shares)
                known = expected.keys() & found.keys()
                assert {name: _plain(name, found[name], lists) for name in known} == {
                    name: _plain(name, expected[name], lists) for name in known
                }
                n_compared += 1
        assert set(features_read(kind)) <= expected.keys()
    assert n_compared == 2 * len(records)


def test_a_bare_family_name_is_no_whole_name() -> None:
    bare = base_features(person("田中", readings=(["tanaka"], [])), CustomerType.PERSON)
    assert bare["any_name"] == "田中"
    assert bare["full_name_key"] is None
    assert bare["name_token"] is None


def test_a_mailbox_in_the_name_field_is_no_name() -> None:
    record = person(name_key="iharah68", reading_keys=["iharah"])
    assert base_features(record, CustomerType.PERSON)["any_name"] is None


def test_an_initial_also_stands_for_the_letter_of_the_key_alphabet() -> None:
    record = person("sawai", "c", readings=(["sawai"], ["c"]), is_given_initial_only=True)
    features = base_features(record, CustomerType.PERSON)
    assert features["given_initials"] == ["c", "t"]
    assert features["given_readings"] is None


def test_a_role_mailbox_is_an_organisations_own_and_nothing_of_a_person() -> None:
    role: dict[str, Any] = {"shared_email_keys": ["info@a.jp"], "shared_phone_keys": ["+81120000000"]}
    assert base_features(person("森", **role), CustomerType.PERSON)["emails"] is None
    assert base_features(organisation("森商店", **role), CustomerType.ORGANISATION)["emails"] == ["info@a.jp"]


def test_one_name_in_three_scripts_is_one_name_on_a_contact_point() -> None:
    readings = (["sato"], ["keniti"])
    tokens = {
        base_features(person(family, given, readings=readings), CustomerType.PERSON)["name_token"]
        for family, given in (("佐藤", "健一"), ("サトウ", "ケンイチ"), ("sato", "kenichi"))
    }
    assert len(tokens) == 1


def test_the_tag_of_a_mail_address_names_nobody_else() -> None:
    features = base_features(person("sato", "ken", email_keys=["ken.sato+news@mail.jp"]), CustomerType.PERSON)
    assert features["emails"] == ["ken.sato@mail.jp"]
    assert features["email_locals"] == ["ken.sato"]
    assert features["first_email"] == "ken.sato@mail.jp"
