"""The vocabulary: record types, enums, schemas, reason codes, errors. Imports nothing of ours."""
