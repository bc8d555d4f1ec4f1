"""The fields of a signature block, line by line."""

import re

from crm_pipelines.standardise.companies import has_legal_form
from crm_pipelines.standardise.emails import standardise_email
from crm_pipelines.standardise.mail_introductions import UNKNOWN_SENDER, Sender
from crm_pipelines.standardise.mail_labels import field_of_label
from crm_pipelines.standardise.mail_signature_people import read_people
from crm_pipelines.standardise.person_marks import is_japanese
from crm_pipelines.standardise.phones import standardise_phones
from crm_pipelines.standardise.text import clean_text

_LABELLED = re.compile(
    r"(?P<label>TEL/FAX|TEL・FAX|(?<![A-Za-z])(?:TEL|FAX|Phone|Mobile|Cell|Direct|"
    r"E-?mail|Mail|URL|Web|HP)|電話番号|電話|携帯電話|携帯番号|携帯|直通|代表|"
    r"ファックス|ファクス|メールアドレス|メール|住所|所在地|ホームページ|(?<![A-Za-z0-9])[TMFEP](?=[:. ]))"
    r" ?(?:\([^()0-9]{1,8}\))? ?[:：./|]? ?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?[0-9(][0-9() -]{7,18}[0-9]")
_EXTENSION = re.compile(r" ?\(?(?:内線|内|ext\.?) ?[:.]? ?[0-9]{1,6}\)?", re.IGNORECASE)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+ ?(?:@|\(at\)|\[at\]) ?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'()、。]+", re.IGNORECASE)
_POSTAL = re.compile(r"〒? ?(?<![0-9-])([0-9]{3} ?-? ?[0-9]{4})(?![0-9-])")
_PREFECTURE = re.compile(
    r"(?:北海道|東京都|京都府|大阪府|(?:神奈川|和歌山|鹿児島|青森|岩手|宮城|秋田|"
    r"山形|福島|茨城|栃木|群馬|埼玉|千葉|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|"
    r"愛知|三重|滋賀|兵庫|奈良|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|"
    r"佐賀|長崎|熊本|大分|宮崎|沖縄)県)"
)
_PLACE = re.compile(r"^[^ ]{1,8}[市区郡][^ ]*?[0-9]")
_ABROAD = re.compile(
    r"\b(?:street|st|road|rd|avenue|ave|lane|boulevard|blvd|drive|court|square|highway|suite|rue|quai|chemin|all[ée]e|"
    r"via|viale|corso|piazza|calle|avenida|plaza|paseo|carrer|rua|\w*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|straat|laan))\b",
    re.IGNORECASE,
)
_CITY_ABROAD = re.compile(
    r",? [0-9]{4,6}(?:-[0-9]{4})?(?: [^\W\d].*)?$|^[0-9]{4,6} [^\W\d]|\b[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}$"
)
_PHONE_FIELDS = ("phone", "fax")


def signature_fields(lines: tuple[str, ...], sender: Sender = UNKNOWN_SENDER) -> dict[str, str]:
    """Read the fields of a block, each line cleaned; a FAX number is never a phone."""
    found: dict[str, list[str]] = {}
    unread: list[str] = []
    for line in lines:
        text = clean_text(line).strip(" |/・*_")
        rest = _take_address(_take_contacts(text, found), found)
        if rest:
            unread.append(rest)
    fields = {field: " / ".join(dict.fromkeys(values)) for field, values in found.items() if values}
    return fields | read_people(unread, sender)


def _take_contacts(text: str, found: dict[str, list[str]]) -> str:
    """Take mailboxes, web addresses and telephone numbers out of a line."""
    for pattern, field in ((_EMAIL, "email"), (_URL, "website")):
        for match in pattern.finditer(text):
            value = standardise_email(match[0]).std if field == "email" else match[0].rstrip(".,/")
            if value and not found.get(field):
                found[field] = [value]
        text = pattern.sub(" ", text)
    return _take_phones(text, found)


def _take_phones(text: str, found: dict[str, list[str]]) -> str:
    masked = (
        _POSTAL.sub(lambda match: "〒" + "_" * (len(match[0]) - 1), text)
        if _PREFECTURE.search(text) or "〒" in text
        else text
    )
    taken: list[tuple[int, int]] = []
    for number in _PHONE.finditer(masked):
        labels = list(_LABELLED.finditer(masked, 0, number.start()))
        label = labels[-1]["label"] if labels and not _PHONE.search(masked[labels[-1].end() : number.start()]) else ""
        field = "phone" if "/" in label or "・" in label else _phone_field(label)
        extension = _EXTENSION.match(masked, number.end())
        end = extension.end() if extension else number.end()
        digits = sum(char.isdigit() for char in number[0])
        if standardise_phones(number[0])[0].std or (label and field in _PHONE_FIELDS and digits >= 9):
            found.setdefault(field, []).append(text[number.start() : end].strip())
            taken.append((labels[-1].start() if label else number.start(), end))
    for start, end in reversed(taken):
        text = f"{text[:start]} {text[end:]}"
    return (
        _LABELLED.sub(" ", text).strip(" ,|/・:") if taken or _LABELLED.fullmatch(text.strip() + " ") else text.strip()
    )


def _phone_field(label: str) -> str:
    field = field_of_label(label)
    return field if field in _PHONE_FIELDS else "phone"


def _take_address(text: str, found: dict[str, list[str]]) -> str:
    label = _LABELLED.match(text)
    body = text[label.end() :] if label and field_of_label(label["label"]) == "address" else text
    postal = (
        _POSTAL.search(body)
        if "〒" in body or _PREFECTURE.search(body) or re.fullmatch(r"[0-9]{3}-[0-9]{4}", body)
        else None
    )
    if postal:
        found.setdefault("postal_code", []).append(postal[1].replace(" ", ""))
        body = f"{body[: postal.start()]} {body[postal.end() :]}".strip(" :,")
    place = _PREFECTURE.search(body)
    if place or (body and _PLACE.match(body)) or (postal and body):
        start = place.start() if place and place.start() > 12 else 0
        found.setdefault("address", []).append(body[start:] if start else body)
        found["address"] = found["address"][:1]
        return ""
    if not is_japanese(body) and _is_abroad(body, found):
        found["address"] = [", ".join([*found.get("address", []), body])]
        return ""
    if body and found.get("address") and len(found["address"]) == 1 and _is_building(body):
        found["address"] = [f"{found['address'][0]} {body}"]
        return ""
    return body


def _is_abroad(text: str, found: dict[str, list[str]]) -> bool:
    """A street with its number, or the city with its code below one."""
    if not any(char.isdigit() for char in text) or has_legal_form(text):
        return False
    if "address" in found:
        return not is_japanese(found["address"][0]) and bool(_CITY_ABROAD.search(text))
    return bool(_ABROAD.search(text) or ("," in text and _CITY_ABROAD.search(text)))


def _is_building(text: str) -> bool:
    return bool(
        re.search(
            r"(?:ビル|ビルディング|タワー|プラザ|マンション|センター|会館)[ 0-9A-Za-z]*(?:[0-9]+(?:F|"
            r"階|号室?))?$|[0-9]+(?:F|階)$",
            text,
        )
    ) and not has_legal_form(text)
