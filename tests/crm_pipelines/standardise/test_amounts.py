import pytest

from crm_pipelines.standardise.amounts import standardise_amount


@pytest.mark.parametrize(
    ("raw", "std", "currency"),
    [
        ("￥１，２３４", "1234", "JPY"), ("1,234円（税込）", "1234", "JPY"), ("△500円", "-500", "JPY"),
        ("▲1,000", "-1000", None), ("(300)", "-300", None), ("1億2,000万円", "120000000", "JPY"),
        ("3.5万円", "35000", "JPY"), ("$1,234.50", "1234.5", "USD"), ("€1.234,56", "1234.56", "EUR"),
        ("¥1,234-", "1234", "JPY"), ("1,234-", "-1234", None), ("1 234,50 €", "1234.5", "EUR"),
        ("€1.234", "1234", "EUR"), ("1.234", "1.234", None), ("R$ 1.234,56", "1234.56", "BRL"),
        ("₹1,23,456.50", "123456.5", "INR"), ("CHF 1'234.50", "1234.5", "CHF"), ("1.2.3", None, None),
        ("5百万円", "5000000", "JPY"), ("0", "0", None), ("未定", None, None), ("1-2", None, None),
    ],
)  # fmt: skip
def test_amounts_become_plain_decimals(raw: str, std: str | None, currency: str | None) -> None:
    value = standardise_amount(raw)
    assert (value.std, value.parts.get("currency")) == (std, currency)
