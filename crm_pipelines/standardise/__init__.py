"""Source value to comparable value, field by field: names, companies, kana, readings; pure and deterministic."""
