"""Which source value of each attribute survives in a golden customer, and which rule decided.

Attributes survive by group (the name with its kana; the lines of an address): a group comes whole from one record, so a
customer never gets the street of one address and the postal code of another. Records are ranked per customer and group
by the rules in their order; `record_id` settles what is left, so row order never shows.

Trust decays: `trust of the source x 0.5^(age / half-life) x share of checks passed`. The age of two values grows alike,
so which is trusted more does not depend on the day: with one half-life for all that compete, `log2(trust x share) +
said at / half-life` puts them in the same order as the formula does at any time. No clock is asked, a rerun changes
nothing, and nothing need be ranked anew because a day went by. Values of sources that faded at different speeds would
change places with nobody saying anything; so a half-life belongs to an attribute, whose values alone compete.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.model.fields import FIELD_KINDS, FieldKind
from crm_pipelines.model.warehouse_tables import GOLDEN_COLUMNS
from crm_pipelines.rules.survivorship import SurvivorshipRule, SurvivorshipRules

# Sort keys, ascending: the smaller wins. Columns of the `statements` CTE below.
_SORT_KEYS = {
    SurvivorshipRule.SOURCE_RANK: "source_rank",
    SurvivorshipRule.RECENCY: "-epoch_us(observed_at)",
    SurvivorshipRule.TRUST: "-lasting_trust",
    SurvivorshipRule.COMPLETENESS: "-n_filled",
    SurvivorshipRule.FREQUENCY: "-n_agreeing",
    SurvivorshipRule.VALIDITY: "status_rank",
}
_STATUS_RANKS = {
    ValueStatus.OK: 0,
    ValueStatus.REPAIRED: 0,  # how it was written says nothing about whether it is right
    ValueStatus.UNSUPPORTED: 2,
    ValueStatus.AMBIGUOUS: 3,
    ValueStatus.PLACEHOLDER: 8,
    ValueStatus.INVALID: 9,
}
_WORST_SURVIVING = 7
_MICROSECONDS_PER_DAY = 86_400_000_000
_UNKNOWN_RANK, _UNKNOWN_TRUST = 50, 0.5  # of a source that left the project and its ranks


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes that survive together, under the name of their group."""

    name: str
    attributes: tuple[str, ...]
    order: tuple[SurvivorshipRule, ...]
    half_life_days: float


def groups(rules: SurvivorshipRules) -> list[Group]:
    """Every attribute of a golden customer in its group, in the order of the columns."""
    members: dict[str, list[str]] = {}
    for attribute in GOLDEN_COLUMNS:
        members.setdefault(rules.group_of(attribute), []).append(attribute)
    return [
        Group(name, tuple(found), rules.order_of(found[0]), rules.half_life_days(found[0]))
        for name, found in members.items()
    ]


def source_rank_rows(rules: SurvivorshipRules, connectors: dict[str, str]) -> list[tuple[str, str, int, float]]:
    """One row per group and source: (group, source system, rank, trust).

    Rank 1 is the most trusted; trust is that of a fresh statement, over 0 to 1.

    Args:
        rules: the rules of the project.
        connectors: source -> name of its connector.
    """
    return [
        (
            group.name,
            source,
            rules.rank(group.attributes[0], source, connector),
            rules.trust_of(group.attributes[0], source, connector),
        )
        for group in groups(rules)
        for source, connector in sorted(connectors.items())
    ]


def checks_passed_sql() -> str:
    """SQL expression over the columns of standardised_records: the share of a record's checks that passed, above 0.

    `(1 + fields found sound) / (1 + fields filled + 1 if a newer version is in quarantine)`: that the row could be read
    at all is one check passed, so that nothing is trusted not at all.
    """
    fields = [name for name, kind in FIELD_KINDS.items() if kind is not FieldKind.BARE]
    sound = ", ".join(f"'{status.value}'" for status, rank in _STATUS_RANKS.items() if rank == 0)
    passed = " + ".join(f'coalesce(cast("{name}_status" in ({sound}) as integer), 0)' for name in fields)
    checked = " + ".join(
        f"coalesce(cast(\"{name}_status\" <> '{ValueStatus.EMPTY.value}' as integer), 0)" for name in fields
    )
    return f"((1 + {passed}) / (1 + {checked} + coalesce(cast(is_held_back as integer), 0)))"


