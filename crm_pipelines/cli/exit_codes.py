"""What the command line's exit codes mean; every command gives one of these."""

FINE = 0  # quarantine within its budget is fine
HELD = 1  # a gate held, or a source failed while others ran
REFUSED = 2  # usage or configuration
UNAVAILABLE = 3  # a store, the lock or every source
INTERRUPTED = 130  # by the keyboard, as shells count it
