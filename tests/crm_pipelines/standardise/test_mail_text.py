import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.standardise.mail_text import (
    classify_automatic,
    label_lines,
    sender_address,
    signature_block,
    strip_quoted,
)

JAPANESE = """お世話になっております。
見積の件、よろしくお願いいたします。

━━━━━━━━━━━━━━━━━━━━
株式会社青空商事　営業部　第一課
課長　山田　太郎（ヤマダ　タロウ）
〒100-0013 東京都千代田区霞が関1-3-1
青空ビル 5F
TEL：03-5253-1111（直通）　FAX：03-5253-1112
携帯：090-1111-2222
E-mail: taro.yamada@aozora.co.jp
URL https://www.aozora.co.jp/
━━━━━━━━━━━━━━━━━━━━

2026年1月2日(金) 10:00 佐藤花子 <hanako@nishi.jp>:
> 佐藤花子
> TEL 03-9999-9999
"""


def test_japanese_signature_is_read_field_by_field() -> None:
    assert signature_block(JAPANESE).fields == {
        "organisation_name": "株式会社青空商事",
        "department": "営業部 第一課",
        "job_title": "課長",
        "name": "山田 太郎",
        "name_kana": "ヤマダ タロウ",
        "postal_code": "100-0013",
        "address": "東京都千代田区霞が関1-3-1 青空ビル 5F",
        "phone": "03-5253-1111 / 090-1111-2222",
        "fax": "03-5253-1112",
        "email": "taro.yamada@aozora.co.jp",
        "website": "https://www.aozora.co.jp",
    }


def test_fax_alone_is_never_a_phone() -> None:
    fields = signature_block("はい。\n\n-- \n山川工業株式会社\n鈴木 一郎\nFAX 045-671-2112\n").fields
    assert fields["fax"] == "045-671-2112"
    assert "phone" not in fields


def test_english_signature_is_read() -> None:
    block = "John Smith\nDirector of Sales\nAcme Widgets, Inc.\nP: 217-555-0123 | F: 217-555-0199\njohn@acme.com\n"
    fields = signature_block(f"Thanks\n\n-- \n{block}").fields
    assert (fields["name"], fields["job_title"], fields["organisation_name"]) == (
        "John Smith", "Director of Sales", "Acme Widgets, Inc.",
    )  # fmt: skip
    assert (fields["phone"], fields["fax"]) == ("217-555-0123", "217-555-0199")


@pytest.mark.parametrize(
    "body",
    [
        "了解です。\n\nOn Mon, Jan 5, 2026 at 10:00 AM Bob Smith <bob@x.com> wrote:\n> Bob\n> TEL 03-5253-1111\n",
        "了解です。\n\n-----Original Message-----\nFrom: 田 <t@x.jp>\nSent: Monday\nTo: a\n\n田\nTEL 03-5253-1111\n",
        "了解です。\n\n差出人: 田中 <t@x.jp>\n送信日時: 2026年1月5日\n宛先: 山田\n件名: 見積\n\nTEL 03-5253-1111\n",
        "了解です。\n\n________________________________\nFrom: 田中\nTEL 03-5253-1111\n",
        "> TEL 03-5253-1111\n了解です。\n",
    ],
)
def test_quoted_text_is_never_the_senders_data(body: str) -> None:
    assert signature_block(body).fields == {}
    assert strip_quoted(body).strip() == "了解です。"


def test_sentence_with_a_number_is_no_signature() -> None:
    assert signature_block("お世話になります。\n電話は03-5253-1111までお願いします。\n").fields == {}


def test_answer_below_a_quote_is_kept() -> None:
    assert strip_quoted("On Mon, Bob Smith wrote:\n> hello\n\nYes.") == "Yes."


def test_form_mail_is_read_by_its_labels() -> None:
    body = (
        "【お名前】 山田 太郎 様\n【フリガナ】 ヤマダ タロウ\n■会社名：株式会社青空\n電話番号（必須）: 03-5253-1111\n"
        "FAX番号： 03-5253-1112\n＜メールアドレス＞\ntaro@aozora.jp\nご住所\n〒100-0013\n東京都千代田区霞が関1-3-1\n"
        "お問い合わせ内容：\n資料を\nください。\n----------\nこのメールは自動送信です。\n"
    )
    assert label_lines(body) == {
        "name": "山田 太郎", "name_kana": "ヤマダ タロウ", "organisation_name": "株式会社青空", "phone": "03-5253-1111",
        "fax": "03-5253-1112", "email": "taro@aozora.jp", "postal_code": "100-0013",
        "address": "東京都千代田区霞が関1-3-1", "body": "資料を\nください。",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"From": '"Taro" <Taro@A.jp>'}, "taro@a.jp"),
        ({"From": "'Taro' via Group <g@a.jp>", "Reply-To": "t@b.jp"}, "t@b.jp"),
        ({"From": "g@a.jp", "X-Original-From": "Taro <o@d.jp>"}, "o@d.jp"),
        ({"From": "noreply@form.jp", "Reply-To": "Hanako <h@c.jp>"}, "h@c.jp"),
        ({"From": "system@shop.jp", "Reply-To": "noreply@shop.jp"}, "system@shop.jp"),
        ({"From": "t@a.jp", "Reply-To": "list@a.jp"}, "t@a.jp"),
        ({"from": "a..b.@docomo.ne.jp"}, "a..b.@docomo.ne.jp"),
        ({}, None),
    ],
)
def test_address_of_the_person_is_chosen(headers: dict[str, str], expected: str | None) -> None:
    assert sender_address(headers) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Content-Type": "multipart/report; report-type=delivery-status; boundary=x"}, "bounce"),
        ({"From": "Mail Delivery <MAILER-DAEMON@x.jp>"}, "bounce"),
        ({"Return-Path": "<>"}, "bounce"),
        ({"Content-Type": "multipart/report; report-type=feedback-report"}, "complaint"),
        ({"Content-Type": 'multipart/report; report-type="disposition-notification"'}, "read_receipt"),
        ({"Auto-Submitted": "auto-replied"}, "auto_reply"),
        ({"Return-Path": "<>", "Auto-Submitted": "auto-replied"}, "auto_reply"),
        ({"X-Auto-Response-Suppress": "All"}, "auto_reply"),
        ({"Subject": "【自動返信】お問い合わせありがとうございます"}, "auto_reply"),
        ({"Precedence": "bulk"}, "list_mail"),
        ({"List-Unsubscribe": "<mailto:u@x.jp>"}, "list_mail"),
        ({"Content-Type": "text/calendar; method=REQUEST"}, "calendar"),
        ({"From": "no-reply@x.jp"}, "no_reply_sender"),
        ({"Auto-Submitted": "no", "From": "taro@x.jp", "Subject": "見積の件"}, None),
    ],
)
def test_automatic_mail_is_told_from_a_persons(headers: dict[str, str], expected: str | None) -> None:
    assert classify_automatic(headers) == expected


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.text(max_size=300), st.dictionaries(st.sampled_from(["From", "Reply-To", "Subject"]), st.text(max_size=40)))
def test_any_text_is_read_without_an_exception(body: str, headers: dict[str, str]) -> None:
    assert signature_block(body).lines is not None
    assert isinstance(label_lines(body), dict)
    assert strip_quoted(strip_quoted(body)) == strip_quoted(body)
    assert sender_address(headers) is None or "@" in str(sender_address(headers))
    classify_automatic(headers)