def attribute_values_sql(rules: SurvivorshipRules) -> str:
    """SQL for the rows of `attribute_values` of the customers in `changed_members`.

    `rule` is what decided against the runner-up (of the survivor), or why the row above was preferred (of a loser).

    Reads `changed_members` (golden_id, checks_passed and all columns of standardised_records: the live members) and
    `source_ranks` (group_name, source_system, source_rank, source_trust). Yields golden_id, attribute, value,
    record_id, survives, rule, value_rank, observed_at, trust; sorted by all of golden_id, attribute, value_rank.

    A statement is no newer than its delivery, whatever the clock of its source says; without a time of its own it is as
    old as that. `trust` is that of the fresh statement, before age.
    """
    ranked = " union all ".join(_group_sql(group) for group in groups(rules))
    return f"select * from ({ranked}) order by golden_id, attribute, value_rank, record_id"  # noqa: S608


def _group_sql(group: Group) -> str:
    keys = [_SORT_KEYS[rule] for rule in group.order]
    worthless = f"(status_rank > {_WORST_SURVIVING})"
    half_life = repr(group.half_life_days * _MICROSECONDS_PER_DAY)
    window = f"partition by golden_id order by {worthless}, {', '.join(keys)}, record_id"
    decided = " ".join(
        f"when {key} is distinct from (case when row_number() over ranking = 1 then lead({key}) over ranking "
        f"else lag({key}) over ranking end) then '{rule.value}'"
        for rule, key in zip(group.order, keys, strict=True)
    )
    values = " union all ".join(_value_sql(attribute) for attribute in group.attributes)
    return f"""
        select * from (
            with statements as (
                select
                    members.golden_id,
                    members.record_id,
                    {_list(group.attributes, lambda attribute: f'members."{attribute}"')},
                    coalesce(ranks.source_rank, {_UNKNOWN_RANK}) as source_rank,
                    coalesce(ranks.source_trust, {_UNKNOWN_TRUST}) * members.checks_passed as trust,
                    least(members.updated_at, members.delivered_at) as observed_at,
                    log2(trust) + epoch_us(observed_at) / {half_life} as lasting_trust,
                    {_filled(group.attributes)} as n_filled,
                    count(*) over (partition by members.golden_id, {_fingerprint(group.attributes)}) as n_agreeing,
                    {_status_rank(group.attributes)} as status_rank
                from changed_members as members
                left join source_ranks as ranks
                    on ranks.group_name = '{group.name}' and ranks.source_system = members.source_system
                where {_filled(group.attributes)} > 0
            ),
            ranked as (
                select
                    *,
                    row_number() over ranking as value_rank,
                    case
                        when count(*) over (partition by golden_id) = 1 then 'only_value'
                        when {worthless} is distinct from (case when row_number() over ranking = 1
                            then lead({worthless}) over ranking else lag({worthless}) over ranking end)
                            then '{SurvivorshipRule.VALIDITY.value}'
                        {decided}
                        else 'record_id'
                    end as rule
                from statements
                window ranking as ({window})
            )
            {values}
        )"""  # noqa: S608


def _value_sql(attribute: str) -> str:
    return f"""
            select
                golden_id, '{attribute}' as attribute, cast("{attribute}" as varchar) as value, record_id,
                value_rank = 1 and status_rank <= {_WORST_SURVIVING} as survives,
                case when status_rank > {_WORST_SURVIVING} then 'not_a_value' else rule end as rule,
                cast(value_rank as integer) as value_rank, observed_at, trust
            from ranked
            where "{attribute}" is not null"""  # noqa: S608


def _list(attributes: Sequence[str], column: Callable[[str], str]) -> str:
    return ", ".join(column(attribute) for attribute in attributes)


def _filled(attributes: Sequence[str]) -> str:
    return "(" + " + ".join(f'cast(members."{attribute}" is not null as integer)' for attribute in attributes) + ")"


def _fingerprint(attributes: Sequence[str]) -> str:
    texts = _list(attributes, lambda name: f'coalesce(cast(members."{name}" as varchar), chr(0))')
    return f"concat_ws(chr(31), {texts})"


def _status_rank(attributes: Sequence[str]) -> str:
    """Of the group's first attribute that the record fills and that carries a status; without any, as good as ok."""
    ranks = " ".join(f"when '{status.value}' then {rank}" for status, rank in _STATUS_RANKS.items())
    cases = [
        f'when members."{attribute}" is not null then case members."{attribute}_status" {ranks} else 0 end'
        for attribute in attributes
        if FIELD_KINDS[attribute] is not FieldKind.BARE
    ]
    return f"case {' '.join(cases)} else 0 end" if cases else "0"
