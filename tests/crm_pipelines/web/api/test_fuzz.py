"""Schemathesis over the whole API: whatever is sent, the server does not break and answers as its document says."""

