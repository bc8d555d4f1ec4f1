"""A partition and the identity log in, golden ids, redirects and history out."""
