from crm_pipelines.standardise.junk import is_placeholder, junk_warning


def test_empty_is_no_placeholder() -> None:
    assert not is_placeholder("")


def test_placeholder_word_inside_a_longer_value_is_a_warning_only() -> None:
    assert junk_warning("木村テスト")
    assert not is_placeholder("木村テスト")
    assert not junk_warning("木村")
    assert not junk_warning("テスト")
