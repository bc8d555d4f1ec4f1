import pytest

from crm_pipelines.standardise.websites import standardise_website


@pytest.mark.parametrize(
    ("raw", "std", "key"),
    [
        ("HTTPS://WWW.Aoba.co.jp/", "https://www.aoba.co.jp", "aoba.co.jp"),
        ("aoba.co.jp/shop/#top", "https://aoba.co.jp/shop", "aoba.co.jp"),
        ("ｈｔｔｐ：／／ａｏｂａ．ｊｐ", "http://aoba.jp", "aoba.jp"),
        ("https://ameblo.jp/Aoba/entry", "https://ameblo.jp/Aoba/entry", "ameblo.jp/aoba"),
        ("http://日本.jp", "http://xn--wgv71a.jp", "xn--wgv71a.jp"),
        ("http;//www.aoba.co.jp", "http://www.aoba.co.jp", "aoba.co.jp"),
        ("https://aoba.co.jp/ （工事中）", "https://aoba.co.jp", "aoba.co.jp"),
        ("https://aoba.co.jp\nhttps://aoba.jp", "https://aoba.co.jp", "aoba.co.jp"),
        ("www,aoba,co,jp", "https://www.aoba.co.jp", "aoba.co.jp"),
        ("https://aoba.co.jp:443/x", "https://aoba.co.jp/x", "aoba.co.jp"),
        ("「https://aoba.co.jp」", "https://aoba.co.jp", "aoba.co.jp"),
        ("http://www.example.com", "http://www.example.com", None),
        ("taro@aoba.co.jp", None, None),
        ("http://", None, None),
        ("なし", None, None),
    ],
)
def test_web_addresses_are_tidied_and_keyed_by_domain(raw: str, std: str | None, key: str | None) -> None:
    value = standardise_website(raw)
    assert (value.std, value.key) == (std, key)
