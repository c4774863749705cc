"""The tests; their layout is that of `src`."""
