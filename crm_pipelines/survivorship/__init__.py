"""Which source value survives into the golden customer, and why."""
