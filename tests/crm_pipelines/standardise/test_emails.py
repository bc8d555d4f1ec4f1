import pytest

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.emails import standardise_email, standardise_emails


def test_placeholder_has_no_key() -> None:
    assert standardise_email("test@example.com").keys == ()


def test_mistyped_provider_is_corrected_in_the_key_alone() -> None:
    value = standardise_email("mika@gmial.com")
    assert (value.std, value.key) == ("mika@gmial.com", "mika@gmail.com")


@pytest.mark.parametrize(
    "domain", ["ymail.com", "mail.com", "cloud.com", "yahoo.co.id", "softbank.co.jp", "nttdocomo.com", "fifty.com"]
)
def test_real_domain_beside_a_large_one_is_no_error(domain: str) -> None:
    assert standardise_email(f"a@{domain}").key == f"a@{domain}"


@pytest.mark.parametrize(
    ("domain", "meant"),
    [("gmail.vom", "gmail.com"), ("gmial.con", "gmail.com"), ("gmailcom", "gmail.com"), ("docomo", "docomo.ne.jp"),
     ("docomo.nejp", "docomo.ne.jp"), ("yaoo.co.jp", "yahoo.co.jp"), ("ocn.ne.jo", "ocn.ne.jp")],
)  # fmt: skip
def test_slips_in_a_large_domain_are_proposed(domain: str, meant: str) -> None:
    assert f"typo:{meant}" in standardise_email(f"a@{domain}").flags


def test_every_address_of_a_cell_is_kept_once() -> None:
    cell = "山田 <taro@yamada.jp>; TARO@yamada.jp, hanako@yamada.jp / 担当"
    assert [value.std for value in standardise_emails(cell)] == ["taro@yamada.jp", "hanako@yamada.jp"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("会社:taro@aoba.jp 自宅:taro@nifty.com", ["taro@aoba.jp", "taro@nifty.com"]),
        ("taro@aoba.jpまたはtaro@nifty.com", ["taro@aoba.jp", "taro@nifty.com"]),
        ("taro@aoba,co.jp, hanako@aoba.co.jp", ["taro@aoba.co.jp", "hanako@aoba.co.jp"]),
        ("taro(at)aoba.jp / hanako(at)aoba.jp", ["taro@aoba.jp", "hanako@aoba.jp"]),
        ('"Yamada, Taro" <taro@aoba.jp>, "Sato, Hanako" <hanako@aoba.jp>', ["taro@aoba.jp", "hanako@aoba.jp"]),
        ("taro@aoba.jp<mailto:taro@aoba.jp>", ["taro@aoba.jp"]),
        ("none@none, hanako@aoba.jp", ["hanako@aoba.jp"]),
    ],
)
def test_addresses_are_found_among_names_and_signs(cell: str, expected: list[str]) -> None:
    assert [value.std for value in standardise_emails(cell)] == expected


@pytest.mark.parametrize(
    ("raw", "rule"),
    [("taro(at)aoba.jp", "email.repaired_sign"), ("taro@gmail,com", "email.repaired_dots"),
     ("taro@soーnet.ne.jp", "email.repaired_hyphen"), ('"taro..y"@docomo.ne.jp', "email.repaired_quotes")],
)  # fmt: skip
def test_what_was_put_right_is_told(raw: str, rule: str) -> None:
    value = standardise_email(raw)
    assert (value.status, rule in value.rules) == (ValueStatus.REPAIRED, True)


def test_two_latin_words_before_the_sign_are_ambiguous() -> None:
    value = standardise_email("taro yamada@aoba.co.jp")
    assert (value.std, value.status, value.rules) == (None, ValueStatus.AMBIGUOUS, ("email.space_inside",))
