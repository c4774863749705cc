"""What can be done with items; it knows nothing of HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Item
from .schemas import ItemData


class ItemNotFoundError(Exception):
    """There is no item with this id."""


@dataclass
class Items:
    """The items of one session; what a method did is committed when it returns."""

    session: AsyncSession

    async def create(self, data: ItemData) -> Item:
        """Add an item."""
        item = Item(name=data.name, price=data.price)
        self.session.add(item)
        await self._commit()
        return item

    async def page(self, limit: int, offset: int) -> tuple[Sequence[Item], int]:
        """Return some items in the order of their ids, and how many there are."""
        query = select(Item).order_by(Item.id).limit(limit).offset(offset)
        rows = (await self.session.scalars(query)).all()
        total = await self.session.scalar(select(func.count()).select_from(Item))
        return rows, total or 0

    async def get(self, item_id: int) -> Item:
        """Return one item."""
        item = await self.session.get(Item, item_id)
        if item is None:
            raise ItemNotFoundError(item_id)
        return item

    async def replace(self, item_id: int, data: ItemData) -> Item:
        """Change all that is told about an item."""
        item = await self.get(item_id)
        item.name = data.name
        item.price = data.price
        await self._commit()
        return item

    async def delete(self, item_id: int) -> None:
        """Remove an item."""
        await self.session.delete(await self.get(item_id))
        await self._commit()

    async def _commit(self) -> None:
        """Commit, or leave the session as it was before the change."""
        try:
            await self.session.commit()
        except SQLAlchemyError:
            await self.session.rollback()
            raise
