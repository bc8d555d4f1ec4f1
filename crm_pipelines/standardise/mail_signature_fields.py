"""The fields of a signature block, line by line."""

import re

from crm_pipelines.standardise.emails import standardise_email
from crm_pipelines.standardise.mail_labels import field_of_label
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
_ORGANISATION = re.compile(
    r"株式会社|\(株\)|有限会社|\(有\)|合同会社|\(同\)|(?:一般|公益)(?:社団|財団)法人|"
    r"医療法人|学校法人|社会福祉法人|NPO法人|特定非営利|税理士法人|協同組合|市役所|区役所|町役場|村役場|県庁|府庁|都庁|事務所$|"
    r"商店$|大学$|病院$|(?<![A-Za-z])(?:Inc\.?|Co\., ?Ltd\.?|Ltd\.?|LLC|GmbH|"
    r"Corp(?:oration|\.)|K\.K\.)(?![A-Za-z])"
)
_DEPARTMENT = re.compile(
    r"(?:部|課|室|係|グループ|本部|事業部|支店|支社|営業所|センター|チーム|局|Department|Dept\.?|Division|Team|Group)$",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"^(?:代表取締役(?:社長|会長)?|取締役(?:社長)?|常務取締役|専務取締役|執行役員|"
    r"社長|会長|専務|常務|本部長|事業部長|部長|次長|課長|課長代理|係長|主任|主査|"
    r"主事|店長|支店長|支社長|所長|室長|理事長|理事|院長|園長|校長|教授|准教授|"
    r"マネージャー|マネジャー|リーダー|チーフ|ディレクター|担当|アシスタント|"
    r"顧問|代表社員|代表|CEO|CTO|CFO|COO|President|Director|Manager|Sales Manager|"
    r"Engineer|Vice President)$",
    re.IGNORECASE,
)
_TITLE_END = re.compile(
    r"(?:部長|次長|課長|係長|室長|所長|支店長|主任|マネージャー|マネジャー|リーダー|担当|長代理|Manager|Director)$",
    re.IGNORECASE,
)
_LATIN_TITLE = re.compile(
    r"\b(?:Director|Manager|Engineer|President|Officer|Consultant|Executive|Analyst|Founder|Partner)\b"
)
_SITE = re.compile(r"(?:クリニック|医院|病院|診療所|工場|研究所|保育園|幼稚園|[^部課]店)$")
_KANA = re.compile(r"^[ァ-ヶー]+(?: [ァ-ヶー]+)?$|^[ぁ-んー]+ [ぁ-んー]+$")
_KANA_BRACKET = re.compile(r" ?\(([ぁ-んァ-ヶー]+(?: [ぁ-んァ-ヶー]+)?)\)")
_LATIN_BRACKET = re.compile(r" ?[(/] ?[A-Za-z][A-Za-z .'-]+\)?$")
_NAME = re.compile(
    r"^[一-鿿々〆ヶぁ-んァ-ヶー𠀀-𳑿]{1,8}[ ・]?[一-鿿々ぁ-んァ-ヶー]{0,8}$|^[A-Z][A-Za-z'-]+(?: "
    r"[A-Z]\.)?(?: [A-Z][A-Za-z'-]+){1,2}$"
)
_NOT_NAME = re.compile(
    r"以上|敬具|よろしく|お願い|拝|ありがとう|担当者?$|様$|各位|営業時間|定休|本社|支社|お世話|株主|会社|ご確認|署名"
)
_PHONE_FIELDS = ("phone", "fax")


def signature_fields(lines: tuple[str, ...]) -> dict[str, str]:
    """Read the fields of a block, each line cleaned; a FAX number is never a phone."""
    found: dict[str, list[str]] = {}
    unread: list[str] = []
    for line in lines:
        text = clean_text(line).strip(" |/・*_")
        rest = _take_address(_take_contacts(text, found), found)
        if rest:
            unread.append(rest)
    _take_people(unread, found)
    return {field: " / ".join(dict.fromkeys(values)) for field, values in found.items() if values}


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
    if body and found.get("address") and len(found["address"]) == 1 and _is_building(body):
        found["address"] = [f"{found['address'][0]} {body}"]
        return ""
    return body


def _is_building(text: str) -> bool:
    return bool(
        re.search(
            r"(?:ビル|ビルディング|タワー|プラザ|マンション|センター|会館)[ 0-9A-Za-z]*(?:[0-9]+(?:F|"
            r"階|号室?))?$|[0-9]+(?:F|階)$",
            text,
        )
    ) and not _ORGANISATION.search(text)


def _take_people(lines: list[str], found: dict[str, list[str]]) -> None:
    """Read organisation, department, title and name from the lines that hold no contact data."""
    for line in lines:
        body = _taken_organisation(line, found)
        kana = _KANA_BRACKET.search(body)
        if kana:
            found.setdefault("name_kana", [kana[1]])
            body = _KANA_BRACKET.sub("", body)
        body = _LATIN_BRACKET.sub("", body)
        words = [word for word in re.split(r" ?[/|,] ?" if body.isascii() else r"[ /|]", body) if word]
        names = [word for word in words if not _is_role(word, found)]
        if not body.isascii():  # the same name in Latin letters stands beside the Japanese one
            names = [word for word in names if not word.isascii()] or names
        _take_name(" ".join(names), found)


def _taken_organisation(line: str, found: dict[str, list[str]]) -> str:
    match = _ORGANISATION.search(line)
    if match is None or "organisation_name" in found:
        return line if match is None else ""
    if re.search(r"[A-Za-z]", match[0]):
        found["organisation_name"] = [line]
        return ""
    words = line.split(" ")
    at = next(place for place, word in enumerate(words) if _ORGANISATION.search(word))
    end = at + (2 if _ORGANISATION.fullmatch(words[at]) and at == 0 and len(words) > 1 else 1)
    while end < len(words) and _SITE.search(words[end]):
        end += 1
    found["organisation_name"] = [" ".join(words[:end])]
    return " ".join(words[end:])


def _is_role(word: str, found: dict[str, list[str]]) -> bool:
    if _TITLE.match(word) or (word.isascii() and _LATIN_TITLE.search(word)):
        found["job_title"] = [" ".join([*found.get("job_title", []), word])]
        return True
    if _DEPARTMENT.search(word):
        found["department"] = [" ".join([*found.get("department", []), word])]
        return True
    if _TITLE_END.search(word) and len(word) <= 12:
        found.setdefault("job_title", [word])
        return True
    return False


def _take_name(text: str, found: dict[str, list[str]]) -> None:
    if not text or _NOT_NAME.search(text):
        return
    if _KANA.match(text) and "name" in found:
        found.setdefault("name_kana", [text])
    elif _NAME.match(text) and "name" not in found:
        found["name"] = [text]
