"""Mail addresses over columns: the domain is judged once for all its mailboxes."""

from functools import lru_cache

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.contact_tables import word_set
from crm_pipelines.standardise.emails import standardise_emails
from crm_pipelines.standardise.plain.asking import asked

_ADDRESS = r"^([a-z0-9][a-z0-9_%-]*(?:\.[a-z0-9_%-]+)*)@([a-z0-9.-]+)$"
_PROBES = ("q7w", "q7.w")  # a local part without and with a dot, which some providers do not count
_LONGEST_LOCAL = 64


def plain_emails(frame: pl.DataFrame) -> pl.DataFrame:
    """Read one address per cell with an ordinary local part."""
    address = pl.col("text").str.to_lowercase()
    parts = (
        frame.with_columns(std=address, found=address.str.extract_groups(_ADDRESS))
        .select("raw", "std", local=pl.col("found").struct[0], domain=pl.col("found").struct[1])
        .filter(
            pl.col("local").is_not_null()
            & (pl.col("local").str.len_bytes() <= _LONGEST_LOCAL)
            & ~pl.col("local").is_in(pl.Series(sorted(word_set("email_domains", "placeholder_locals"))).implode())
            & ~pl.col("domain").str.starts_with(pl.col("local") + ".")
        )
    )
    domains = asked(parts["domain"], _meant, meant=pl.String(), told=pl.List(pl.String()))
    is_written_so = pl.col("std") == pl.col("raw")
    return parts.join(domains, on="domain").select(
        "raw",
        "std",
        keys=pl.concat_list(pl.format("{}@{}", "local", "meant")),
        status=pl.lit(ValueStatus.OK.value),
        rules=pl.when(is_written_so).then("told").otherwise(pl.concat_list(pl.lit("email.format"), "told")),
    )


@lru_cache(maxsize=200_000)
def _meant(domain: str) -> tuple[str, list[str]] | None:
    """The domain of the keys and the rules that fired; null where the local part has a say in it."""
    found = [standardise_emails(f"{local}@{domain}")[0] for local in _PROBES]
    meant = {
        value.key.removeprefix(f"{local}@") if value.key else "" for local, value in zip(_PROBES, found, strict=True)
    }
    is_plain = len(meant) == 1 and all(
        value.status is ValueStatus.OK and value.std == f"{local}@{domain}"
        for local, value in zip(_PROBES, found, strict=True)
    )
    return (meant.pop(), list(found[0].rules)) if is_plain and meant != {""} else None
