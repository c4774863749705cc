"""Events: what happens, told to who listens."""
