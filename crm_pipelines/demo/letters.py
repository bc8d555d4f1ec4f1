"""What customers write in mails, forms and tickets: subjects, inquiries, signatures, quoted replies."""

from datetime import datetime
from random import Random

from crm_pipelines.demo.chance import digits, one_of
from crm_pipelines.demo.record import DemoRecord
from crm_pipelines.demo.spelling_companies import latin_name
from crm_pipelines.demo.world import Person

DESK_NAME, DESK_EMAIL, DESK_PHONE = "みどり通販サポートデスク", "desk@midori-tsuhan.example.jp", "03-5550-0123"
AGENTS = (("中村 葵", "aoi.nakamura"), ("石川 拓真", "takuma.ishikawa"), ("Emma Jones", "emma.jones"))

SUBJECTS = (
    "見積のお願い", "お届け日の変更について", "請求書の再発行", "商品についての問い合わせ", "会員情報の変更",
    "納期のご確認", "返品の件", "資料請求", "【至急】在庫確認", "領収書の宛名について",
)  # fmt: skip
LATIN_SUBJECTS = ("Quotation request", "Delivery date", "Invoice copy", "Question about an order", "Change of address")
_INQUIRIES = (
    "先日注文した商品の納期を教えてください。",
    "請求書を再発行していただけますでしょうか。",
    "届いた商品の色が違っておりました。交換は可能でしょうか。",
    "会員登録の電話番号を変更したいです。",
    "大口の見積をお願いいたします。数量は50個を予定しております。",
    "パンフレットを一部送ってください。",
    "ポイントの有効期限について確認させてください。",
    "メールマガジンの配信を停止してください。",
)
_LATIN_INQUIRIES = (
    "Could you please send me a quotation for 20 units?", "My order has not arrived yet. Could you check the status?",
    "Please send a copy of the last invoice.", "I would like to change the delivery address of my order.",
)  # fmt: skip
_WEEKDAYS = "月火水木金土日"
_RULES = ("-" * 40, "━" * 20, "=" * 36, "＊" * 18, "☆*:;;;;;:*☆*:;;;;;:*☆", "_" * 32, "◆" * 16)
TITLES_IN_LATIN = {
    "部長": "General Manager",
    "課長": "Manager",
    "主任": "Chief",
    "係長": "Section Chief",
    "代表取締役": "President",
}


def subject(rng: Random, record: DemoRecord) -> str:
    """A subject line in the customer's language."""
    return one_of(rng, LATIN_SUBJECTS if writes_latin(record) else SUBJECTS)


def inquiry(rng: Random, record: DemoRecord) -> str:
    """One or two sentences in the customer's language."""
    return one_of(rng, _LATIN_INQUIRIES if writes_latin(record) else _INQUIRIES)


def writes_latin(record: DemoRecord) -> bool:
    """Whether the customer writes in English."""
    if isinstance(record.subject, Person):
        return record.subject.name.script == "latin"
    return record.subject.address.country != "JP"


def letter(rng: Random, record: DemoRecord) -> str:
    """The text of a mail down to the signature."""
    if writes_latin(record):
        opening, closing = (
            one_of(rng, ("Hello,", "Dear Sir or Madam,", "Hi there,")),
            one_of(rng, ("Best regards,", "Kind regards,")),
        )
        body = f"{opening}\n\n{inquiry(rng, record)}\n\n{closing}\n"
        return body if record.has_signature else f"{body}{record.header_name}\n"
    greeting = (
        "いつもお世話になっております。"
        if record.company
        else one_of(rng, ("はじめまして。", "こんにちは。", "お世話になります。"))
    )
    opening = f"{DESK_NAME} 御中\n\n" if rng.random() < 0.5 else ""
    if record.company and rng.random() < 0.6:
        family = record.subject.name.family if isinstance(record.subject, Person) else "担当者"
        greeting = f"{greeting}\n{record.company}の{family}です。"
    return f"{opening}{greeting}\n\n{inquiry(rng, record)}\n何卒よろしくお願いいたします。\n"


