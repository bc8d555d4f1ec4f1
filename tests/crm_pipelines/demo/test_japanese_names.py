from crm_pipelines.demo.japanese_names import given_names, rare_given_names, spellings_by_kana, surnames


def test_common_surnames_weigh_more_than_rare_ones() -> None:
    spellings, weights = surnames()
    weight = {spelling.kanji: share for spelling, share in zip(spellings, weights, strict=True)}
    assert weight["佐藤"] > weight["髙橋"] > weight["脇本"]
    assert len(spellings) > 1500


def test_old_forms_take_their_share_from_the_common_form() -> None:
    spellings, weights = surnames()
    share = {(found.kanji, found.kana): weight for found, weight in zip(spellings, weights, strict=True)}
    assert 0.1 < share["髙橋", "タカハシ"] / (share["髙橋", "タカハシ"] + share["高橋", "タカハシ"]) < 0.14


def test_one_spelling_has_two_readings() -> None:
    assert {spelling.kana for spelling in surnames()[0] if spelling.kanji == "山崎"} == {"ヤマザキ", "ヤマサキ"}


def test_given_names_follow_the_generation() -> None:
    old = {spelling.kanji for spelling in given_names("F", 1948)}
    young = {spelling.kanji for spelling in given_names("F", 2004)}
    assert "節子" in old - young
    assert "陽菜" in young - old


def test_one_reading_is_written_in_several_ways() -> None:
    assert {"健一", "賢一"} <= set(spellings_by_kana()["ケンイチ"])


def test_the_long_tail_is_long() -> None:
    assert len(rare_given_names("M")) > 10_000
