"""`attribute_values`: one row per golden customer, attribute and source value; one of them survives."""

from quality.expectations.checked_table import CheckedTable

TABLE = CheckedTable(
    name="attribute_values",
    key=("golden_id", "attribute"),
    scope={"golden_id": ("golden_id",), "record_id": ("record_id",)},
    queries={
        # Counted over the whole group, also when only one of its records changed. None survives where all values are
        # placeholders, or where the attribute's group came whole from a record without it.
        "not_one_survivor": """
            select golden_id, attribute
            from attribute_values
            where golden_id in (select golden_id from {rows} as listed)
            group by golden_id, attribute
            having count(*) filter (where survives) > 1
                or (not bool_or(survives) and bool_or(value_rank = 1 and rule <> 'not_a_value'))
        """,
        # A survivor from a record of somebody else would be an invention about this customer.
        "value_of_another_customer": """
            select checked.golden_id, checked.attribute
            from {rows} as checked
            where checked.pinned_by is null and not exists (
                select 1 from crosswalk
                where crosswalk.record_id = checked.record_id
                  and crosswalk.golden_id = checked.golden_id
                  and crosswalk.valid_to is null
            )
        """,
    },
)