def signature(rng: Random, record: DemoRecord) -> str:
    """The signature block in one of several layouts; empty fields leave no line."""
    layout = one_of(rng, (_ruled, _dashed, _compact, _decorated))
    return (_latin if writes_latin(record) else layout)(rng, record)


def quoted(rng: Random, signed: str, *, sender: str, at: datetime) -> str:
    """An earlier mail quoted below: its text and somebody else's signature, in the ways mailers quote."""
    text = f"お問い合わせありがとうございます。\n担当より追ってご連絡いたします。\n\n{signed}"
    kind, hour = rng.random(), f"{at.hour}:{at.minute:02d}"
    if kind < 0.5:
        day = f"{at.year}年{at.month}月{at.day}日({_WEEKDAYS[at.weekday()]}) {hour}"
        lines = "\n".join(f"> {line}" for line in text.splitlines())
        return f"\n{day} {sender}:\n{lines}\n"
    if kind < 0.8:
        head = f"From: {sender}\nSent: {at:%A, %B} {at.day}, {at.year} {hour}\nTo: {DESK_EMAIL}\nSubject: RE:"
        return f"\n-----Original Message-----\n{head}\n\n{text}\n"
    head = f"差出人: {sender}\n送信日時: {at.year}年{at.month}月{at.day}日 {hour}\n宛先: {DESK_EMAIL}\n件名: Re:"
    return f"\n________________________________\n{head}\n\n{text}\n"


def desk_signature() -> str:
    """Our own desk's signature, as it comes back in quoted replies."""
    return f"{DESK_NAME}\n担当 {AGENTS[0][0]}\nTEL {DESK_PHONE}\n{DESK_EMAIL}"


def _ruled(rng: Random, record: DemoRecord) -> str:
    rule = one_of(rng, _RULES)
    lines = [
        _company(record),
        f"{record.job_title} {record.name}".strip(),
        _place(record),
    ]
    if record.phone:
        fax = f" / FAX: {record.phone[:-4]}{digits(rng, 4)}" if record.company else ""
        lines.append(f"{one_of(rng, ('TEL: ', 'Tel：', 'TEL '))}{record.phone}{fax}")
    lines.append(f"{one_of(rng, ('E-mail: ', 'Mail：', 'MAIL:'))}{record.email}")
    return "\n".join((rule, *filter(None, lines), rule))


def _dashed(_rng: Random, record: DemoRecord) -> str:
    return "\n".join(("-- ", *filter(None, (record.name, _company(record), _place(record), record.phone))))


def _compact(_rng: Random, record: DemoRecord) -> str:
    parts = (_company(record), record.name)
    contact = " ／ ".join(filter(None, (f"電話 {record.phone}" if record.phone else "", record.email)))
    return "\n".join(filter(None, (" ".join(filter(None, parts)), _place(record), contact)))


def _decorated(rng: Random, record: DemoRecord) -> str:
    rule = one_of(rng, _RULES)
    lines = [f"　{record.name}" if record.name else "", f"　{record.company}" if record.company else ""]
    lines += [
        f"　携帯：{record.phone}"
        if record.phone and not record.company
        else f"　電話：{record.phone}"
        if record.phone
        else ""
    ]
    lines += [f"　{_place(record)}" if record.address else ""]
    return "\n".join((rule, *filter(None, lines), rule))


def _latin(_rng: Random, record: DemoRecord) -> str:
    title = TITLES_IN_LATIN.get(record.job_title, record.job_title)
    company = (
        latin_name(record.employer) if record.employer and record.employer.address.country == "JP" else record.company
    )
    position = ", ".join(filter(None, (title, record.department)))
    phone = f"Tel: {record.phone}" if record.phone else ""
    return "\n".join(("-- ", *filter(None, (record.name, position, company, record.address, phone, record.email))))


def _place(record: DemoRecord) -> str:
    if not record.address:
        return ""
    is_abroad = record.address.endswith(record.postal_code) or f" {record.postal_code} " in record.address
    return record.address if is_abroad else f"〒{record.postal_code} {record.address}"


def _company(record: DemoRecord) -> str:
    """The company with the department behind it, unless the department stands there already."""
    return record.company if record.company.endswith(record.department) else f"{record.company} {record.department}"
