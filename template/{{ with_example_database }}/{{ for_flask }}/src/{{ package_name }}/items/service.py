"""What can be done with items; it knows nothing of HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .models import Item
from .schemas import ItemData

# Built once: else SQLAlchemy builds them, and their cache keys, again at each request.
IN_ORDER = select(Item).order_by(Item.id)
COUNT = select(func.count()).select_from(Item)


class ItemNotFoundError(Exception):
    """There is no item with this id."""


@dataclass
class Items:
    """The items of one session; what a method did is committed when it returns."""

    session: Session

    def create(self, data: ItemData) -> Item:
        """Add an item."""
        item = Item(name=data.name, price=data.price)
        self.session.add(item)
        self._commit()
        return item

    def page(self, limit: int, offset: int) -> tuple[Sequence[Item], int]:
        """Return some items in the order of their ids, and how many there are."""
        rows = self.session.scalars(IN_ORDER.limit(limit).offset(offset)).all()
        total = self.session.scalar(COUNT)
        return rows, total or 0

    def get(self, item_id: int) -> Item:
        """Return one item."""
        item = self.session.get(Item, item_id)
        if item is None:
            raise ItemNotFoundError(item_id)
        return item

    def replace(self, item_id: int, data: ItemData) -> Item:
        """Change all that is told about an item."""
        item = self.get(item_id)
        item.name = data.name
        item.price = data.price
        self._commit()
        return item

    def delete(self, item_id: int) -> None:
        """Remove an item."""
        self.session.delete(self.get(item_id))
        self._commit()

    def _commit(self) -> None:
        """Commit, or leave the session as it was before the change."""
        try:
            self.session.commit()
        except SQLAlchemyError:
            self.session.rollback()
            raise
