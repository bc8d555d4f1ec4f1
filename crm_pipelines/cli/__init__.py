"""The `crm-pipelines` command: one module per command, the words from the catalogue, the exit codes in one table."""
