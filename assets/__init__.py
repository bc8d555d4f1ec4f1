"""The road: Dagster assets, one file per stage."""
