# ruff: noqa: S608 - the statements are built from constant names of fields and tables; values are bound
"""Counts behind the scores, kept with each change: a small run on a large base looks at what changed alone.

Three things are counted. How the values of each source's own rows stand in each field (what a row implies beside its
own customer, as the company of a person, is not scored: nobody entered it). How many golden customers have a field
filled. What the rows of one customer say of one another: entered several times in one source, or of two minds about
what a customer has only one of.

Where there are no counts yet, or much changed at once, everything is counted anew: that is one look at the narrow
columns concerned.
"""

from crm_pipelines.model.enums import CustomerType, ValueStatus
from crm_pipelines.stores.warehouse import Step

SCORED_FIELDS: dict[CustomerType, tuple[str, ...]] = {
    CustomerType.PERSON: ("name", "name_kana", "birth_date", "gender", "email", "phone", "postal_code", "address"),
    CustomerType.ORGANISATION: (
        *("organisation_name", "organisation_name_kana", "corporate_number", "email", "phone", "website"),
        *("postal_code", "address"),
    ),
}
"""What is expected of a source's own row, by customer type."""
STATED_ONCE = ("birth_date", "gender", "corporate_number")
"""What a customer has one of, for ever: two records that say otherwise of it cannot both be right."""
GOLDEN_FIELDS: dict[CustomerType, tuple[str, ...]] = {
    CustomerType.PERSON: ("name", "email", "phone", "address", "birth_date"),
    CustomerType.ORGANISATION: ("organisation_name", "email", "phone", "address", "corporate_number"),
}
"""What whoever uses the golden table looks for."""

_FIELDS = tuple(dict.fromkeys(field for fields in SCORED_FIELDS.values() for field in fields))
STATUS_COLUMNS = ", ".join(f"{field}_status" for field in _FIELDS)
_GOLDEN_COLUMNS = ", ".join(dict.fromkeys(field for fields in GOLDEN_FIELDS.values() for field in fields))
_CHANGED_CUSTOMERS = (
    f"select customer_type, {_GOLDEN_COLUMNS} from customers where golden_id in (select golden_id from changed_golden)"
)
_MUCH = 0.2  # of all: then one look at everything is cheaper than keeping what was
_COUNTED = "counted"


def count_records(step: Step) -> None:
    """Bring the counts of the standardised records up to date.

    Args:
        step: the open one, with `old_records` (what was replaced, with `STATUS_COLUMNS`) and `read_anew`.
    """
    if not is_counted(step) or step.count("read_anew") > _MUCH * step.count("standardised_records"):
        _count_anew(step, "standardised_records", _statuses("standardised_records", 1))
        return
    step.temporary(  # once: each field is counted by itself
        "new_records",
        f"""select source_system, customer_type, observation, {STATUS_COLUMNS} from standardised_records
            where source_record_id in (select source_record_id from read_anew)""",
    )
    _add(step, f"{_statuses('old_records', -1)} union all {_statuses('new_records', 1)}")


def keep_old_customers(step: Step) -> None:
    """Keep what the golden customers of `changed_golden` were, before they are replaced."""
    step.temporary("old_customers", _CHANGED_CUSTOMERS)


def count_customers(step: Step) -> None:
    """Bring the counts of the golden customers up to date, and what their rows say of one another.

    Args:
        step: the open one, with `changed_golden`, `changed_members`, `changed_values` and `old_customers`.
    """
    if not is_counted(step) or step.count("changed_golden") > _MUCH * step.count("customers"):
        _count_anew(step, "customers", _filled("customers", 1))
    else:
        step.temporary("new_customers", _CHANGED_CUSTOMERS)
        _add(step, f"{_filled('old_customers', -1)} union all {_filled('new_customers', 1)}")
    step.con.execute("delete from customer_quality where golden_id in (select golden_id from changed_golden)")
    step.con.execute(f"insert into customer_quality by name {_REPEATED}")
    step.con.execute(f"insert into customer_quality by name {_STATED}")


def is_counted(step: Step) -> bool:
    """Whether this step has counts to go on from; a warehouse from before there were any has none."""
    return step.warehouse.fact(step.name, _COUNTED) is not None


def _count_anew(step: Step, table: str, counts: str) -> None:
    step.con.execute("delete from quality_counts where table_name = ?", [table])
    _add(step, counts)
    step.note(_COUNTED, "1")


def _add(step: Step, counts: str) -> None:
    """Add up; what comes to nothing goes."""
    step.temporary(
        "summed_counts",
        f"""select table_name, source_system, customer_type, field, status, cast(sum(n) as bigint) as n
            from (select * from quality_counts union all by name {counts})
            group by all having sum(n) <> 0 order by all""",
    )
    step.con.execute("delete from quality_counts")
    step.con.execute("insert into quality_counts by name select * from summed_counts")


def _statuses(records: str, sign: int) -> str:
    return " union all ".join(
        f"""select 'standardised_records' as table_name, source_system, customer_type, '{field}' as field,
                coalesce({field}_status, '{ValueStatus.EMPTY}') as status, {sign} * count(*) as n
            from {records} where customer_type = '{kind}' and observation is null group by all"""
        for kind, fields in SCORED_FIELDS.items()
        for field in fields
    )


def _filled(customers: str, sign: int) -> str:
    return " union all ".join(
        f"""select 'customers' as table_name, cast(null as varchar) as source_system, customer_type,
                '{field}' as field, if({field} is null, '{ValueStatus.EMPTY}', '{ValueStatus.OK}') as status,
                {sign} * count(*) as n
            from {customers} where customer_type = '{kind}' group by all"""
        for kind, fields in GOLDEN_FIELDS.items()
        for field in fields
    )


_REPEATED = """
select golden_id, source_system, cast(null as varchar) as field, count(*) as n_checked, count(*) - 1 as n_failed
from changed_members where observation is null
group by golden_id, source_system having count(*) > 1 order by golden_id, source_system"""

# A year that agrees with a whole date says nothing else than that date.
_STATED = f"""
with stated as (
    select said.golden_id, said.attribute, members.source_system, said.value, survivor.value as surviving,
        count(*) over (partition by said.golden_id, said.attribute) as n_stated
    from changed_values as said
    inner join changed_members as members on members.record_id = said.record_id
    inner join (select golden_id, attribute, value from changed_values where survives) as survivor
        on survivor.golden_id = said.golden_id and survivor.attribute = said.attribute
    where said.attribute in ({", ".join(f"'{field}'" for field in STATED_ONCE)}) and said.rule <> 'not_a_value')
select golden_id, source_system, attribute as field, count(*) as n_checked,
    count(*) filter (not starts_with(value, surviving) and not starts_with(surviving, value)) as n_failed
from stated where n_stated > 1 group by all order by all"""
