import pytest

from crm_pipelines.standardise.email_cells import addresses_of


@pytest.mark.parametrize(
    ("text", "found", "rules"),
    [
        ("山田太郎 Taro@aoba.jp", ["taro@aoba.jp"], ()),
        ("taro@aoba.co.jp様", ["taro@aoba.co.jp"], ()),
        ("taro@aoba,co,jp", ["taro@aoba.co.jp"], ("email.repaired_dots",)),
        ("taro at aoba dot co dot jp", ["taro@aoba.co.jp"], ("email.repaired_sign", "email.repaired_dots")),
        ("taro yamada@aoba.jp", [], ("email.space_inside",)),
        ("taro@@aoba.jp", [], ()),
        ("taro@日本.jp", ["taro@日本.jp"], ()),
    ],
)
def test_addresses_are_cut_out_and_put_right(text: str, found: list[str], rules: tuple[str, ...]) -> None:
    assert addresses_of(text) == (found, rules)
