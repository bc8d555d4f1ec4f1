"""Everything at rest: landing, identity log, warehouse, ledger, publications, models; each with one kind of writer."""
