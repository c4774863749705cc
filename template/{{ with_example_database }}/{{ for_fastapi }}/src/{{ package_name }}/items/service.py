"""What can be done with items; it knows nothing of HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Item
from .schemas import ItemData

# Built once: else SQLAlchemy builds them, and their cache keys, again at each request.
IN_ORDER = select(Item).order_by(Item.id)
COUNT = select(func.count()).select_from(Item)


class ItemNotFoundError(Exception):
    """There is no item with this id."""


@dataclass
class Items:
    """The items; each method has a session of its own, and has committed when it returns."""

    sessions: async_sessionmaker[AsyncSession]

    async def create(self, data: ItemData) -> Item:
        """Add an item."""
        item = Item(name=data.name, price=data.price)
        async with self.sessions.begin() as session:
            session.add(item)
        return item

    async def page(self, limit: int, offset: int) -> tuple[Sequence[Item], int]:
        """Return some items in the order of their ids, and how many there are."""
        async with self.sessions() as session:
            rows = (await session.scalars(IN_ORDER.limit(limit).offset(offset))).all()
            total = await session.scalar(COUNT)
        return rows, total or 0

    async def get(self, item_id: int) -> Item:
        """Return one item."""
        async with self.sessions() as session:
            return await find(session, item_id)

    async def replace(self, item_id: int, data: ItemData) -> Item:
        """Change all that is told about an item."""
        async with self.sessions.begin() as session:
            item = await find(session, item_id)
            item.name = data.name
            item.price = data.price
        return item

    async def delete(self, item_id: int) -> None:
        """Remove an item."""
        async with self.sessions.begin() as session:
            await session.delete(await find(session, item_id))


async def find(session: AsyncSession, item_id: int) -> Item:
    """Return one item of a session."""
    item = await session.get(Item, item_id)
    if item is None:
        raise ItemNotFoundError(item_id)
    return item
