"""Mappings as frozen values."""

from pathlib import Path

import pytest

from crm_pipelines.model.fields import CANONICAL_FIELDS
from crm_pipelines.rules.mapping import SourceMapping, StreamMapping
from crm_pipelines.rules.mapping_files import SHIPPED_MAPPINGS, shipped_mapping, typed_mapping
from crm_pipelines.rules.yaml_text import read_yaml

DESIGN_EXAMPLE = """
record_type: {from: 区分, values: {個人: person, 法人: organisation}}
fields:
  name: 氏名
  email: メール
  phone: [電話1, 電話2]
  address: [住所1, 住所2]
interactions:
  - {channel: {value: purchase}, happened_at: 受注日, amount: 受注金額, currency: {value: JPY}, subject: 品名}
consents:
  - {purpose: {value: marketing}, channel: {value: email}, granted: {from: メルマガ, values: {希望: true, 不要: false}},
     obtained_at: 登録日, proof: 登録経路}
set_aside:
  - {when: {状態: [テスト, 社内], 区分: 個人}, reason: set_aside.test}
"""


def mapping(text: str) -> SourceMapping:
    found, faults = typed_mapping(read_yaml(text.encode(), "mappings/x.yaml"))
    assert found is not None, faults
    return found


def main_stream(text: str) -> StreamMapping:
    found = mapping(text).stream("main")
    assert found is not None
    return found


def faults_of(text: str) -> list[tuple[str, object, object, object]]:
    _, faults = typed_mapping(read_yaml(text.encode(), "mappings/x.yaml"))
    return [(one.code, one.facts["line"], one.facts["field"], one.facts["expected"]) for one in faults]


def test_record_type_follows_the_column() -> None:
    rule = main_stream(DESIGN_EXAMPLE).record_type
    assert [rule.of({"区分": text}) for text in ("個人", "法人", "?", None)] == [
        "person",
        "organisation",
        "auto",
        "auto",
    ]


def test_record_type_may_be_a_constant() -> None:
    assert main_stream("record_type: person\nfields: {name: a}\n").record_type.of({}) == "person"


def test_consent_is_read_as_text() -> None:
    consent = main_stream(DESIGN_EXAMPLE).consents[0]
    assert consent["granted"].read({"メルマガ": "希望"}) == ("true",)
    assert consent["granted"].read({"メルマガ": "?"}) == ()


def test_row_is_set_aside_when_all_conditions_hold() -> None:
    stream = main_stream(DESIGN_EXAMPLE)
    assert stream.set_aside_reason({"状態": "社内", "区分": "個人"}) == "set_aside.test"
    assert stream.set_aside_reason({"状態": "社内", "区分": "法人"}) is None
    assert stream.set_aside_reason({}) is None


def test_columns_are_all_that_is_read() -> None:
    assert set(main_stream(DESIGN_EXAMPLE).columns) >= {"区分", "氏名", "電話1", "電話2", "受注日", "メルマガ", "状態"}


def test_column_the_source_does_not_deliver_is_named_with_the_nearest() -> None:
    stream = main_stream("fields: {name: 氏名, email: メール, phone: via.phone}\n")
    assert stream.missing_columns(frozenset({"氏名", "メールアドレス", "via"})) == {"メール": "メールアドレス"}


def test_flat_mapping_is_the_main_stream() -> None:
    assert list(mapping("fields: {name: a}\n").streams) == ["main"]


