"""Items, for programs."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from ..docs import problem_responses
from .dependencies import ItemsOfRequest
from .schemas import ItemId, ItemIn, ItemOut, ItemPage, PageQuery

router = APIRouter(
    prefix="/api/items", tags=["items"], responses=problem_responses(400, 405, 413, 422, 500)
)
not_found = problem_responses(404)


@router.get("")
async def list_items(items: ItemsOfRequest, query: Annotated[PageQuery, Query()]) -> ItemPage:
    """List items in the order of their ids."""
    rows, total = await items.page(query.limit, query.offset)
    return ItemPage.model_validate({**dict(query), "items": rows, "total": total})


@router.post("", status_code=201)
async def create_item(items: ItemsOfRequest, data: ItemIn, response: Response) -> ItemOut:
    """Add an item."""
    item = await items.create(data)
    response.headers["Location"] = f"/api/items/{item.id}"
    return ItemOut.model_validate(item)


@router.get("/{item_id}", responses=not_found)
async def read_item(items: ItemsOfRequest, item_id: ItemId) -> ItemOut:
    """Return an item."""
    return ItemOut.model_validate(await items.get(item_id))


@router.put("/{item_id}", responses=not_found)
async def replace_item(items: ItemsOfRequest, item_id: ItemId, data: ItemIn) -> ItemOut:
    """Change all that is told about an item."""
    return ItemOut.model_validate(await items.replace(item_id, data))


@router.delete("/{item_id}", responses=not_found, status_code=204)
async def delete_item(items: ItemsOfRequest, item_id: ItemId) -> None:
    """Remove an item."""
    await items.delete(item_id)
