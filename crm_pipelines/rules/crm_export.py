"""What the columns of the files for a CRM mean: the shipped mapping, typed."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated

import yaml
from pydantic import Field

from crm_pipelines.model.enums import CustomerType
from crm_pipelines.rules.frozen import Frozen

Column = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class CompanyColumn(Frozen):
    """The column with the external id of the customer at the other end of a relationship."""

    column: Column
    relationship: Column


class ConsentColumn(Frozen):
    """A column with the consent to one purpose by one channel; `any` channel counts as this one."""

    purpose: Column
    channel: Column


class CrmFile(Frozen):
    """One file of customers.

    Attributes:
        customer_type: whose file it is.
        columns: column of the file -> column of `customers`, in the order of the file.
        company: the customer's organisation, or None.
        consents: column of the file -> the consent that stands there.
    """

    customer_type: CustomerType
    columns: Annotated[Mapping[Column, Column], Field(min_length=1)]
    company: CompanyColumn | None = None
    consents: Mapping[Column, ConsentColumn] = {}


@cache
def crm_files() -> Mapping[str, CrmFile]:
    """The files of customers by name, without the ending."""
    text = resources.files("crm_pipelines.rules").joinpath("exports", "crm.yaml").read_text(encoding="utf-8")
    return {name: CrmFile.model_validate(entry) for name, entry in yaml.safe_load(text).items()}
