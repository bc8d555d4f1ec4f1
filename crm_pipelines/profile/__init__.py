"""The 360 view: golden customer, consent and activity in one row."""
