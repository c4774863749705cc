"""The smallest FastAPI application that answers `GET /api/items` as a project does.

It reads the same rows of the same database by the same two queries, and answers with the same
bytes. It has none of what a project adds.

    uvicorn --no-access-log fastapi_app:app
"""

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import String, func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The base of the models."""


class Item(Base):
    """A thing with a name and a price."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    price: Mapped[int]


class ItemOut(BaseModel, from_attributes=True):
    """An item as it is shown."""

    id: int
    name: str
    price: int


class ItemPage(BaseModel):
    """A part of the list of items, and the length of the whole."""

    limit: int
    offset: int
    items: list[ItemOut]
    total: int


sessions = async_sessionmaker(create_async_engine("sqlite+aiosqlite:///app.db"))
app = FastAPI()


@app.get("/api/items", response_model=ItemPage)
async def list_items(limit: int = 20, offset: int = 0) -> dict[str, object]:
    """List items in the order of their ids."""
    query = select(Item).order_by(Item.id).limit(limit).offset(offset)
    async with sessions() as session:
        rows = (await session.scalars(query)).all()
        total = await session.scalar(select(func.count()).select_from(Item))
    return {"limit": limit, "offset": offset, "items": rows, "total": total}
