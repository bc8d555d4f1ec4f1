from crm_pipelines.model.enums import CustomerType
from crm_pipelines.model.warehouse_tables import CUSTOMERS
from crm_pipelines.rules.crm_export import crm_files
from crm_pipelines.rules.rule_set import shipped_rules


def test_every_customer_type_has_one_file() -> None:
    assert sorted(file.customer_type for file in crm_files().values()) == sorted(CustomerType)


def test_every_column_means_a_column_of_the_customers() -> None:
    for file in crm_files().values():
        assert [source for source in file.columns.values() if source not in CUSTOMERS] == []


def test_the_first_column_is_the_id_that_lasts() -> None:
    for file in crm_files().values():
        assert next(iter(file.columns.items())) == ("external_id", "golden_id")


def test_no_column_is_there_twice() -> None:
    for file in crm_files().values():
        company = [] if file.company is None else [file.company.column]
        columns = [*file.columns, *company, *file.consents]
        assert len(set(columns)) == len(columns)


def test_consents_are_of_known_purposes_and_channels() -> None:
    rules = shipped_rules().consent
    for file in crm_files().values():
        for consent in file.consents.values():
            assert consent.purpose in rules.purposes
            assert consent.channel in rules.channels
