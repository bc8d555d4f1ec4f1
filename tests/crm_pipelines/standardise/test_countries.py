import pytest

from crm_pipelines.standardise.countries import country_code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("日本", "JP"),
        ("ＪＰ", "JP"),
        ("アメリカ合衆国", "US"),
        ("米国", "US"),
        ("U.S.A.", "US"),
        ("韓国", "KR"),
        ("Deutschland", "DE"),
        ("The Netherlands", "NL"),
        ("jpn", "JP"),
        ("no", "NO"),
        ("火星", None),
        ("", None),
        ("대한민국", "KR"),
        ("ไทย", "TH"),
        ("España", "ES"),
        ("Frankreich", "FR"),
        ("日本(JP)", "JP"),
        ("US - United States", "US"),
        ("スペイン王国", "ES"),
        ("Republic of Singapore", "SG"),
        ("Taiwan (R.O.C.)", "TW"),
        ("Côte d’Ivoire", "CI"),
        ("北米", None),
    ],
)
def test_country_names_and_codes_are_found(raw: str, code: str | None) -> None:
    assert country_code(raw) == code
