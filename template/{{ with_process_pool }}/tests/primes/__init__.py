"""The tests of prime numbers."""
