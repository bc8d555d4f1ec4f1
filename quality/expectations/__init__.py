"""What is expected of each table beyond single values: its key, its scope, and the rules that take a query."""
