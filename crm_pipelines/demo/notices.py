"""Mails no customer wrote: out-of-office replies, bounces, newsletters, read receipts. None of them is a record."""

from random import Random

from crm_pipelines.demo.chance import Weighted
from crm_pipelines.demo.letters import DESK_EMAIL
from crm_pipelines.demo.record import DemoRecord

_KINDS: Weighted[str] = Weighted(("out_of_office", "bounce", "newsletter", "receipt"), (40, 25, 25, 10))
_PLAIN = ("Content-Type: text/plain; charset=UTF-8", "Content-Transfer-Encoding: 8bit")

Notice = tuple[str, str, tuple[str, ...], str]


def notice(rng: Random, record: DemoRecord, message_id: str) -> Notice:
    """An automatic mail about a customer's mail: the From header, the subject, further header lines, the body."""
    return {"out_of_office": _out_of_office, "bounce": _bounce, "newsletter": _newsletter, "receipt": _receipt}[
        _KINDS.pick(rng)
    ](record, message_id)


def _out_of_office(record: DemoRecord, _message_id: str) -> Notice:
    extra = ("Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", *_PLAIN)
    text = (
        "ただいま不在にしております。\n戻り次第、ご連絡いたします。\n\n"
        + f"{record.company}\n{record.name}\n".lstrip("\n")
    )
    return f"<{record.email}>", "自動返信: 不在のお知らせ", extra, text


def _bounce(record: DemoRecord, message_id: str) -> Notice:
    boundary = "=_bounce." + message_id.partition("@")[0]
    extra = (
        "Auto-Submitted: auto-replied",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
    )
    text = (
        f"--{boundary}\nContent-Type: text/plain; charset=us-ascii\n\nThe following message could not be delivered.\n\n"
        f"--{boundary}\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relay.example.jp\n\n"
        f"Final-Recipient: rfc822; {record.email}\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\n\n"
        f"--{boundary}\nContent-Type: text/rfc822-headers\n\nFrom: <{DESK_EMAIL}>\n"
        f"To: <{record.email}>\nSubject: Re:\n\n--{boundary}--\n"
    )
    return "Mail Delivery System <MAILER-DAEMON@relay.example.jp>", "Undelivered Mail Returned to Sender", extra, text


def _newsletter(_record: DemoRecord, _message_id: str) -> Notice:
    extra = (
        "List-Id: <weekly.news.example.jp>",
        "List-Unsubscribe: <mailto:leave@news.example.jp>",
        "Precedence: bulk",
        *_PLAIN,
    )
    text = "今週のおすすめ情報をお届けします。\n\n株式会社ニュース配信\n東京都千代田区霞が関1-1-1\nTEL 03-5550-0199\n"
    return "=?UTF-8?B?6YCx5YiK44OL44Ol44O844K5?= <no-reply@news.example.jp>", "【週刊】業界ニュース", extra, text


def _receipt(record: DemoRecord, message_id: str) -> Notice:
    boundary = "=_receipt." + message_id.partition("@")[0]
    extra = (f'Content-Type: multipart/report; report-type=disposition-notification; boundary="{boundary}"',)
    text = (
        f"--{boundary}\nContent-Type: text/plain; charset=UTF-8\n\nメッセージは開封されました。\n\n"
        f"--{boundary}\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; {record.email}\n"
        f"Disposition: manual-action/MDN-sent-manually; displayed\n\n--{boundary}--\n"
    )
    return f"<{record.email}>", "開封済み: Re:", extra, text
