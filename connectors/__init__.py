"""Source systems in, CRMs out: how outside systems speak."""
