"""The smallest Flask application that answers `GET /api/items` as a project does.

It reads the same rows of the same database by the same two queries, and answers the same JSON. It
has none of what a project adds.

    gunicorn --worker-class gthread --threads 16 flask_app:app
"""

from flask import Flask, request
from sqlalchemy import String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The base of the models."""


class Item(Base):
    """A thing with a name and a price."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    price: Mapped[int]


engine = create_engine("sqlite:///app.db")
app = Flask(__name__)


@app.get("/api/items")
def list_items() -> dict[str, object]:
    """List items in the order of their ids."""
    limit = request.args.get("limit", 20, type=int)
    offset = request.args.get("offset", 0, type=int)
    with Session(engine) as session:
        rows = session.scalars(select(Item).order_by(Item.id).limit(limit).offset(offset)).all()
        total = session.scalar(select(func.count()).select_from(Item))
    items = [{"id": row.id, "name": row.name, "price": row.price} for row in rows]
    return {"items": items, "total": total, "limit": limit, "offset": offset}
