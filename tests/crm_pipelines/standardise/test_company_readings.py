import pytest

from crm_pipelines.standardise.company_readings import company_reading_keys


@pytest.mark.parametrize(
    ("core", "reading"),
    [
        ("森印刷所", "モリインサツシヨ"),
        ("林木材店", "ハヤシモクザイテン"),  # not 林木 and a rest that nobody can read
        ("旭化成", "アサヒカセイ"),
        ("慶應義塾", "ケイオウギジユク"),
        ("山崎製パン", "ヤマザキセイパン"),
        ("渡辺税理士事務所", "ワタナベゼイリシジムシヨ"),
        ("栄光堂", "エイコウドウ"),
        ("東京商工会議所", "トウキヨウシヨウコウカイギシヨ"),
    ],
)
def test_core_is_read_by_words_of_business_before_names(core: str, reading: str) -> None:
    assert company_reading_keys(core)[0] == reading


def test_words_with_two_readings_give_both() -> None:
    assert company_reading_keys("日本通運") == ("ニホンツウウン", "ニツポンツウウン")
    assert company_reading_keys("大和運輸") == ("ダイワウンユ", "ヤマトウンユ")


def test_letter_nobody_reads_leaves_no_reading() -> None:
    assert company_reading_keys("鱻龘工業") == ()
