"""What always holds of golden values, whatever the records and the rules: I13, I14, I15 and I17."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crm_pipelines.model.fields import FIELD_KINDS, FieldKind
from crm_pipelines.rules.survivorship import SurvivorshipRule, SurvivorshipRules
from crm_pipelines.survivorship.ranking import groups
from tests.crm_pipelines.survivorship.ranked_values import CONNECTORS, SHIPPED, member, ranked, rules

_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_ATTRIBUTES = ("name", "family_name", "name_kana", "postal_code", "address", "building", "language", "phone")
_STATUSES = ("ok", "repaired", "ambiguous", "placeholder", "invalid")
_SOURCES = tuple(CONNECTORS)
_AGE_OR_TRUST = {SurvivorshipRule.SOURCE_RANK, SurvivorshipRule.RECENCY, SurvivorshipRule.TRUST}
orders = st.lists(st.sampled_from([rule.value for rule in SurvivorshipRule]), min_size=1, unique=True).map(
    lambda order: rules(*order)
)
any_rules = st.one_of(st.just(SHIPPED), orders)


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """Fields and statuses of one record; now and then nothing at all."""
    columns: dict[str, Any] = {}
    for attribute in draw(st.lists(st.sampled_from(_ATTRIBUTES), unique=True)):
        columns[attribute] = draw(st.sampled_from("甲乙"))
        if FIELD_KINDS[attribute] is not FieldKind.BARE:
            columns[f"{attribute}_status"] = draw(st.sampled_from(_STATUSES))
    return columns


@st.composite
def customers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """The records of one customer; times and sources are few, so that ties are many."""
    members = []
    for number in range(draw(st.integers(1, 5))):
        source = draw(st.sampled_from(_SOURCES))
        at = _DAY + timedelta(days=draw(st.integers(0, 3)) * 300)
        members.append(member(f"{source}:{number}") | {"updated_at": at} | draw(statements()))
    return members


few = settings(max_examples=20, deadline=None)


@few
@given(any_rules, customers())
def test_value_is_said_by_the_record_it_names(asked: SurvivorshipRules, members: list[dict[str, Any]]) -> None:  # I13
    said = {one["record_id"]: one for one in members}
    for found in ranked(asked, *members):
        assert said[found["record_id"]][found["attribute"]] == found["value"]


@few
@given(any_rules, customers(), st.randoms(use_true_random=False))
def test_order_of_the_rows_never_shows(
    asked: SurvivorshipRules, members: list[dict[str, Any]], rng: Any
) -> None:  # I14
    shuffled = list(members)
    rng.shuffle(shuffled)
    assert ranked(asked, *members) == ranked(asked, *shuffled)


@few
@given(any_rules, customers())
def test_groups_survive_whole(asked: SurvivorshipRules, members: list[dict[str, Any]]) -> None:  # I17
    survivors = {one["attribute"]: one["record_id"] for one in ranked(asked, *members) if one["survives"]}
    said = {one["record_id"]: one for one in members}
    for group in groups(asked):
        chosen = {survivors[attribute] for attribute in group.attributes if attribute in survivors}
        assert len(chosen) <= 1
        for record in chosen:  # and nothing of what that record says is left out
            assert [a for a in group.attributes if said[record].get(a) is not None] == [
                a for a in group.attributes if a in survivors
            ]


@st.composite
def duels(draw: st.DrawFn) -> tuple[SurvivorshipRules, Sequence[Mapping[str, Any]], str, str]:
    """Rules, records, and two of them that differ in source and time alone: the first is newer and more trusted."""
    asked, members, columns = draw(any_rules), draw(customers()), draw(statements())
    stronger, weaker = draw(st.sampled_from([("erp", "form"), ("erp", "mail"), ("form", "mail")]))
    old, gap = draw(st.integers(0, 3)) * 300, draw(st.integers(1, 2000))
    better, worse = f"{stronger}:z", f"{weaker}:a"
    return (
        asked,
        [
            *members,
            member(worse) | {"updated_at": _DAY + timedelta(days=old)} | columns,
            member(better) | {"updated_at": _DAY + timedelta(days=old + gap)} | columns,
        ],
        better,
        worse,
    )


@few
@given(duels())
def test_newer_and_more_trusted_never_loses_to_older_and_less_trusted(
    duel: tuple[SurvivorshipRules, Sequence[Mapping[str, Any]], str, str],
) -> None:  # I15
    asked, members, better, worse = duel
    ranks = {(one["attribute"], one["record_id"]): one["value_rank"] for one in ranked(asked, *members)}
    for attribute, record in ranks:
        if record == worse and _AGE_OR_TRUST.intersection(asked.order_of(attribute)):
            assert ranks[attribute, better] < ranks[attribute, worse]


@few
@given(statements(), st.integers(1, 2000))
def test_shipped_rules_let_newer_and_more_trusted_win_over_more_and_fuller_records(
    columns: dict[str, Any], gap: int
) -> None:  # I15
    """Of sound values."""
    sound = {name: "ok" if name.endswith("_status") else value for name, value in columns.items()}
    older = [member(f"mail:{n}") | {"updated_at": _DAY} | sound for n in "ab"]
    newer = member("erp:z") | {"updated_at": _DAY + timedelta(days=gap)}
    newer |= {name: "丙" if not name.endswith("_status") else "ok" for name in sound if name != "building"}
    found = ranked(SHIPPED, *older, newer)
    for attribute in {one["attribute"] for one in found if one["record_id"] == "erp:z"}:
        assert [one["record_id"] for one in found if one["attribute"] == attribute and one["survives"]] == ["erp:z"]


@few
@given(customers(), st.integers(1, 4000))
def test_order_by_trust_is_the_same_on_any_day(members: list[dict[str, Any]], later: int) -> None:
    """All that is said moves into the past alike; nothing changes places but what clocks of sources would."""
    asked = rules("trust")
    aged = [one | {"updated_at": one["updated_at"] - timedelta(days=later)} for one in members]
    kept = ("attribute", "record_id", "survives", "rule", "value_rank")
    before, after = ([tuple(one[name] for name in kept) for one in ranked(asked, *of)] for of in (members, aged))
    assert before == after
