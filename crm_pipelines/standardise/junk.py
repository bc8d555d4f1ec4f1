"""Placeholders: words that people type into a required field when they have nothing to say."""

import re
from functools import cache

from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.text import clean_text

_WORDS = """
不明 不詳 なし 無し 無 ナシ 該当なし 該当無し 該当ナシ 特になし 特に無し 未登録 未記入 未入力 未設定 未定 未確認 未回答 無回答 回答なし 記入なし 記載なし
未記載 空欄 空白 入力なし 名称不明 氏名不明 住所不明 連絡先不明 宛先不明 詳細不明 匿名 匿名希望 名無し 名なし 名前なし 名前 ななし ナナシ 名無しさん
名無しの権兵衛 ナナシノゴンベエ ダレカ 誰か だれか 同上 同じ 上記と同じ 上記同様 上に同じ 同左 〃 〃〃 々 仝 々々 〻 テスト てすと テストテスト テスト用
テストデータ テストユーザー テストユーザ テスト太郎 テスト花子 試験用 ダミー だみー ダミーデータ ダミーデーター サンプル さんぷる サンプルデータ 見本 例 記入例
仮 仮登録 仮名 仮データ 仮入力 名称未定 検討中 確認中 調査中 準備中 後日 後で あとで 保留 要確認
担当者 ご担当者 御担当者 担当 ご担当 御担当 担当者名 責任者 ご責任者 代表者 各位 関係者各位 関係各位 お客様各位 社員各位 お客様 お客さま 御客様 顧客 客 取引先
退会 退会済 退会済み 退会者 退会ユーザー 削除 削除済 削除済み 削除予定 廃止 解約 解約済 解約済み 停止 停止中 使用禁止 使用不可 使用中止 欠番 重複 無効 死亡 退職 退職済 退職者
閉店 倒産 宛先 受取人不明 ほげ ホゲ ほげほげ ホゲホゲ ふが フガ ぴよ ピヨ あいうえお アイウエオ あいう アイウ いろは イロハ かきくけこ 氏名 姓名 なまえ おなまえ お名前 会社名 御社名 貴社名
社名 会社 法人名 団体名 姓 名 住所 電話番号 メールアドレス フリガナ ふりがな カナ かな 個人 自宅 一般 法人 その他 非公開 非公表 秘密 内緒 ひみつ 拒否 省略 なんでもない 権限なし
test tests testing tester testuser testdata testname testtest dummy dummydata sample example none null nil na nan nul n/a n.a n.a. n\\a #n/a undefined unknown unknownunknown
unnamed anonymous anon noname nodata novalue notavailable notapplicable notprovided notset notspecified nothing empty blank missing tbd tba tbc todo default temp tmp foo bar baz foobar hoge
hogehoge fuga piyo asdf asdfg asdfgh asdfghj asdfghjk asdfghjkl qwer qwert qwerty qwertyu qwertyuiop zxcv zxcvb zxcvbn zxcvbnm abc abcd abcde abcdef xyz aaa bbb ccc user username
firstname lastname firstlast name yourname fullname company companyname customer guest admin administrator webmaster nobody noone someone somebody deleted delete removed invalid void
retired johndoe janedoe ditto same sameasabove - x o ok yes no
"""
_NUMBERED = re.compile(r"(.*?[^\d\s])[\s_#.-]*\d{1,6}$")
_ONLY_MARKS = re.compile(r"[\W_ーゝゞヽヾ〇]+")
_DITTO = frozenset("〃々仝")
_DIGITS = re.compile(r"\d+")
_SEQUENCES = ("01234567890123456789", "98765432109876543210")
# One letter again and again; two equal kanji are a name (林林), two equal kana could be one (みみ, ノノ).
_ONE_LETTER = re.compile(r"([a-zぁ-ゖァ-ヺ])\1{2,}|([○◯●□■◇◆△▲▽▼☆★×✕〇*])\2*")
_ONE_LETTER_LATIN = re.compile(r"([x])\1+")
_TAIL = re.compile(r"(?<=..)(?:様方|様|さま|サマ|殿|御中|さん|氏|宛|ユーザー?|会員|顧客|のお?客様?|者|データ|です|でした|のため)$")
_BRACKETED = re.compile(r"^[(\[{<「『【〔](.*)[)\]}>」』】〕]$")
_COMPANY = re.compile(
    r"^(?:株式会社|\(株\)|有限会社|\(有\)|合同会社|\(同\)|一般社団法人)|(?:株式会社|\(株\)|有限会社|\(有\)|合同会社|\(同\)|会社)$"
)
_COMPANY_WORDS = frozenset("test テスト てすと ダミー だみー サンプル dummy sample hoge ほげ ホゲ ○○ xxx abc".split())
_WARNINGS = re.compile(
    r"テスト|てすと|ダミー|サンプル|削除|退会|廃止|使用禁止|使用不可|使わない|重複|解約|閉店|倒産|死亡|不明|試験|\btest|\bdummy\b|\bsample\b"
)


def is_placeholder(text: str) -> bool:
    """Tell whether the whole value stands for "no value": unknown, test, ditto, repeated keys.

    One-character surnames (森, 丸, 三) and names that only begin like a placeholder (名取, 不破, 仮屋) are values.

    Args:
        text: any text, cleaned or not; empty is no placeholder.
    """
    cleaned = clean_text(text)
    return bool(cleaned) and _is_junk(cleaned.casefold())


def junk_warning(text: str) -> bool:
    """Tell whether a longer value holds a placeholder word: worth a look, kept as a value (木村テスト)."""
    cleaned = clean_text(text).casefold()
    return bool(_WARNINGS.search(cleaned)) and not _is_junk(cleaned)


def _is_junk(text: str) -> bool:
    bare = text.replace(" ", "")
    if bracketed := _BRACKETED.match(bare):
        return not bracketed.group(1) or _is_junk(bracketed.group(1))
    if bare in _words() or _is_repetition(bare):
        return True
    stem = bare.strip("!?.,、。・*_-~=#:;'\"ー")
    if stem != bare and stem in _words():
        return True
    if (without := _TAIL.sub("", bare)) != bare and _is_junk(without):
        return True
    if (numbered := _NUMBERED.fullmatch(bare)) and _is_test_word(numbered.group(1)):
        return True
    return _is_test_company(bare)


def _is_repetition(bare: str) -> bool:
    if _ONLY_MARKS.fullmatch(bare):
        return True
    if _ONE_LETTER.fullmatch(bare) or _ONE_LETTER_LATIN.fullmatch(bare) or set(bare) <= _DITTO:
        return True
    digits = bare.replace("-", "")
    if not _DIGITS.fullmatch(digits):
        return False
    return len(set(digits)) == 1 or (len(digits) > 2 and any(digits in run for run in _SEQUENCES))


def _is_test_word(stem: str) -> bool:
    return stem in _words() and len(stem) > 2


def _is_test_company(bare: str) -> bool:
    core = _COMPANY.sub("", bare)
    if core == bare:
        return False
    return core in _COMPANY_WORDS or bool(_ONE_LETTER.fullmatch(core)) or (core in _words() and len(core) > 2)


@cache
def _words() -> frozenset[str]:
    return frozenset(fold_kanji(word.casefold()) for word in _WORDS.split()) | {"あああ", "ああ", "アア"}
