"""Mail addresses over columns: the domain is judged once for all its mailboxes."""

import polars as pl

from crm_pipelines.model.enums import ValueStatus
from crm_pipelines.standardise.contact_tables import word_set
from crm_pipelines.standardise.emails import BAD_DOTS, keyed_domain
from crm_pipelines.standardise.plain.asking import asked

_ADDRESS = r"^[a-z0-9][a-z0-9_%+.-]*@[a-z0-9.-]+$"
_ALIAS = "googlemail.com"  # its keys are those of another domain
_LONGEST_LOCAL = 64
_MEANT = {"meant": pl.String(), "told": pl.List(pl.String()), "counts_dots": pl.Boolean(), "drops_tags": pl.Boolean()}


def plain_emails(frame: pl.DataFrame) -> pl.DataFrame:
    """Read one address per cell whose local part is ordinary, but for dots where none may stand."""
    written = frame.with_columns(std=pl.col("text").str.to_lowercase()).filter(pl.col("std").str.contains(_ADDRESS))
    both = written["std"].str.splitn("@", 2).struct
    parts = written.select("index", "raw", "std", local=both[0], domain=both[1]).filter(
        (pl.col("local").str.len_bytes() <= _LONGEST_LOCAL)
        & ~pl.col("local").is_in(pl.Series(sorted(word_set("email_domains", "placeholder_locals"))).implode())
        & ~pl.col("domain").str.starts_with(pl.col("local") + ".")
    )
    domains = asked(parts["domain"], _meant, **_MEANT)
    known = parts.join(domains, on="domain").with_columns(has_bad_dots=pl.col("local").str.contains(BAD_DOTS.pattern))
    is_key = pl.col("counts_dots") | ~pl.col("local").str.contains(".", literal=True)
    is_key &= ~(pl.col("drops_tags") & pl.col("local").str.contains("+", literal=True))
    known = known.filter(is_key & ~(pl.col("has_bad_dots") & (pl.col("told").list.len() > 0)))
    is_same = known["std"] == known["raw"]
    told = pl.when("has_bad_dots").then(pl.lit(["email.rfc_violation"])).otherwise("told")
    same = known.filter(is_same).with_columns(rules=told)
    changed = known.filter(~is_same).with_columns(rules=pl.concat_list(pl.lit("email.format"), told))
    return pl.concat([same, changed]).select(
        "index",
        "std",
        keys=pl.concat_list(pl.format("{}@{}", "local", "meant")),
        status=pl.lit(ValueStatus.OK.value),
        rules="rules",
    )


def _meant(domain: str) -> tuple[str, tuple[str, ...], bool, bool] | None:
    meant = keyed_domain(domain)
    return None if meant is None or meant[0] == _ALIAS else meant
