"""Room of what is usual: which figures of a day are not what a source's own past lets one expect."""