def test_streams_have_mappings_of_their_own() -> None:
    found = mapping(
        "streams:\n  users: {fields: {name: a}}\n  tickets: {belongs_to: {key: requester_id, prefix: u/}}\n"
    )
    tickets = found.stream("tickets")
    assert tickets is not None
    assert tickets.belongs_to is not None
    assert (tickets.belongs_to.key, tickets.belongs_to.source, tickets.belongs_to.prefix) == (
        "requester_id",
        None,
        "u/",
    )
    assert found.stream("orders") is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("fields: {nam: a}\n", ("configuration.unknown_field", 1, "fields.nam", "name")),
        ("fields:\n  name: a\n  emial: b\n", ("configuration.unknown_field", 3, "fields.emial", "email")),
        ("filds: {name: a}\nfields: {name: a}\n", ("configuration.unknown_field", 1, "filds", "fields")),
        ("record_type: persn\nfields: {name: a}\n",)
        + (("configuration.wrong_value", 1, "record_type", "person, organisation, auto"),),
        ("record_type: {from: a, values: {x: persn}}\nfields: {name: a}\n",)
        + (("configuration.wrong_value", 1, "record_type.values.x", "person, organisation, auto"),),
        ("fields: {name: a}\ninteractions:\n  - {channel: x}\n",)
        + (("configuration.missing_parts", 3, "interactions[1]", "happened_at"),),
        ("fields: {name: a}\ninteractions:\n  - {chanel: x, happened_at: y}\n",)
        + (("configuration.unknown_field", 3, "interactions[1].chanel", "channel"),),
        ("fields: {name: a}\nset_aside:\n  - {when: {}, reason: x}\n",)
        + (("configuration.wrong_value", 3, "set_aside[1].when", "configuration.expected.not_empty"),),
        ("prepare: mial\nfields: {name: a}\n", ("configuration.wrong_value", 1, "prepare", "mail, none")),
        ("streams:\n  a:\n    fields: {nam: a}\n",)
        + (("configuration.unknown_field", 3, "streams.a.fields.nam", "name"),),
        ("streams:\n  a:\n    belongs_to: {kee: a}\n",)
        + (("configuration.unknown_field", 3, "streams.a.belongs_to.kee", "key"),),
        ("streams: {a: {fields: {name: a}}}\nfields: {name: b}\n",)
        + (("configuration.unknown_field_of_several", 2, "fields", "streams"),),
        ("belongs_to: {key: a}\nfields: {name: b}\n", ("configuration.activity_with_fields", 1, None, None)),
        ("record_type: person\n", ("configuration.missing_parts", 1, None, "fields")),
        ("- a\n", ("configuration.wrong_value", 1, None, "configuration.expected.mapping")),
    ],
)
def test_fault_names_line_field_and_what_was_expected(text: str, fault: tuple[str, int, str | None, str]) -> None:
    assert fault in faults_of(text)


def test_all_faults_of_a_file_come_at_once() -> None:
    text = "record_type: x\nfields: {nam: a, emial: b}\nconsents:\n  - {purpos: {value: x}}\nprepare: post\n"
    assert {line for _, line, _, _ in faults_of(text)} == {1, 2, 4, 5}


@pytest.mark.parametrize("name", SHIPPED_MAPPINGS)
def test_shipped_mapping_fits_the_schema(name: str) -> None:
    assert shipped_mapping(name).mapping.streams


def test_every_shipped_mapping_is_listed() -> None:
    folder = Path(__file__).parents[3] / "crm_pipelines" / "rules" / "mappings"
    assert sorted(path.stem for path in folder.glob("*.yaml")) == sorted(SHIPPED_MAPPINGS)


def test_newsletter_box_of_a_form_is_consent_and_its_absence_is_none() -> None:
    form = shipped_mapping("web_form").mapping.stream("main")
    assert form is not None
    granted = form.consents[0]["granted"]
    answers: dict[str | bool, str] = {
        "yes": "true",
        "no": "false",
        "はい": "true",
        "いいえ": "false",
        True: "true",
        False: "false",
    }
    assert {said: granted.read({"newsletter": said}) for said in answers} == {k: (v,) for k, v in answers.items()}
    assert granted.read({}) == granted.read({"newsletter": ""}) == ()


def test_staff_of_a_help_desk_are_no_customers() -> None:
    users = shipped_mapping("zendesk").mapping.stream("users")
    assert users is not None
    assert users.set_aside_reason({"role": "agent"}) == "set_aside.staff"
    assert users.set_aside_reason({"role": "end-user"}) is None
    assert users.fields["organisation_name"].read({"organization": {"name": "株式会社青空"}}) == ("株式会社青空",)


def test_ticket_is_its_requesters_and_keeps_the_channel_it_came_by() -> None:
    tickets = shipped_mapping("zendesk").mapping.stream("tickets")
    assert tickets is not None
    assert tickets.belongs_to is not None
    assert tickets.belongs_to.key == "requester_id"
    channel = tickets.interactions[0]["channel"]
    assert [channel.read({"via": {"channel": via}}) for via in ("web", "email", "x")] == [
        ("web_form",),
        ("email",),
        ("ticket",),
    ]


def test_canonical_fields_of_all_shipped_mappings_exist() -> None:
    for name in SHIPPED_MAPPINGS:
        for stream in shipped_mapping(name).mapping.streams.values():
            assert set(stream.fields) <= set(CANONICAL_FIELDS)
