"""What can be done with items; it knows nothing of HTTP."""

from collections.abc import Sequence

from .models import Item
from .schemas import ItemData


class ItemNotFoundError(Exception):
    """There is no item with this id."""


class Items:
    """The items, in memory: gone when the application stops."""

    def __init__(self) -> None:
        """Start with none."""
        self.rows: dict[int, Item] = {}
        self.last_id = 0

    async def create(self, data: ItemData) -> Item:
        """Add an item."""
        self.last_id += 1
        item = Item(self.last_id, data.name, data.price)
        self.rows[item.id] = item
        return item

    async def page(self, limit: int, offset: int) -> tuple[Sequence[Item], int]:
        """Return some items in the order of their ids, and how many there are."""
        return list(self.rows.values())[offset : offset + limit], len(self.rows)

    async def get(self, item_id: int) -> Item:
        """Return one item."""
        try:
            return self.rows[item_id]
        except KeyError:
            raise ItemNotFoundError(item_id) from None

    async def replace(self, item_id: int, data: ItemData) -> Item:
        """Change all that is told about an item."""
        item = await self.get(item_id)
        item.name = data.name
        item.price = data.price
        return item

    async def delete(self, item_id: int) -> None:
        """Remove an item."""
        await self.get(item_id)
        del self.rows[item_id]
