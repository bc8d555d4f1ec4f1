"""What a role sees of a value."""

import pytest

from crm_pipelines.model.enums import Role
from crm_pipelines.rules.access import AccessRules
from crm_pipelines.rules.rule_set import shipped_rules
from crm_pipelines.web.masking import HIDDEN, Sight, sight_of

ALL = Sight(frozenset({"name", "birth_date", "phone", "email", "address", "company", "gender", "identifier"}))


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("email", "taro@example.jp", "t***@example.jp"),
        ("email", "no address", "***"),
        ("phone", "090-1234-5678", "090-****-5678"),
        ("phone", "+819012345678", "+819*****5678"),
        ("phone", "110", "*10"),
        ("birth_date", "1980-02-29", "1980-**-**"),
        ("birth_date", "29.2.1980", "***"),
        ("address", "東京都千代田区丸の内1-1", "東京都***"),
        ("address", "東京都", "***"),
        ("name", "山田 太郎", "山***"),
        ("name_kana", "ヤマダ", "ヤ***"),
        ("organisation_name", "A", "***"),
        ("email", "a@x.jp / b@y.jp", "a***@x.jp / b***@y.jp"),
        ("email", "", ""),
        ("corporate_number", "7000012050002", "7000012050002"),  # a public register
    ],
)
def test_a_part_is_shown_that_tells_values_apart_and_is_of_no_use_alone(field: str, value: str, shown: str) -> None:
    assert ALL.value(field, value) == shown
    assert Sight().value(field, value) == value


def test_of_a_source_that_a_role_may_not_see_nothing_is_shown() -> None:
    rules = AccessRules(sources={"erp": (Role.LEAD,)}, purposes=("x",))
    steward, lead = sight_of(Role.STEWARD, rules), sight_of(Role.LEAD, rules)
    assert (steward.value("name", "山田", "erp"), lead.value("name", "山田", "erp")) == (HIDDEN, "山田")
    assert steward.value("name", "山田", "mail") == "山田"
    assert not steward.sees_source("erp")


def test_viewers_see_parts_unless_a_project_says_otherwise() -> None:
    shipped = shipped_rules().access
    assert sight_of(Role.VIEWER, shipped).value("phone", "090-1234-5678") == "090-****-5678"
    assert sight_of(Role.STEWARD, shipped) == Sight()
