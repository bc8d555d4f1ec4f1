"""Placeholders: words that people type into a required field when they have nothing to say."""

import re
from functools import cache

from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.tables.placeholder_words import PLACEHOLDER_WORDS, TEST_COMPANY_WORDS
from crm_pipelines.standardise.text import clean_text

_SUBJECT_MISSING = re.compile(
    "(?:名称|氏名|お?名前|住所|電話|電話番号|会社名|社名|連絡先|担当者?名?|部署|情報|データ|記録|登録|記載|記入|入力|回答|該当|特に|指定|設定|所属|勤務先|メール)"
    "(?:は|が)?(?:なし|無し|ナシ|無|不明|未登録|未定|未記入|未入力|未設定|不詳|ありません|ございません)"
)
_TEST_PERSON = re.compile(
    "(?:テスト|てすと|test|ダミー|dummy|サンプル|sample)(?:太郎|花子|一郎|次郎|二郎|三郎|たろう|はなこ|タロウ|ハナコ|taro|hanako|ユーザー?|会社|アカウント|"
    "登録|送信|入力|用|データ|顧客|さん|様|君|メール|投稿|です|account|entry|name|company|person)"
)
_NUMBERED = re.compile(r"(.*?[^\d\s])[\s_#.-]*\d{1,6}$")
_ONLY_MARKS = re.compile(r"[\W_ーゝゞヽヾ〇]+")
_OPENING = "([{<「『【〔"
_MARK_LETTERS = "ーゝゞヽヾ〇々〃"
_COMPANY_MARKS = ("会社", "法人", "(株)", "(有)", "(同)")
_MISSING_ENDS = ("なし", "無し", "ナシ", "無", "不明", "未登録", "未定", "記入", "入力", "設定", "不詳", "ません")
_TEST_BEGINS = ("テスト", "てすと", "test", "ダミー", "dummy", "サンプル", "sample")
_TAIL_ENDS = (
    "様方",
    "様",
    "さま",
    "サマ",
    "殿",
    "御中",
    "さん",
    "氏",
    "宛",
    "ユーザー",
    "ユーザ",
    "会員",
    "顧客",
    "者",
    "データ",
    "です",
    "でした",
    "ため",
)
_DIGITS = re.compile(r"\d+")
_SEQUENCES = ("01234567890123456789", "98765432109876543210")
# One letter again and again; two equal kanji are a name (林林), two equal kana could be one (みみ, ノノ).
_ONE_LETTER = re.compile(r"([a-zぁ-ゖァ-ヺ])\1{2,}|([○◯●□■◇◆△▲▽▼☆★×✕〇*])\2*")
_ONE_LETTER_LATIN = re.compile(r"([x])\1+")
_TAIL = re.compile(
    r"(?<=..)(?:様方|様|さま|サマ|殿|御中|さん|氏|宛|ユーザー?|会員|顧客|のお?客様?|者|データ|です|でした|のため)$"
)
_BRACKETED = re.compile(r"^[(\[{<「『【〔](.*)[)\]}>」』】〕]$")
_COMPANY = re.compile(
    r"^(?:株式会社|\(株\)|有限会社|\(有\)|合同会社|\(同\)|一般社団法人)|(?:株式会社|\(株\)|有限会社|\(有\)|合同会社|\(同\)|会社)$"
)
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
    if bare in _words() or (bare[0] in _OPENING and _is_bracketed_junk(bare)):
        return True
    if _is_repetition(bare) or _is_phrase(bare) or _is_ended_junk(bare):
        return True
    return any(mark in bare for mark in _COMPANY_MARKS) and _is_test_company(bare)


def _is_bracketed_junk(bare: str) -> bool:
    bracketed = _BRACKETED.match(bare)
    return bool(bracketed) and (not bracketed.group(1) or _is_junk(bracketed.group(1)))  # type: ignore[union-attr]


def _is_repetition(bare: str) -> bool:
    if (not bare[0].isalnum() or bare[0] in _MARK_LETTERS) and _ONLY_MARKS.fullmatch(bare):
        return True
    if bare[0] == bare[-1] and (_ONE_LETTER.fullmatch(bare) or _ONE_LETTER_LATIN.fullmatch(bare)):
        return True
    if not bare[-1].isdigit():
        return False
    digits = bare.replace("-", "")
    if not _DIGITS.fullmatch(digits):
        return False
    return len(set(digits)) == 1 or (len(digits) > 2 and any(digits in run for run in _SEQUENCES))


def _is_phrase(bare: str) -> bool:
    if bare.endswith(_MISSING_ENDS) and _SUBJECT_MISSING.fullmatch(bare):
        return True
    return bare.startswith(_TEST_BEGINS) and bool(_TEST_PERSON.fullmatch(bare))


def _is_ended_junk(bare: str) -> bool:
    """A placeholder with an honorific, a number or punctuation at its end."""
    if bare.endswith(_TAIL_ENDS) and (without := _TAIL.sub("", bare)) != bare and _is_junk(without):
        return True
    if bare[-1].isdigit() and (numbered := _NUMBERED.fullmatch(bare)) and _is_test_word(numbered.group(1)):
        return True
    if bare.isalnum():
        return False
    joined = bare.replace("_", "").replace("-", "").replace(".", "")
    if len(joined) > 3 and joined in _words():
        return True
    stem = bare.strip("!?.,、。・*_-~=#:;'\"ー")
    return stem != bare and stem in _words()


def _is_test_word(stem: str) -> bool:
    return stem in _words() and len(stem) > 2


def _is_test_company(bare: str) -> bool:
    core = _COMPANY.sub("", bare)
    if core == bare:
        return False
    return core in TEST_COMPANY_WORDS or bool(_ONE_LETTER.fullmatch(core))


@cache
def _words() -> frozenset[str]:
    return frozenset(fold_kanji(word.casefold()) for word in PLACEHOLDER_WORDS.split()) | {"あああ", "ああ", "アア"}
