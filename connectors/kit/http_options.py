"""What the options of every source behind HTTP have in common."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from connectors.kit.http_exchange import is_safe_url
from connectors.kit.options import SourceOptions


def safe_url(url: str) -> str:
    """A base URL without its last slash.

    Raises:
        ValueError: `source.insecure_url`, it is not https (or of this machine), or holds a user, a query, a fragment.
    """
    if not is_safe_url(url):
        raise ValueError("source.insecure_url")
    return url.rstrip("/")


BaseUrl: TypeAlias = Annotated[str, AfterValidator(safe_url)]
"""An option that holds the address of a service."""


class HttpOptions(SourceOptions):
    """What the options of every source behind HTTP have in common.

    Attributes:
        timeout_seconds: how long a service may be silent.
        connect_timeout_seconds: how long it may take to open a connection.
        answer_seconds: how long one answer may take in all.
        answer_mebibytes: how large one answer may be.
        attempts: of one request, the first included.
        retry_wait_seconds: before the second attempt, where the service does not say; doubles with each further one.
        retry_budget_seconds: how long one read may spend waiting in all; what is left is for the next run.
        page_size: rows a page.
    """

    timeout_seconds: float = Field(default=60.0, gt=0)
    connect_timeout_seconds: float = Field(default=10.0, gt=0)
    answer_seconds: float = Field(default=600.0, gt=0)
    answer_mebibytes: int = Field(default=64, ge=1)
    attempts: int = Field(default=5, ge=1)
    retry_wait_seconds: float = Field(default=1.0, ge=0)
    retry_budget_seconds: float = Field(default=300.0, ge=0)
    page_size: int = Field(default=100, ge=1)
