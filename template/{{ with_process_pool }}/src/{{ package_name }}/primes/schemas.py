"""What is asked about prime numbers, and told."""

from typing import Annotated

from pydantic import BaseModel, Field


class PrimesQuery(BaseModel):
    """Below which number the primes are counted; the bound keeps one job from taking all day."""

    below: Annotated[int, Field(ge=0, le=1_000_000)]


class PrimesCount(PrimesQuery):
    """How many there are."""

    count: int
