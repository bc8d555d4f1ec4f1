"""Which mapping a source gets."""

import pytest

from connectors.registry import CONNECTORS
from crm_pipelines.model.errors import ContractError
from crm_pipelines.rules.mapping_files import SHIPPED_MAPPINGS, shipped_mapping


def test_every_mapping_a_connector_names_is_shipped() -> None:
    named = {connector.default_mapping for connector in CONNECTORS.values()} - {None}
    assert named <= set(SHIPPED_MAPPINGS)


def test_mapping_that_is_not_shipped_is_our_own_fault() -> None:
    with pytest.raises(ContractError):
        shipped_mapping("nothing")
