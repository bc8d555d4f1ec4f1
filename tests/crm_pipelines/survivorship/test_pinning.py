from crm_pipelines.survivorship.pinning import pinned_whole
from tests.crm_pipelines.survivorship.ranked_values import SHIPPED

SHOWN = {
    "postal_code": "100-0001",
    "address": "東京都千代田区1-1",
    "building": "皇居ビル",
    "phone": "+8131",
    "name": "甲",
}


def test_attribute_that_survives_alone_is_pinned_alone() -> None:
    assert pinned_whole({"phone": "+8132"}, {}, SHOWN, SHIPPED) == {"phone": "+8132"}


def test_group_is_pinned_whole_with_what_was_shown_beside_the_stewards_value() -> None:
    found = pinned_whole({"building": "梅田ビル"}, {"building": "梅田ビル"}, SHOWN, SHIPPED)
    assert found == {
        "postal_code": "100-0001", "address": "東京都千代田区1-1", "building": "梅田ビル", "country": None
    }  # fmt: skip


def test_what_follows_from_the_stewards_value_counts_before_what_was_shown() -> None:
    found = pinned_whole({"address": "大阪市1-1 梅田ビル"}, {"building": "梅田ビル"}, SHOWN, SHIPPED)
    assert (found["building"], found["postal_code"]) == ("梅田ビル", "100-0001")


def test_emptied_attribute_stays_empty_whatever_was_shown_or_follows() -> None:
    found = pinned_whole({"building": None}, {"building": "梅田ビル"}, SHOWN, SHIPPED)
    assert found["building"] is None
