"""The tests of the other service."""
