import pytest

from crm_pipelines.standardise.mail_introductions import introduced_company, surely_introduced_company


@pytest.mark.parametrize(
    "text",
    [
        "お世話になっております。\nポラリスの竹内です。\n",
        "いつもお世話になっております。ポラリスの竹内 聡と申します。",
    ],
)
def test_company_of_a_self_introduction_is_found(text: str) -> None:
    assert introduced_company(text) == "ポラリス"


def test_introduction_counts_alone_only_with_a_legal_form_and_a_name() -> None:
    assert surely_introduced_company("株式会社ポラリスの竹内です。") == "株式会社ポラリス"
    assert surely_introduced_company("ポラリスの竹内です。") == ""
    assert surely_introduced_company("株式会社ポラリスの商品です。") == ""


def test_a_sentence_far_down_introduces_nobody() -> None:
    assert introduced_company("はい。\n" * 30 + "ポラリスの竹内です。") == ""
