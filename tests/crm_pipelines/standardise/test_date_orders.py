import pytest

from crm_pipelines.standardise.date_orders import is_day_first
from crm_pipelines.standardise.observations import Place, observations
from crm_pipelines.standardise.row_values import RowTexts


def columns(country: str = "JP", **fields: str) -> dict[str, object]:
    texts = {field: (text,) for field, text in {"country": country, **fields}.items()}
    return observations(RowTexts(texts), "person", Place("JP", "Asia/Tokyo"))[0].record.columns


def test_a_country_decides_the_order_of_day_and_month() -> None:
    assert (is_day_first("GB"), is_day_first("US"), is_day_first("JP"), is_day_first("CA")) == (True, False, None, None)
    found = {
        country: columns(country, name="Mary Henderson", birth_date="03/04/1985") for country in ("GB", "US", "JP")
    }
    assert found["GB"]["birth_date"] == "1985-04-03"
    assert found["US"]["birth_date"] == "1985-03-04"
    assert found["JP"]["birth_date"] is None


def test_a_number_is_dialled_as_in_the_rows_own_country() -> None:
    assert columns("US", name="Mary Henderson", phone="(503) 223-5933")["phone"] == "+15032235933"
    assert columns("US", name="Mary Henderson", phone="03-5253-1111")["phone"] == "+81352531111"


def test_a_whole_name_beside_one_part_alone_is_read() -> None:
    found = columns(name="Teddy Moore", family_name="Moore")
    assert (found["family_name"], found["given_name"]) == ("Moore", "Teddy")


@pytest.mark.parametrize(
    ("written", "key"), [("1985", "1985"), ("昭和60年4月", "1985-04"), ("1985-04-03", "1985-04-03")]
)
def test_a_birth_date_of_less_than_a_day_still_counts(written, key):
    assert columns("JP", name="佐藤健太", birth_date=written)["birth_date_key"] == key
