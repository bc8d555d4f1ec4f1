"""The ledger: what people decided, append-only, in commit order, with an audit chain over ids and digests."""
