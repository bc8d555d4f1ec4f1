"""Labelled lines, as form notifications and signatures write them, to canonical fields."""

import re
from functools import cache

from crm_pipelines.standardise.text import clean_text

_LABELS = {
    "name": "お名前 御名前 ご芳名 氏名 ご氏名 御氏名 名前 氏名(漢字) お名前(漢字) 担当者名 "
    "ご担当者名 ご担当者 担当者 担当者氏名 ご担当者様 ご担当者氏名 申込者 申込者名 "
    "申込者氏名 お申込者名 name yourname fullname contactname",
    "family_name": "姓 苗字 名字 お名前(姓) 氏名(姓) lastname familyname surname",
    "given_name": "名 お名前(名) 氏名(名) firstname givenname",
    "name_kana": "フリガナ ふりがな お名前フリガナ お名前(フリガナ) お名前(ふりがな) お名前(カナ) "
    "氏名(カナ) 氏名カナ 氏名フリガナ 氏名(フリガナ) 氏名(ふりがな) カナ かな "
    "よみがな 読み仮名 ヨミガナ お名前カナ 担当者名カナ カナ氏名 セイメイ kana "
    "namekana furigana",
    "organisation_name": "会社名 貴社名 御社名 会社 企業名 法人名 団体名 組織名 勤務先 勤務先名 お勤め先 "
    "会社名・団体名 会社・団体名 会社名/団体名 会社名(団体名) 貴社名・団体名 "
    "御社名・団体名 所属 所属先 ご所属 学校名 施設名 店舗名 屋号 company companyname "
    "organization organisation yourcompany",
    "department": "部署 部署名 ご部署 所属部署 所属部署名 部門 部課名 部署・役職 department dept division",
    "job_title": "役職 役職名 お役職 ご役職 肩書 肩書き title jobtitle position",
    "email": "メールアドレス メール eメール eメールアドレス e-mail email mail e-mailアドレス "
    "emailアドレス mailaddress emailaddress e-mailaddress youremail ご連絡先メールアドレス "
    "連絡先メールアドレス 電子メール 電子メールアドレス アドレス(メール)",
    "phone": "電話番号 電話 お電話番号 お電話 ご連絡先電話番号 連絡先電話番号 連絡先 "
    "ご連絡先 tel tel番号 phone phonenumber telephone 携帯 携帯電話 携帯番号 "
    "携帯電話番号 mobile mobilephone cell cellphone 直通 直通電話 direct 代表 "
    "代表電話 日中の連絡先 日中連絡先 日中のご連絡先 固定電話 自宅電話 ご自宅電話番号 "
    "m p t",
    "fax": "fax fax番号 ファックス ファックス番号 ファクス ファクス番号 ファクシミリ faxnumber f",
    "postal_code": "郵便番号 〒 zip zipcode postalcode postcode ご住所(郵便番号) 住所(郵便番号)",
    "address": "住所 ご住所 御住所 所在地 会社住所 勤務先住所 ご自宅住所 自宅住所 お届け先住所 "
    "送付先住所 送付先 本社 本店 本社所在地 add address addr",
    "prefecture": "都道府県 都道府県名 prefecture",
    "website": "url web website webサイト ホームページ hp ウェブサイト サイト homepage "
    "サイトurl ホームページurl web site",
    "date_of_birth": "生年月日 誕生日 お誕生日 dateofbirth birthday",
    "corporate_number": "法人番号 corporatenumber",
    "subject": "件名 お問い合わせ件名 お問合せ件名 ご用件 用件 題名 タイトル お問い合わせ項目 "
    "お問合せ項目 お問い合わせ種別 種別 subject yoursubject",
    "body": "お問い合わせ内容 お問合せ内容 お問い合せ内容 お問合わせ内容 ご質問内容 "
    "ご質問 ご相談内容 内容 本文 メッセージ 備考 コメント ご意見 ご要望 ご意見・ご要望 "
    "詳細 message yourmessage comment comments inquiry",
}
_LINE = re.compile(
    r"^[\s　]*[■□◆◇●○◎▼▽★☆・*＊※▶►\-=\[【〔<＜(（「]*[\s　]*"
    r"(?P<label>[^:：=＝\t\n\]】〕>＞」]{1,24}?)[\s　]*"
    r"(?:[(（\[【]?(?:必須|任意|required|optional)[)）\]】]?|[*＊])?[\s　]*"
    r"(?:[\]】〕>＞」][\s　]*[:：=＝]?|[:：]|[=＝]+>?|\t|[.．・…]{3,}|　|  )[\s　]*(?P<value>.*)$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"^[\s　]*(?:[■□◆◇●○◎▼▽★☆▶►][\s　]*(?P<marked>[^:：]{1,24})"
    r"|[\[【〔<＜「](?P<boxed>[^\]】〕>＞」]{1,24})[\]】〕>＞」]"
    r"|(?P<bare>[^:：\s]{2,24}))[\s　]*[:：]?[\s　]*$"
)
_POSTAL_HEAD = re.compile(r"^〒? ?([0-9]{3}-?[0-9]{4})(?![0-9-])")
_POSTAL_ONLY = re.compile(r"〒 ?[0-9]{3}-?[0-9]{4}")
_HONORIFIC = re.compile(r"[ ]*(?:様|殿|さん)$")
_RULE = re.compile(r"^[\s　]*([-=*_#~+━─═＝ー―☆★◆■※〜～…・.])\1{3,}")
_LABEL_NOISE = re.compile(r"[ *:：]|必須|任意|\((?:必須|任意|半角|全角|半角英数|半角数字|ハイフンなし|ハイフンあり)\)")
_MULTILINE = frozenset({"body"})
_MAX_LINES = 2000


def label_lines(body: str) -> dict[str, str]:
    """Read the labelled lines of a form notification (`お名前：山田`, `【電話番号】03-...`, a label above its value).

    Returns:
        canonical field to value, cleaned; the first value of a field counts. `body` runs to the next label or rule.
        Unlabelled lines and unknown labels are left out. FAX is `fax`, never `phone`.
    """
    found: dict[str, list[str]] = {}
    waiting = ""
    for line in body.splitlines()[:_MAX_LINES]:
        field, value = _labelled(line)
        if field:
            is_open = not value or field in _MULTILINE or bool(_POSTAL_ONLY.fullmatch(value))
            waiting = field if is_open and field not in found else ""
            if value and field not in found:
                found[field] = [value]
        elif _RULE.match(line):
            waiting = "" if found.get(waiting) else waiting
        elif waiting and line.strip():
            found.setdefault(waiting, []).append(clean_text(line))
            waiting = waiting if waiting in _MULTILINE or _POSTAL_ONLY.fullmatch(found[waiting][-1]) else ""
    return _tidied({field: "\n".join(lines) for field, lines in found.items()})


def field_of_label(label: str) -> str:
    """The canonical field of a label; empty for a word that is none of ours."""
    return _fields().get(_LABEL_NOISE.sub("", clean_text(label)).lower(), "")


def _labelled(line: str) -> tuple[str, str]:
    if len(line) > 2000:
        return "", ""
    alone = _ALONE.match(line)
    if alone:
        field = field_of_label(alone["marked"] or alone["boxed"] or alone["bare"])
        if field:
            return field, ""
    match = _LINE.match(line)
    field = field_of_label(match["label"]) if match else ""
    return (field, clean_text(match["value"])) if match and field else ("", "")


def _tidied(found: dict[str, str]) -> dict[str, str]:
    if "name" not in found and ("family_name" in found or "given_name" in found):
        found["name"] = " ".join(found[part] for part in ("family_name", "given_name") if part in found)
    if "name" in found:
        found["name"] = _HONORIFIC.sub("", found["name"])
    if "prefecture" in found and "address" in found and not found["address"].startswith(found["prefecture"]):
        found["address"] = found["prefecture"] + found["address"]
    postal = _POSTAL_HEAD.match(found.get("address", ""))
    if postal:
        found.setdefault("postal_code", postal[1])
        found["address"] = found["address"][postal.end() :].strip(" \n")
    return {field: value for field, value in found.items() if value}


@cache
def _fields() -> dict[str, str]:
    return {label.lower(): field for field, labels in _LABELS.items() for label in labels.split()}
