"""What form services post, as flat rows."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.form_lines import submission
from connectors.kit.form_presets import _PRESETS, unpacked
from connectors.kit.rows import Place
from crm_pipelines.rules.mapping_files import shipped_mapping

TYPEFORM = {
    "event_id": "LtWXD3crgy",
    "event_type": "form_response",
    "form_response": {
        "form_id": "lT4Z3j",
        "token": "a3a12ec67a1365927098a606107fac15",
        "submitted_at": "2026-01-18T18:17:02Z",
        "hidden": {"user_id": "1"},
        "definition": {
            "fields": [
                {"id": "1", "ref": "who", "type": "short_text", "title": "お名前"},
                {"id": "2", "ref": "mail", "type": "email", "title": "メールアドレス"},
                {"id": "3", "ref": "how", "type": "multiple_choice", "title": "お知りになったきっかけ"},
                {"id": "4", "ref": "why", "type": "multiple_choice", "title": "ご用件"},
            ]
        },
        "answers": [
            {"type": "text", "text": "山田 太郎", "field": {"id": "1", "ref": "who", "type": "short_text"}},
            {"type": "email", "email": "a@ex.jp", "field": {"id": "2", "ref": "mail", "type": "email"}},
            {
                "type": "choices",
                "choices": {"labels": ["広告", "検索"], "other": "友人"},
                "field": {"id": "3", "ref": "how"},
            },
            {"type": "choice", "choice": {"label": "資料請求"}, "field": {"id": "4", "ref": "why"}},
            {"type": "boolean", "boolean": True, "field": {"id": "5", "ref": "terms"}},
            {"type": "number", "number": 5, "field": {"id": "6"}},
            {"type": "phone_number", "phone_number": "+819012345678", "field": {"id": "7", "ref": "phone"}},
        ],
    },
}
JOTFORM = {
    "formID": "241",
    "submissionID": "5901",
    "formTitle": "お問い合わせ",
    "ip": "192.0.2.1",
    "rawRequest": json.dumps({
        "slug": "submit/241",
        "q3_name": {"first": "太郎", "last": "山田"},
        "q4_email": "a@ex.jp",
        "q5_phone": {"area": "03", "phone": "1234-5678"},
        "q6_address": {"city": "港区", "postal": "105-0011"},
        "q7_メモ": ["a", "b"],
    }),
}  # fmt: skip


def read(row: dict[str, Any], field: str) -> tuple[Any, ...]:
    """What the shipped mapping finds."""
    stream = shipped_mapping("web_form").mapping.stream("main")
    assert stream is not None
    return stream.fields[field].read(row)


def test_typeform_by_title_and_by_ref():
    row = unpacked("typeform", TYPEFORM)
    assert row["submission_id"] == "a3a12ec67a1365927098a606107fac15"
    assert row["submitted_at"] == "2026-01-18T18:17:02Z"
    assert row["お知りになったきっかけ"] == ["広告", "検索", "友人"]
    assert row["ご用件"] == "資料請求"
    answers = row["answers"]
    assert isinstance(answers, dict)
    assert list(answers) == ["who", "mail", "how", "why", "terms", "6", "phone"]
    assert (answers["mail"], answers["terms"], answers["6"]) == ("a@ex.jp", True, 5)
    assert (read(row, "name"), read(row, "email"), read(row, "phone")) == (
        ("山田 太郎",), ("a@ex.jp",), ("+819012345678",),
    )  # fmt: skip


def test_two_questions_of_one_title_keep_both_answers():
    questions = [{"id": str(number), "title": "電話"} for number in range(3)]
    answers = [{"type": "text", "text": f"0{number}", "field": {"id": str(number)}} for number in range(3)]
    row = unpacked("typeform", {"form_response": {"definition": {"fields": questions}, "answers": answers}})
    assert row["電話"] == ["00", "01", "02"]


def test_google_forms_from_a_script_and_from_the_api():
    script = {"formId": "F", "responseId": "R", "timestamp": "2026-01-01T00:00:00Z", "respondentEmail": "a@ex.jp",
              "answers": {"氏名": "山田", "選択": ["a", "b"]}}  # fmt: skip
    row = unpacked("google_forms", script)
    assert (row["submission_id"], row["submitted_at"], row["選択"]) == ("R", "2026-01-01T00:00:00Z", ["a", "b"])
    assert (read(row, "name"), read(row, "email")) == (("山田",), ("a@ex.jp",))
    texts = {"textAnswers": {"answers": [{"value": "x"}, {"value": "y"}]}}
    answers = {"1a": {"questionId": "1a", **texts}, "1b": {"textAnswers": {"answers": [{"value": "z"}]}}}
    api = {"responseId": "R", "createTime": "c", "lastSubmittedTime": "l", "answers": answers}
    row = unpacked("google_forms", api)
    assert (row["1a"], row["1b"], row["submitted_at"]) == (["x", "y"], "z", "l")


def test_jotform_s_parts():
    row = unpacked("jotform", JOTFORM)
    assert row["submission_id"] == "5901"
    assert (row["name.last"], row["name.first"], row["phone"], row["メモ"]) == (
        "山田",
        "太郎",
        "03-1234-5678",
        ["a", "b"],
    )
    assert "slug" not in row
    assert (read(row, "family_name"), read(row, "given_name"), read(row, "name")) == (("山田",), ("太郎",), ())
    assert (read(row, "postal_code"), read(row, "phone")) == (("105-0011",), ("03-1234-5678",))
    answers = row["answers"]
    assert isinstance(answers, dict)
    assert answers["q4_email"] == "a@ex.jp"


def test_gravity_forms_says_utc():
    entry = {"id": "123", "form_id": "5", "date_created": "2026-01-01 00:00:00", "1.3": "花子", "2": "a@ex.jp"}
    row = unpacked("gravity_forms", entry)
    assert row["submitted_at"] == "2026-01-01T00:00:00+00:00"
    assert {name: row[name] for name in row if name != "submitted_at"} == {
        "1.3": "花子", "2": "a@ex.jp", "submission_id": "123", "form_id": "5"
    }  # fmt: skip


def test_contact_form_7_without_its_own_fields():
    posted = {"your-name": "山田", "your-email": "a@ex.jp", "_wpcf7": "12", "_wpcf7_unit_tag": "wpcf7-f12-p45-o1"}
    row = unpacked("contact_form_7", posted)
    assert row == {"your-name": "山田", "your-email": "a@ex.jp", "form_id": "12"}
    assert (read(row, "name"), read(row, "email")) == (("山田",), ("a@ex.jp",))


def test_line_s_event():
    event = {"type": "unfollow", "webhookEventId": "01E", "timestamp": 1767225600000, "source": {"userId": "U1"}}
    row = unpacked("line", {"destination": "U0", "events": [event]})
    assert row["submission_id"] == "01E"
    assert (row["type"], row["user_id"], row["submitted_at"]) == ("unfollow", "U1", "2026-01-01T00:00:00+00:00")


@pytest.mark.parametrize(
    ("field", "columns"),
    [
        ("name", "name 氏名 お名前 名前 ご担当者名 your-name"),
        ("name_kana", "kana フリガナ ふりがな カナ"),
        ("organisation_name", "company 会社名 貴社名 企業名 法人名 団体名"),
        ("department", "部署 部署名"),
        ("job_title", "役職"),
        ("email", "email メール メールアドレス Email E-mail your-email"),
        ("phone", "phone 電話番号 TEL お電話 携帯 携帯電話番号"),
        ("postal_code", "postal_code 郵便番号 〒"),
        ("address", "address 住所 ご住所"),
        ("birth_date", "生年月日"),
    ],
)
def test_usual_labels_are_found_without_a_mapping(field, columns):
    assert {column: read({column: "x"}, field) for column in columns.split()} == dict.fromkeys(columns.split(), ("x",))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_SHAPES = st.sampled_from([TYPEFORM, JOTFORM, {"answers": {"a": {"textAnswers": {"answers": [1]}}}}, {"events": [{}]}])


@given(
    preset=st.sampled_from(sorted(_PRESETS)),
    data=st.dictionaries(
        st.sampled_from(["form_response", "answers", "rawRequest", "events", "date_created", "id", "x"]),
        _JSON,
        max_size=4,
    )
    | _SHAPES,
)
def test_any_body_gives_a_row(preset, data):
    line = {"inbox": {"v": 1, "id": "0" * 32, "received_at": "2026-01-01T00:00:00Z", "is_signed": True}, "data": data}
    row = submission("submission_id", preset, json.loads(json.dumps(line)), Place("f", 1))
    assert row.key
    json.dumps(dict(row.data), allow_nan=False)
