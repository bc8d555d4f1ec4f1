"""What headings mean."""

import pytest

from crm_pipelines.inspection.header_words import _WORDS as WORDS
from crm_pipelines.inspection.header_words import KEY, NO_FIELDS, address_rank, header_vote
from crm_pipelines.model.fields import CANONICAL_FIELDS


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("顧客コード", KEY),
        ("会社名", "organisation_name"),
        ("【必須】会社名", "organisation_name"),
        ("担当者名", "name"),
        ("お名前(姓)", "family_name"),
        ("First Name", "given_name"),
        ("last_name", "family_name"),
        ("フリガナ", "name_kana"),
        ("会社名（カナ）", "organisation_name_kana"),
        ("ｾｲ", "family_name_kana"),
        ("郵便番号（ハイフンなし）", "postal_code"),
        ("Zip/Postal Code", "postal_code"),
        ("住所１", "address"),
        ("都道府県", "address"),
        ("E-mail Address", "email"),
        ("メールアドレス2", "email"),
        ("ＴＥＬ", "phone"),
        ("会社電話番号", "phone"),
        ("ＦＡＸ番号", "fax"),
        ("生年月日（西暦）", "birth_date"),
        ("D.O.B.", "birth_date"),
        ("最終更新日時", "updated_at"),
        ("登録日", "created_at"),
        ("営業担当", "staff"),
        ("Contact Owner", "staff"),
        ("請求先住所", "other"),
        ("Shipping City", "other"),
        ("住所フリガナ", "other"),
        ("メルマガ", "consent"),
        ("Email Opt Out", "consent"),
        ("個人番号", "individual_number"),
        ("法人番号", "corporate_number"),
        ("建物名・部屋番号", "building"),
    ],
)
def test_heading_is_understood(heading: str, meaning: str) -> None:
    vote = header_vote(heading)
    assert vote is not None
    assert vote.meaning == meaning


@pytest.mark.parametrize("heading", ["", "   ", "xyzzy", "売上高", "在庫数", "A", "column_3"])
def test_unknown_heading_says_nothing(heading: str) -> None:
    assert header_vote(heading) is None


def test_a_heading_that_only_ends_so_is_less_sure() -> None:
    exact, partial = header_vote("電話番号"), header_vote("本社代表電話番号")
    assert exact is not None
    assert partial is not None
    assert exact.strength > partial.strength


def test_words_mean_canonical_fields_or_named_others() -> None:
    assert set(WORDS) <= {*CANONICAL_FIELDS, *NO_FIELDS}


def test_no_word_has_two_meanings() -> None:
    words = [word for line in WORDS.values() for word in set(line.split())]
    assert sorted(word for word in set(words) if words.count(word) > 1) == []


def test_parts_of_an_address_have_the_order_of_their_country() -> None:
    japanese = ["都道府県", "市区町村", "住所1"]
    western = ["Street", "City", "State"]
    assert sorted(reversed(japanese), key=address_rank) == japanese
    assert sorted(reversed(western), key=address_rank) == western
