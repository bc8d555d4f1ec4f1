"""Signatures as people write them: what is the company, what the department, what the name."""

import time

import pytest

from crm_pipelines.standardise.mail_introductions import Sender
from crm_pipelines.standardise.mail_rows import prepared
from crm_pipelines.standardise.mail_signatures import signature_block

TEL = "TEL 03-5253-1111"


def fields(*lines: str, sender: Sender | None = None, text: str = "よろしくお願いいたします。") -> dict[str, str]:
    body = "\n".join((text, "", "-- ", *lines))
    read = signature_block(body, sender) if sender else signature_block(body)
    return dict(read.fields)


def people(*lines: str, sender: Sender | None = None, text: str = "お願いします。") -> tuple[str | None, ...]:
    read = fields(*lines, TEL, sender=sender, text=text)
    return tuple(read.get(field) for field in ("organisation_name", "department", "job_title", "name"))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Maison Bonnet S.A. Finance", "竹内　聡"), ("Maison Bonnet S.A.", "Finance", None, "竹内 聡")),
        (("Polaris Foods Co., Ltd. 購買課 竹内聡",), ("Polaris Foods Co., Ltd.", "購買課", None, "竹内聡")),
        (("ナガイインサツ 第一営業部 営業二課", "係長 聡"), ("ナガイインサツ", "第一営業部 営業二課", "係長", "聡")),
        (("Harbour Systems IT", "Director 林 偉"), ("Harbour Systems", "IT", "Director", "林 偉")),
        (("Ann Lee", "Engineer, Sales", "Harbour Foods LLC"), ("Harbour Foods LLC", "Sales", "Engineer", "Ann Lee")),
        (("Director Rémi Bonnet", "Harbour Foods LLC"), ("Harbour Foods LLC", None, "Director", "Rémi Bonnet")),
        (("北見デザイン 竹内聡",), ("北見デザイン", None, None, "竹内聡")),
        (("医療法人北見会　釧路営業所 総務部", "竹内聡"), ("医療法人北見会 釧路営業所", "総務部", None, "竹内聡")),
        (("竹内 聡", "北見化学（株） 人事部"), ("北見化学(株)", "人事部", None, "竹内 聡")),
        (("アルタイル 経理部 竹内 聡",), ("アルタイル", "経理部", None, "竹内 聡")),
        (("竹内 今日子",), (None, None, None, "竹内 今日子")),
        (("竹内聡", "(学)北見会"), ("(学)北見会", None, None, "竹内聡")),
        (("竹内聡", "部署なし"), (None, None, None, "竹内聡")),
    ],
)  # fmt: skip
def test_company_department_title_and_name_are_told_apart(
    lines: tuple[str, ...], expected: tuple[str | None, ...]
) -> None:
    assert people(*lines) == expected


def test_company_that_the_sender_names_is_the_line_that_says_it() -> None:
    found = people("ザザヌム", "竹内 聡", text="お世話になっております。\nザザヌムの竹内です。")
    assert (found[0], found[3]) == ("ザザヌム", "竹内 聡")


def test_domain_of_the_sender_confirms_a_company_that_is_a_family_name() -> None:
    sender = Sender("竹内聡", "s.takeuchi@hayashi.co.jp")
    found = people("林 経理部", "課長 竹内聡", sender=sender)
    assert found == ("林", "経理部", "課長", "竹内聡")


def test_name_that_header_and_mailbox_bear_is_the_senders() -> None:
    sender = Sender("Takeuchi Satoshi", "s.takeuchi@polaris.co.jp")
    assert people("佐藤 花子", "竹内 聡", sender=sender)[3] == "竹内 聡"


def test_long_line_above_the_contact_data_belongs_to_the_signature() -> None:
    line = "ナガイセイサクショハンバイブツリュウ カブシキガイシャ 第一営業部 営業二課 竹内 聡"
    read = signature_block(f"お願いします。\n\n{line}\n〒100-0013 東京都千代田区霞が関1-3-1\n{TEL}\n").fields
    assert (read["organisation_name"], read["name"]) == (
        "ナガイセイサクショハンバイブツリュウ カブシキガイシャ",
        "竹内 聡",
    )


def test_rule_of_underscores_frames_a_signature() -> None:
    rule = "_" * 32
    read = signature_block(f"はい。\n\n{rule}\n竹内 聡\n株式会社ポラリス\n{TEL}\n{rule}\n").fields
    assert (read["name"], read["organisation_name"], read["phone"]) == ("竹内 聡", "株式会社ポラリス", "03-5253-1111")


def test_rule_of_underscores_above_a_header_still_begins_a_quote() -> None:
    body = f"はい。\n\n{'_' * 32}\nFrom: 竹内 聡\nSent: Monday\nTo: x\n\n佐藤 花子\n{TEL}\n"
    assert signature_block(body).fields == {}


@pytest.mark.parametrize(
    ("lines", "is_signature"), [("　竹内 健一", True), ("　株式会社ポラリス", True), ("　商品番号", False)]
)
def test_frame_without_contact_data_needs_a_name_or_a_company(lines: str, is_signature: bool) -> None:
    rule = "＊" * 18
    assert bool(signature_block(f"はい。\n\n{rule}\n{lines}\n{rule}\n").fields) is is_signature


@pytest.mark.parametrize(
    ("lines", "address"),
    [
        (("12 rue des Lilas, 69003 Lyon",), "12 rue des Lilas, 69003 Lyon"),
        (("Ahornweg 7, 50667 Köln",), "Ahornweg 7, 50667 Köln"),
        (("18 Orchard Lane", "Portland, OR 97201"), "18 Orchard Lane, Portland, OR 97201"),
    ],
)
def test_address_abroad_is_read(lines: tuple[str, ...], address: str) -> None:
    assert fields("Ann Lee", *lines, TEL)["address"] == address


def test_fax_is_no_phone_and_quoted_people_are_not_the_sender() -> None:
    body = f"竹内です。\n\n-- \n竹内 聡\nFAX 03-5253-1112\n\n> 佐藤 花子\n> 株式会社ポラリス\n> {TEL}\n"
    read = signature_block(body).fields
    assert (read.get("phone"), read["fax"], read["name"], read.get("organisation_name")) == (
        None, "03-5253-1112", "竹内 聡", None,
    )  # fmt: skip


@pytest.mark.parametrize("line", ["-=*" * 60 + "x", "A " * 3000, "株式会社 " * 300, "1-" * 2000, "竹" * 3000])
def test_hostile_line_is_read_in_time(line: str) -> None:
    began = time.process_time()
    signature_block(f"x\n\n-- \n{line}\n{TEL}\n")
    assert time.process_time() - began < 3  # some milliseconds; hours before the bound


def test_header_that_nobody_could_decode_is_no_name() -> None:
    columns, _ = prepared({"from": "=?iso-2022-jp?B?GyRCc25GIx <a@polaris.co.jp>", "body": "はい。"})
    assert columns["sender_name"] is None


def test_sure_self_introduction_stands_in_for_a_signature() -> None:
    columns, _ = prepared(
        {"from": "竹内聡 <s@polaris.co.jp>", "body": "株式会社ポラリスの竹内です。\n見積をください。"}
    )
    assert columns["signature_organisation_name"] == "株式会社ポラリス"
