from typing import Any

import duckdb
import pytest

from crm_pipelines.matching.blocking import RULES
from tests.builders import organisation, person
from tests.crm_pipelines.matching.stage import matched
from tests.crm_pipelines.matching.worlds import latin

KENICHI = (["sato"], ["keniti"])


def _rules_of(con: duckdb.DuckDBPyConnection, left: dict[str, Any], right: dict[str, Any]) -> set[str]:
    return set(matched(con, [left, right]).pairs_by_rule)


@pytest.mark.parametrize(
    ("left", "right", "rule"),
    [
        # an initial at the same company
        (person("sato", "k", readings=(["sato"], ["k"]), is_given_initial_only=True, organisation_name_key="青木"),
         person("佐藤", "健一", readings=KENICHI, organisation_name_key="青木"), "p_company_family"),
        # an initial with another mailbox of the same company
        (person("sato", "k", readings=(["sato"], ["k"]), is_given_initial_only=True, email_domain_key="aoki.jp"),
         person("佐藤", "健一", readings=KENICHI, email_domain_key="aoki.jp"), "p_domain_family"),
        # romaji against kanji
        (person("sato", "kenichi", readings=KENICHI), person("佐藤", "健一", readings=KENICHI), "p_reading"),
        # no display name
        (person(email="ken@a.jp"), person("佐藤", "健一", email="ken@a.jp"), "p_email"),
        (person(phone="+819011112222"), person("佐藤", "健一", phone="+819011112222"), "p_phone"),
        # another provider
        (person(email="kenichi99@a.jp"), person(email="kenichi99@b.jp"), "p_local"),
        # a married name
        (person("佐藤", "花子", readings=(["sato"], ["hanako"]), birth_date_key="1978-06-02"),
         person("森", "花子", readings=(["mori"], ["hanako"]), birth_date_key="1978-06-02"), "p_birth_given"),
        # a company in kana
        (organisation("青木", readings=["アオキ"]), organisation("アオキ", readings=["アオキ"]), "o_reading"),
        # a company in English
        (organisation("青木", email_domain_key="aoki.jp"), organisation("aoki", website_key="aoki.jp"), "o_domain"),
        (organisation("青木製作所", postal_code_key="1000001"),
         organisation("青木製作", postal_code_key="1000001"), "o_head_postal"),
        # a German company without its umlaut, and a street without its town
        (latin("Schäfer Anlagenbau KG"), latin("Anlagenbau Schaefer"), "o_words"),
        (latin("Oak Foods", address="12 Elm Street, Reno"), latin("Oak Food", address="12 Elm St."), "o_house"),
    ],
)  # fmt: skip
def test_hard_pairs_are_reached(
    con: duckdb.DuckDBPyConnection, left: dict[str, Any], right: dict[str, Any], rule: str
) -> None:
    assert rule in _rules_of(con, left, right)


def test_two_records_that_say_nothing_are_no_candidates(con: duckdb.DuckDBPyConnection) -> None:
    assert _rules_of(con, person(), person()) == set()
    assert _rules_of(con, organisation(), organisation()) == set()


def test_persons_and_organisations_never_meet(con: duckdb.DuckDBPyConnection) -> None:
    both: dict[str, Any] = {"email": "a@b.jp", "phone": "+81312345678", "address": "1:a:1"}
    assert _rules_of(con, person("森", **both), organisation("森", **both)) == set()


def test_a_pair_that_many_rules_propose_is_scored_once(con: duckdb.DuckDBPyConnection) -> None:
    same: dict[str, Any] = {"readings": KENICHI, "email": ["kenichi@a.jp", "kenichi@b.jp"], "phone": "+819011112222"}
    update = matched(con, [person("佐藤", "健一", **same), person("佐藤", "健一", **same)])
    assert len(update.pairs_by_rule) > 4
    assert set(update.pairs_by_rule.values()) == {1}
    assert update.n_scored == 1


def test_every_combination_of_two_lists_is_a_key(con: duckdb.DuckDBPyConnection) -> None:
    matched(con, [person(phone=["+81901111", "+81902222"], readings=(["sato", "suzuki"], ["ken"]))])
    keys = con.execute("select count(distinct key) from blocking_keys where rule = 'p_four_family'").fetchall()
    assert keys == [(4,)]


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
