from crm_pipelines.model.delivery import JsonValue
from crm_pipelines.standardise.mail_rows import prepared

MAIL: dict[str, JsonValue] = {
    "from": "佐藤 太郎 <Taro@kaisha.example.jp>", "subject": "見積", "date": "Wed, 1 Apr 2026 09:00:00 +0900",
    "message_id": "<m1@kaisha.example.jp>", "headers": {}, "body": "お願いします。\n\n> 前回の件\n",
}  # fmt: skip


def test_mail_of_a_person_becomes_columns() -> None:
    columns, automatic = prepared(MAIL)
    assert automatic is None
    assert (columns["sender_name"], str(columns["sender_email"]).lower()) == ("佐藤 太郎", "taro@kaisha.example.jp")
    assert (columns["subject"], columns["sent_at"]) == ("見積", "Wed, 1 Apr 2026 09:00:00 +0900")
    assert "前回の件" not in str(columns["body_text"])


def test_thread_is_the_first_message_of_the_conversation() -> None:
    threads = [
        prepared(MAIL | more)[0]["thread"]
        for more in ({}, {"in_reply_to": "<m0@x>"}, {"in_reply_to": "<m0@x>", "references": "<first@x> <m0@x>"})
    ]
    assert threads == ["m1@kaisha.example.jp", "m0@x", "first@x"]


def test_automatic_mail_is_named() -> None:
    _, automatic = prepared(MAIL | {"headers": {"auto-submitted": "auto-replied"}})
    assert automatic == "auto_reply"


def test_notice_of_a_form_is_the_customers() -> None:
    notice = MAIL | {
        "from": "no-reply@form.example.jp", "reply_to": "hana@shop.example.jp",
        "body": "お名前：鈴木 花子\nメールアドレス：hana@shop.example.jp\nお問い合わせ内容：在庫",
    }  # fmt: skip
    columns, automatic = prepared(notice)
    assert automatic is None
    assert (columns["sender_email"], columns["signature_name"]) == ("hana@shop.example.jp", "鈴木 花子")
