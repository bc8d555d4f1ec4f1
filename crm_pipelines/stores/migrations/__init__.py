"""How the ledger's tables came to be: alembic revisions, run by the program itself when it opens an older ledger."""
