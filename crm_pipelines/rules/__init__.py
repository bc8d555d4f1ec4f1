"""The project folder as typed, frozen values; shipped defaults with the project's overrides merged key by key."""
