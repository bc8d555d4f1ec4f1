"""What values say of their column."""

import pytest

from crm_pipelines.inspection.value_tests import is_date, likely_region, value_votes


@pytest.mark.parametrize(
    ("field", "values", "region"),
    [
        ("email", ["taro@aoki.co.jp", "A.B+c@aoki.co.jp"], "JP"),
        ("phone", ["03-3210-4502", "090-2345-6781", "(03)3210-4502", "+81 3 3210 4502"], "JP"),
        ("phone", ["(415) 555-0132", "+1 415 322 7446"], "US"),
        ("postal_code", ["100-0001", "〒530-0001", "1000001"], "JP"),
        ("postal_code", ["94105", "73301-0001"], "US"),
        ("date", ["1985/03/04", "2026-01-31", "昭和60年3月4日", "S60.3.4", "20260131", "03/04/1985"], "JP"),
        ("timestamp", ["2026-01-31 10:00:00", "2026-03-06T10:00:00Z", "2026/1/3 9:05"], "JP"),
        ("corporate_number", ["1180301018771", "T1180301018771"], "JP"),
        ("website", ["https://www.aoki.co.jp/", "www.aoki-seisakujo.jp"], "JP"),
        ("name_kana", ["ヤマダ タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ", "やまだ たろう"], "JP"),
        ("organisation_name_kana", ["カブシキガイシャアオキ"], "JP"),
        ("address", ["東京都千代田区千代田1-1", "大阪府大阪市北区梅田3丁目1番3号"], "JP"),
        ("organisation_name", ["株式会社青木製作所", "Acme Inc.", "青木製作所"], "JP"),
        ("name", ["山田太郎", "鈴木 花子", "Anna Smith"], "JP"),
        ("gender", ["男", "女", "male", "F"], "JP"),
        ("country", ["日本", "USA", "Germany"], "JP"),
        ("department", ["営業部", "総務課", "Sales Department"], "JP"),
        ("job_title", ["代表取締役", "部長", "Sales Manager"], "JP"),
    ],
)
def test_values_of_a_field_are_taken_for_it(field: str, values: list[str], region: str) -> None:
    assert value_votes(values, region).share(field) == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("email", ["taro", "03-3210-4502", "@"]),
        ("phone", ["1985/03/04", "100-0001", "C000123", "1180301018771", "12"]),
        ("date", ["03-3210-4502", "13/13/2020", "C001", "100-0001", "45000"]),
        ("name", ["株式会社青木", "東京都", "営業部", "C001", "taro@aoki.co.jp"]),
        ("name_kana", ["山田", "ABC", "123"]),
        ("corporate_number", ["1180301018770", "090-2345-6781"]),
        ("website", ["taro@aoki.co.jp", "山田"]),
        ("address", ["青空ビル3F", "山田太郎", "03-3210-4502"]),
    ],
)
def test_values_of_another_kind_are_not(field: str, values: list[str]) -> None:
    assert value_votes(values, "JP").share(field) == 0


@pytest.mark.parametrize(
    ("sign", "values"),
    [
        ("lost_zero_phone", ["9023456781", "332104502"]),
        ("lost_zero_postal", ["600001", "100001"]),
        ("excel_serial", ["45000", "31109"]),
        ("day_first", ["31/01/2026", "13.02.1985"]),
        ("month_first", ["01/31/2026"]),
        ("either_order", ["03/04/1985", "1/2/85"]),
        ("past", ["1985/03/04", "昭和60年3月4日"]),
        ("time", ["2026-01-31 10:00:00"]),
        ("individual_number", ["123456789018"]),
    ],
)
def test_signs(sign: str, values: list[str]) -> None:
    assert value_votes(values, "JP").signs[sign] == 1


def test_frequent_values_weigh_more() -> None:
    votes = value_votes(["taro@aoki.co.jp", "03-3210-4502"], "JP", [9, 1])
    assert (votes.n_values, votes.share("email"), votes.share("phone")) == (2, 0.9, 0.1)


def test_placeholders_do_not_vote() -> None:
    votes = value_votes(["不明", "000-0000", "taro@aoki.co.jp"], "JP")
    assert (votes.n_values, votes.share("email")) == (1, 1)


def test_no_values_have_no_share() -> None:
    assert value_votes(["", "  ", "なし"], "JP").share("email") is None


def test_impossible_dates_are_no_dates() -> None:
    assert [is_date(text) for text in ("2026/01/31", "0/0/2020", "99/99/9999")] == [True, False, False]


@pytest.mark.parametrize(
    ("texts", "countries", "region"),
    [
        (["ヤマダ", "(415) 322-7446"], [], "JP"),
        (["(415) 322-7446", "(212) 736-5000"], [], "US"),
        (["020 7946 0958", "0161 496 0123"], [], "GB"),
        (["abc"], ["Germany"], "DE"),
        ([], [], "JP"),
    ],
)
def test_country_of_a_file(texts: list[str], countries: list[str], region: str) -> None:
    assert likely_region(texts, countries) == region
