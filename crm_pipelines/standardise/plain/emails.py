"""Mail addresses over columns: the domain is judged once for all its mailboxes."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.contact_tables import word_set
from crm_pipelines.standardise.emails import keyed_domain
from crm_pipelines.standardise.plain.asking import asked

_ADDRESS = r"^([a-z0-9][a-z0-9_%-]*(?:\.[a-z0-9_%-]+)*)@([a-z0-9.-]+)$"
_ALIAS = "googlemail.com"  # its keys are those of another domain
_LONGEST_LOCAL = 64


def plain_emails(frame: pl.DataFrame) -> pl.DataFrame:
    """Read one address per cell with an ordinary local part."""
    address = pl.col("text").str.to_lowercase()
    parts = (
        frame.with_columns(std=address, found=address.str.extract_groups(_ADDRESS))
        .select("index", "raw", "std", local=pl.col("found").struct[0], domain=pl.col("found").struct[1])
        .filter(
            pl.col("local").is_not_null()
            & (pl.col("local").str.len_bytes() <= _LONGEST_LOCAL)
            & ~pl.col("local").is_in(pl.Series(sorted(word_set("email_domains", "placeholder_locals"))).implode())
            & ~pl.col("domain").str.starts_with(pl.col("local") + ".")
        )
    )
    domains = asked(parts["domain"], _meant, meant=pl.String(), told=pl.List(pl.String()), counts_dots=pl.Boolean())
    is_written_so = pl.col("std") == pl.col("raw")
    known = parts.join(domains, on="domain")
    known = known.filter(pl.col("counts_dots") | ~pl.col("local").str.contains(".", literal=True))
    return known.select(
        "index",
        "std",
        keys=pl.concat_list(pl.format("{}@{}", "local", "meant")),
        status=pl.lit(ValueStatus.OK.value),
        rules=pl.when(is_written_so).then("told").otherwise(pl.concat_list(pl.lit("email.format"), "told")),
    )


def _meant(domain: str) -> tuple[str, tuple[str, ...], bool] | None:
    meant = keyed_domain(domain)
    return None if meant is None or meant[0] == _ALIAS else meant
