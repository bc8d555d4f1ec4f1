"""The generated world with truth and the writers of its real formats; shared by demo, tests, bench."""
