import email
import mailbox
from contextlib import closing
from datetime import date
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from crm_pipelines.demo.chance import seeded
from crm_pipelines.demo.dealing import Dealer
from crm_pipelines.demo.mailbox import Message, messages, write_eml_folder, write_mbox
from crm_pipelines.demo.record import DemoRecord

Mails = tuple[list[DemoRecord], list[Message]]


@pytest.fixture(scope="module")
def written() -> Mails:
    records = [record for record in Dealer(3, "medium", date(2026, 4, 1)).deal(3000) if record.source == "mail"]
    return records, list(messages(seeded(3, "mail"), records))


def message_ids(path: Path) -> list[str]:
    with closing(mailbox.mbox(path, create=False)) as mails:
        return [mail["Message-ID"].strip("<>") for mail in mails]


def parsed(mail: Message) -> EmailMessage:
    found = email.message_from_bytes(mail.content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(mail: Message) -> str:
    body = parsed(mail).get_body(("plain",))
    assert body is not None
    raw, charset = body.get_payload(decode=True), body.get_content_charset("utf-8")
    assert isinstance(raw, bytes)
    return raw.decode({"iso-2022-jp": "iso2022_jp_ext", "shift_jis": "cp932"}.get(charset, charset))


def customers(written: Mails) -> list[tuple[DemoRecord, Message]]:
    records, mails = written
    by_id = {mail.message_id: mail for mail in mails}
    return [(record, by_id[record.key]) for record in records]


def test_every_body_decodes_in_the_charset_it_names(written: Mails) -> None:
    for record, mail in customers(written):
        if "cp50221" not in record.phenomena:
            assert "�" not in text_of(mail)


def test_windows_mails_carry_vendor_rows_under_the_plain_name() -> None:
    records = [record for record in Dealer(1, "hard", date(2026, 4, 1)).deal(6000) if record.source == "mail"]
    by_id = {mail.message_id: mail for mail in messages(seeded(1, "mail"), records)}
    windows = [by_id[record.key].content for record in records if "cp50221" in record.phenomena]
    assert windows
    assert all(b"charset=iso-2022-jp\n" in content for content in windows)
    assert any(b"-j" in content for content in windows)  # row 13, ㈱


def test_all_usual_charsets_occur(written: Mails) -> None:
    charsets = {parsed(mail).get_content_charset() for _, mail in customers(written)}
    assert {"iso-2022-jp", "shift_jis", "utf-8"} <= charsets


def test_headers_carry_the_display_name_unless_they_are_broken(written: Mails) -> None:
    for record, mail in customers(written):
        if {"broken_header", "cp50221"} & set(record.phenomena):
            continue
        header = email.message_from_bytes(mail.content)["From"].replace("\n", "")
        name, _, address = header.rpartition(" ")
        assert address.strip("<>") == record.email
        assert str(make_header(decode_header(name.strip('"')))) == record.header_name


def test_a_few_headers_are_broken(written: Mails) -> None:
    broken = [record for record, _ in customers(written) if "broken_header" in record.phenomena]
    assert 0 < len(broken) < 0.1 * len(written[0])


def test_signatures_hold_name_company_and_phone(written: Mails) -> None:
    signed = [
        (record, mail)
        for record, mail in customers(written)
        if record.has_signature and record.is_person and record.employer and "cp50221" not in record.phenomena
    ]
    assert signed
    for record, mail in signed:
        text = text_of(mail)
        assert record.name in text
        assert not record.phone or record.phone in text


def test_quoted_replies_hold_other_peoples_signatures(written: Mails) -> None:
    names = {record.name for record in written[0] if record.has_signature and record.name}
    quoting = [(record, mail) for record, mail in customers(written) if "quoted_signature" in record.phenomena]
    assert quoting
    readable = [(record, text_of(mail)) for record, mail in quoting if "cp50221" not in record.phenomena]
    foreign = [any(name in text for name in names - {record.name}) for record, text in readable]
    assert sum(foreign) > 0.5 * len(foreign)


def test_automatic_mails_are_strewn_between_and_marked(written: Mails) -> None:
    keys = {record.key for record in written[0]}
    automatic = [parsed(mail) for mail in written[1] if mail.message_id not in keys]
    assert 0.03 * len(keys) < len(automatic) < 0.2 * len(keys)
    assert all(
        mail["Auto-Submitted"] or mail["List-Unsubscribe"] or mail.get_content_type() == "multipart/report"
        for mail in automatic
    )
    assert any(mail["List-Id"] for mail in automatic)


def test_bounces_have_a_delivery_status(written: Mails) -> None:
    bounces = [parsed(mail) for mail in written[1] if mail.sender.startswith("MAILER-DAEMON")]
    assert bounces
    for bounce in bounces:
        status = next(part for part in bounce.walk() if part.get_content_type() == "message/delivery-status")
        assert "5.1.1" in status.as_string()


def test_the_mbox_splits_into_the_same_mails(written: Mails, tmp_path: Path) -> None:
    write_mbox(tmp_path / "inbox.mbox", written[1])
    assert message_ids(tmp_path / "inbox.mbox") == [mail.message_id for mail in written[1]]


def test_appending_extends_the_mbox(written: Mails, tmp_path: Path) -> None:
    path = tmp_path / "inbox.mbox"
    write_mbox(path, written[1][:5])
    first = path.read_bytes()
    write_mbox(path, written[1][5:8], append=True)
    assert path.read_bytes().startswith(first)
    assert len(message_ids(path)) == 8


def test_each_mail_can_be_a_file(written: Mails, tmp_path: Path) -> None:
    write_mbox(tmp_path / "inbox.mbox", written[1])
    assert write_eml_folder(tmp_path / "inbox.mbox", tmp_path / "eml") == len(written[1])
    first = (tmp_path / "eml" / "000001.eml").read_bytes()
    assert f"Message-ID: <{written[1][0].message_id}>\r\n".encode() in first
    assert len(list((tmp_path / "eml").iterdir())) == len(written[1])


def test_a_line_that_begins_like_a_separator_is_quoted(tmp_path: Path) -> None:
    mail = Message(
        "1@mail.example.jp",
        "a@mail.example.jp",
        Dealer(1, "easy", date(2026, 4, 1)).observer.moment(),
        b"Subject: x\n\nFrom here\n",
    )
    write_mbox(tmp_path / "x.mbox", [mail])
    assert b"\n>From here" in (tmp_path / "x.mbox").read_bytes()
