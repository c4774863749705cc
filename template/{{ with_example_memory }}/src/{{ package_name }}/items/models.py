"""Items as the application keeps them in memory."""

from dataclasses import dataclass


@dataclass
class Item:
    """A thing with a name and a price, in the currency's smallest unit."""

    id: int
    name: str
    price: int
