"""Prime numbers, which take long to compute."""
