from crm_pipelines.standardise.emails import standardise_email, standardise_emails


def test_placeholder_has_no_key() -> None:
    assert standardise_email("test@example.com").keys == ()


def test_mistyped_provider_is_corrected_in_the_key_alone() -> None:
    value = standardise_email("mika@gmial.com")
    assert (value.std, value.key) == ("mika@gmial.com", "mika@gmail.com")


def test_real_domain_beside_a_large_one_is_no_error() -> None:
    assert standardise_email("a@ymail.com").key == "a@ymail.com"
    assert standardise_email("a@mail.com").key == "a@mail.com"


def test_every_address_of_a_cell_is_kept_once() -> None:
    cell = "山田 <taro@yamada.jp>; TARO@yamada.jp, hanako@yamada.jp / 担当"
    assert [value.std for value in standardise_emails(cell)] == ["taro@yamada.jp", "hanako@yamada.jp"]
