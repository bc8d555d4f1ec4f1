"""Placeholders: words that people type into a required field when they have nothing to say."""

import re
from functools import cache
from string import ascii_lowercase
from unicodedata import normalize

from crm_pipelines.standardise.kanji import fold_kanji
from crm_pipelines.standardise.tables.placeholder_phrases import placeholder_phrases
from crm_pipelines.standardise.tables.placeholder_words import (
    KEY_ROWS,
    NAMES_OF_KEYS,
    PLACEHOLDER_WORDS,
    STRONG_WORDS,
    TEST_COMPANY_WORDS,
    WEAK_WORDS,
)
from crm_pipelines.standardise.text import clean_text, is_kana, to_katakana

_LONGEST = 60  # no placeholder is longer; what is longer says something
_SUBJECT = (
    "名称|氏名|お?名前|苗字|名字|フリガナ|ふりがな|カナ|よみがな|よみ|読み(?:方|仮名)?|住所|所在地?|番地|電話|電話番号|携帯|携帯電話|番号|fax|会社名?|社名|貴社名|法人名|法人番号|団体名?|"
    "屋号|役職名?|肩書き?|連絡先?|宛先|宛名|宛所|差出人|送り主|転居先|移転先|届け先|(?:ご|御)?担当者?名?|担当部署|責任者名?|代表者?名?|紹介者?|部署名?|"
    "情報|データ|記録|履歴|資料|登録|記載|記入|入力|回答|該当者?|特に|詳細|特記事項|備考|コメント|内容|指定|設定|所属先?|勤務先|学校名?|業種|職業|年齢|"
    "性別|国籍|身元|居所|生年月日|誕生日|メール|メールアドレス|アドレス|取引先?|契約|希望|変更|勤め先|"
    "(?:入力|登録|発注|申込|注文|記入|申請|納品|管理|利用|使用|所有|受取|購入|紹介|作成)(?:者|先|元|日)|(?:請求|納品|送付|配送|発送|支払|仕入|販売|問合せ|紹介)(?:先|元)"
)
_MISSING = (
    "なし|無し|ナシ|無|不明|未登録|未定|未記入|未入力|未設定|未確認|未取得|未回答|未記載|不詳|ありません|ございません|わかりません|分かりません|"
    "せず|がない|はない|不能|不可|不在|不備|拒否|同上|非公開|要確認|確認中|調査中|不通|変更なし|空欄|省略|未提出|未決|わからず|忘れ"
)
_SUBJECT_MISSING = re.compile(f"(?:(?:ご|お|御)?(?:{_SUBJECT})){{1,2}}(?:は|が|も|の)?(?:{_MISSING})(?:です|のため)?")
_MISSING_ENDS = (
    *("なし", "無し", "ナシ", "無", "不明", "定", "記入", "入力", "設定", "確認", "取得", "回答", "記載", "不詳"),
    *("登録", "ません", "せず", "ない", "です", "ため", "不能", "不可", "不在", "不備", "拒否", "同上", "公開", "中"),
    *("不通", "空欄", "省略", "提出", "未決", "わからず", "忘れ"),
)
_TEST_BEGINS = (
    "テスト",
    "てすと",
    "test",
    "ダミー",
    "dummy",
    "サンプル",
    "sample",
    "試験",
    "仮",
    "ほげ",
    "hoge",
    "デモ",
    "demo",
    "練習",
)
_TEST_PERSON = re.compile(
    "(?:テスト|てすと|test|ダミー|dummy|サンプル|sample|デモ|demo|ほげ|hoge|試験|仮|練習)"
    "(?:太郎|花子|一郎|次郎|二郎|三郎|たろう|はなこ|タロウ|ハナコ|taro|hanako)"
    "|(?:テスト|てすと|ダミー|サンプル|デモ)[a-z]"
    "|(?:テスト|てすと|test|ダミー|dummy|サンプル|sample|デモ|demo)"
    "(?:ユーザー?|会社|アカウント|登録|送信|入力|用|顧客|会員|さん|様|君|メール|投稿|注文|です|データ|法人|団体|企業|得意先|部署|担当者?|環境|支?店|店舗|商品|番号|住所|氏名|名前|名|値|\\d+号|"
    "account|entry|name|"
    "company|person|customer|client|contact|mail|email|order|user|inc|ltd|llc)+"
)
_STATE = re.compile(
    "(?:既に|すでに|会員資格|会員|利用者|定年|サービス|本人|ご本人|顧客|契約者|お客様|担当者|"
    "(?:重複|統合|閉店|閉鎖|退会|移転|不要|誤登録|廃業|死亡|退職|解約)のため)?"
    "(?:要|使用|利用|登録|更新|連絡|配信|送付|送信|発送|訪問|案内|請求|電話|架電|営業|勧誘|入力|記入|記載|回答|メール|fax|dm|取引|郵送)?"
    "(?:退会|脱会|休会|削除|解約|利用停止|使用停止|配信停止|取引停止|停止|抹消|無効|廃止|重複|統合|閉店|閉鎖|廃業|倒産|廃番|欠番|移転|転居|転勤|死亡|死去|逝去|退職|休止|休眠|"
    "除籍|脱退|失効|凍結|破棄|取消|解散|閉院|閉業|休業|退社|異動|転出|離職|喪失|満了|取り消し|登録解除|キャンセル|不要|不可|禁止|終了|誤登録|重複登録|二重登録)+"
    "(?:済み?|者|会員|ユーザー?|顧客|データ|予定|依頼|希望|(?:処理|手続き?)(?:済み?|中)?|した|しました|されました|された|してください|して下さい|お願いします|中|扱い|フラグ|扱|の方|により)*"
)
_STATE_BEGINS = frozenset(
    "退削解利使配取停抹無廃重統閉倒欠移転死逝休除脱失凍破キ不送連要登更d郵終禁誤二発訪案請電架営勧入記回メf会本ご顧契お担既すサ定"
)
# Their first letters begin many names, so that columns are asked for the whole word.
_STATE_WORDS = (
    *("キャンセル", "メール", "fax", "発送", "訪問", "案内", "請求", "電話", "架電"),
    *("営業", "勧誘", "入力", "記入", "記載", "回答", "会員", "本人", "ご本人", "顧客", "契約者", "お客様", "担当者"),
    *("既に", "すでに", "サービス", "定年", "利用者"),
)
_NUMBERED = re.compile(r"([^\d]*?[^\d\s_#.-])[\s_#.-]*\d{1,6}")
_ONLY_MARKS = re.compile(r"[\W_ーゝゞヽヾ〇]+")
_OPENING = "([{<「『【〔"
_MARK_LETTERS = "ーゝゞヽヾ〇々〃"
_TO_ALL = re.compile("(?!.*(?:会社|法人))[^ ]{0,12}各位")
_COMPANY_MARK = re.compile(r"会社|法人|組合|\([株有同資名医福学宗]\)")
_TAIL_ENDS = (
    *(
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
    ),
    *("です", "でした", "ため", "各位"),
)
_BETWEEN_DIGITS = re.compile("(?<=[0-9])[-/.](?=[0-9])")
_DIGITS = re.compile(r"\d+")
_SEQUENCES = ("01234567890123456789", "98765432109876543210")
_REPEATED_DIGITS = re.compile(r"0\d{1,3}(\d)\1{6,}|(\d{3,5})\2+")
# One letter again and again; two equal kanji are a name (林林), two equal kana could be one (みみ, ノノ).
_ONE_LETTER = re.compile(r"([a-zぁ-ゖァ-ヺ])\1{2,}|([○◯●□■◇◆△▲▽▼☆★×✕〇*])\2*")
# Several such runs on end, without a look back, so that columns may be asked for it: aaabbb.
_LETTER_RUNS = "(?:" + "|".join(f"{letter}{{3,}}" for letter in ascii_lowercase) + ")+"
_ONE_LETTER_LATIN = re.compile(r"([x])\1+")
_MARKED_NAME = re.compile(r"[○◯●□■◇◆△▲▽▼☆★×✕〇*]+(?:太郎|花子|一郎|次郎|商事|商店|さん|氏|様)")
_NAMES_TWICE = frozenset({"na"})  # Nana
_TYPED_TWICE = frozenset({"abc", "xyz", "qaz", "dsf", "fds", "sdg", "kjh", "hjk", "bla", "foo"})
_TWICE = re.compile(r"(.{2,20}?)\1+")
_TAIL = re.compile(
    r"(?<=..)(?:様方|様|さま|サマ|殿|御中|さん|氏|宛|ユーザー?|会員|顧客|のお?客様?|者|データ|です|でした|のため)$"
)
_REMARKED = re.compile(r"^([^(\[【「]+)[(\[【「]([^()\[\]【】「」]+)[)\]】」]$")
_EXAMPLE = re.compile(r"\(?例[:)].")
_DATE_REMARK = re.compile("[0-9./-]+|[0-9年月日]+(?:付け?|末)?")
_BRACKETED = re.compile(r"^[(\[{<「『【〔](.*)[)\]}>」』】〕]$")
_NEGATED = re.compile(
    "no(?:t|n|ne)?(?:name|data|value|company|organi[sz]ation|e?mail|phone|number|address|answer|response|reply|info|information|contact|department|title|entry|entered|record|job|"
    "available|applicable|provided|specified|stated|known|given|set|sure|found|assigned|disclosed|defined|registered|recorded|required|needed|forthcoming)"
)
_TEMPLATE = re.compile(
    r"[\[{<$%*|#(]+_?(?:first|last|full|family|given|sur|middle|company|customer|contact|user|your|organi[sz]ation)?_?\.?(?:name|company|organi[sz]ation|氏名|会社名|担当者名|名前)_?[\]}>$%*|#)]*"
)
_TEST_MAIL = re.compile(
    r"[a-z0-9._+-]+@(?:example|test|dummy|sample|aaa?|xxx?|a|hoge)\.(?:com|net|org|jp|co\.jp|ne\.jp|test|invalid)|(?:test|dummy|sample|noreply|none|no|hoge|xxx|aaa)\d*@[a-z0-9.-]*"
)
_COMPANY = re.compile(
    r"^(?:(?:株式|有限|合同|合資|合名)会社|\([株有同資名医福学宗]\)|(?:一般|公益)?(?:社団|財団)法人|医療法人(?:社団|財団)?|(?:社会福祉|学校|宗教|npo|特定非営利活動|税理士|弁護士)法人)"
    r"|(?:株式会社|有限会社|合同会社|合資会社|合名会社|\([株有同資名]\)|会社|協同組合)$"
)
_WARNINGS = re.compile(
    r"テスト|てすと|ダミー|サンプル|削除|退会|廃止|使用禁止|使用不可|使わない|重複|解約|閉店|倒産|死亡|不明|試験|\btest|\bdummy\b|\bsample\b"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_KNOWN_WORDS = STRONG_WORDS | WEAK_WORDS
_LAST_WORD = re.compile(r"[^ ._,/・、。-]*(?=[.,。]?$)")
_SHORT = 2
_HIRAGANA = {ord(kana) + 0x60: ord(kana) for kana in map(chr, range(ord("ぁ"), ord("ゖ") + 1))}
_STOPS = "。、"  # of Japanese: 不明です。
_SEPARATORS = re.compile(r"[ ._,/・、。-]+")


def is_placeholder(text: str) -> bool:
    """Tell whether the whole value stands for "no value": unknown, test, ditto, repeated keys.

    One-character surnames (森, 丸, 三) and names that only begin like a placeholder (名取, 不破, 仮屋) are values.

    Args:
        text: any text, cleaned or not; empty is no placeholder.
    """
    cleaned = clean_text(text)
    return bool(cleaned) and len(cleaned) <= _LONGEST and _is_junk(cleaned.casefold())


def junk_warning(text: str) -> bool:
    """Tell whether a longer value holds a placeholder word: worth a look, kept as a value (木村テスト)."""
    cleaned = clean_text(text).casefold()
    return bool(_WARNINGS.search(cleaned)) and not (len(cleaned) <= _LONGEST and _is_junk(cleaned))


@cache
def single_words() -> frozenset[str]:
    """Every word that is a placeholder, or may be the last of several that make one; in small letters."""
    return _words() | _KNOWN_WORDS | TEST_COMPANY_WORDS | _key_runs()


def first_letters() -> frozenset[str]:
    """What every other placeholder in Japanese letters begins with, unless it ends as `last_letters` tells."""
    states = {begin for begin in _STATE_BEGINS if not any(word[0] == begin for word in _STATE_WORDS)}
    return frozenset({*_TEST_BEGINS, *states, *_STATE_WORDS, *_MARK_LETTERS, *STRONG_WORDS})


def last_letters() -> frozenset[str]:
    """What placeholders end with: words for missing, honorifics and words behind them."""
    return frozenset({*_MISSING_ENDS, *_TAIL_ENDS})


def latin_trace() -> str:
    """An expression for all other placeholders in small Latin letters: test persons, words said twice, no name."""
    begins = "|".join(word for word in _TEST_BEGINS if word.isascii())
    twice = "|".join(
        f"(?:{re.escape(word)})+" for word in sorted({*STRONG_WORDS, *_key_triples(), *_TYPED_TWICE}) if word.isascii()
    )
    return f"^(?:{begins})|^(?:{twice}|{_LETTER_RUNS}|{_NEGATED.pattern})$"


def _is_junk(text: str) -> bool:
    bare = text.replace(" ", "")
    if bare in _words() or (bare[0] in _OPENING and _is_bracketed_junk(bare)):
        return True
    if _is_unsuspicious(bare):
        return len(text) > len(bare) and _is_made_of_junk(text)
    if _is_repetition(bare) or _is_phrase(bare) or _is_ended_junk(bare) or _is_remarked_junk(bare):
        return True
    if bare.isascii() and _is_latin_junk(bare):
        return True
    if not (len(text) == len(bare) and bare.isalnum()) and _is_made_of_junk(text):
        return True
    return bool(_COMPANY_MARK.search(bare)) and _is_test_company(bare)


def _is_unsuspicious(bare: str) -> bool:
    """A quick proof that nothing but its words can make a text a placeholder: most names, companies and places."""
    first, last = bare[0], bare[-1]
    if first in _suspicious_firsts() or last in _suspicious_lasts() or first == last or not bare.isalnum():
        return False
    if bare[:1] * 3 == bare[:3] or bare[len(bare) // 2 - 1] == last or last.isdigit() or bare.count(bare[:2]) > 1:
        return False
    return not _COMPANY_MARK.search(bare) and not (bare.isascii() and bare in _key_runs())


@cache
def _suspicious_firsts() -> frozenset[str]:
    return frozenset({*(begin[0] for begin in _TEST_BEGINS), *_STATE_BEGINS, *_MARK_LETTERS, "n"})


@cache
def _suspicious_lasts() -> frozenset[str]:
    return frozenset(end[-1] for end in (*_MISSING_ENDS, *_TAIL_ENDS))


def _is_bracketed_junk(bare: str) -> bool:
    bracketed = _BRACKETED.match(bare)
    return bracketed is not None and (not bracketed.group(1) or _is_junk(bracketed.group(1)))


def _is_repetition(bare: str) -> bool:
    first = bare[0]
    if not first.isalnum() or first in _MARK_LETTERS:
        is_marks = _ONLY_MARKS.fullmatch(bare) or _MARKED_NAME.fullmatch(bare)
        if is_marks:
            return True
    if first == bare[-1] and (_ONE_LETTER.fullmatch(bare) or _ONE_LETTER_LATIN.fullmatch(bare)):
        return True
    if bare[-1].isdigit():
        return _is_empty_number(_BETWEEN_DIGITS.sub("", bare))
    twice = _TWICE.fullmatch(bare) if bare[-1] == bare[len(bare) // 2 - 1] or bare.count(bare[:2]) > 1 else None
    return twice is not None and _is_typed_twice(twice.group(1))


def _is_typed_twice(unit: str) -> bool:
    return unit in _key_triples() or (unit in STRONG_WORDS and unit not in _NAMES_TWICE) or unit in _TYPED_TWICE


def _is_empty_number(digits: str) -> bool:
    if not _DIGITS.fullmatch(digits):
        return False
    if len(set(digits)) == 1 or (len(digits) > 2 and any(digits in run for run in _SEQUENCES)):
        return True
    repeated = _REPEATED_DIGITS.fullmatch(digits)
    unit = repeated.group(2) if repeated else None
    return repeated is not None and (unit is None or any(unit in run for run in _SEQUENCES) or len(set(unit)) == 1)


def _is_phrase(bare: str) -> bool:
    if (bare.endswith("各位") and _TO_ALL.fullmatch(bare)) or (bare[0] in "(例" and _EXAMPLE.match(bare)):
        return True
    if bare.endswith(_MISSING_ENDS) and _SUBJECT_MISSING.fullmatch(bare):
        return True
    if bare[0] in _STATE_BEGINS and _STATE.fullmatch(bare):
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
    joined = bare.replace("_", "").replace("-", "").replace(".", "").replace(",", "")
    if len(joined) > 3 and joined in _words():
        return True
    if joined[:1] == "x" and _ONE_LETTER_LATIN.fullmatch(joined):
        return True
    stem = bare.strip("!?.,、。・*_-~=#:;'\"@ー()[]「」【】※★☆●■◆▲▼→")
    return stem != bare and (stem in _words() or (bare[-1] in _STOPS and bool(stem) and _is_junk(stem)))


def _is_remarked_junk(bare: str) -> bool:
    """A placeholder with another in brackets behind it: 不明(要確認)."""
    remarked = _REMARKED.match(bare) if bare[-1] in ")]】」" else None
    if remarked is None or not _is_junk(remarked[1]):
        return False
    return _is_junk(remarked[2]) or bool(_DATE_REMARK.fullmatch(remarked[2]))


def _is_latin_junk(bare: str) -> bool:
    if bare.startswith("no") and _NEGATED.fullmatch(bare):
        return True
    if "@" in bare:
        return bool(_TEST_MAIL.fullmatch(bare))
    if not bare[0].isalnum():
        return bool(_TEMPLATE.fullmatch(bare))
    if bare[:1] == bare[1:2] and re.fullmatch(_LETTER_RUNS, bare):
        return True
    return len(bare) <= max(map(len, KEY_ROWS)) and bare in _key_runs()


def _is_made_of_junk(text: str) -> bool:
    """Words of which each is a placeholder or a word beside one: Unknown User, null null, Test Company Ltd."""
    last = _LAST_WORD.search(text)
    if last is None or not last.group() or (last.group() not in _KNOWN_WORDS and not last.group().isdigit()):
        return False
    words = [word for word in _SEPARATORS.split(text) if word]
    is_all = all(word in STRONG_WORDS or word in WEAK_WORDS or word.isdigit() for word in words)
    return is_all and any(word in STRONG_WORDS for word in words)


def _is_test_word(stem: str) -> bool:
    return stem in _words() and (len(stem) > 2 or (stem in STRONG_WORDS and not stem.isascii()))


def _is_test_company(bare: str) -> bool:
    core = _COMPANY.sub("", bare)
    if core == bare:
        return False
    return core in TEST_COMPANY_WORDS or bool(_ONE_LETTER.fullmatch(core))


@cache
def _words() -> frozenset[str]:
    written = [clean_text(word).casefold() for word in (*PLACEHOLDER_WORDS.split(), *placeholder_phrases())]
    words = {*written, *map(fold_kanji, written), *_in_other_kana(written)}
    return frozenset(words | {_ACCENTS.sub("", normalize("NFD", word)) for word in words} | {"あああ", "ああ", "アア"})


def _in_other_kana(words: list[str]) -> set[str]:
    """テスト as てすと and あいうえお as アイウエオ; a short word in katakana is a name (ハイ, ナイ)."""
    hiragana = {word.translate(_HIRAGANA) for word in words if is_kana(word)}
    return hiragana | {to_katakana(word) for word in words if is_kana(word) and len(word) > _SHORT}


@cache
def _key_runs() -> frozenset[str]:
    return frozenset(_runs_of_keys(4) - NAMES_OF_KEYS)


@cache
def _key_triples() -> frozenset[str]:
    """What is typed without a thought when it comes twice: sdfsdf; two keys are a name, Popo."""
    return frozenset(_runs_of_keys(3))


def _runs_of_keys(shortest: int) -> set[str]:
    rows = (*KEY_ROWS, *(row[::-1] for row in KEY_ROWS))
    return {row[at:end] for row in rows for at in range(len(row)) for end in range(at + shortest, len(row) + 1)}
