"""Items, for programs."""

from flask import Response
from flask_openapi.models.tag import Tag
from pydantic import BaseModel

from ..docs import DescribedBlueprint, problem_responses, respond
from .dependencies import get_items
from .schemas import ItemId, ItemIn, ItemOut, ItemPage, PageQuery

errors = problem_responses(400, 405, 413, 422, 500)
api = DescribedBlueprint(
    "items", __name__, url_prefix="/api/items", abp_tags=[Tag(name="items")], abp_responses=errors
)


class ItemPath(BaseModel):
    """Which item is asked for."""

    item_id: ItemId


@api.operation("get", "", {200: ItemPage})
def list_items(query: PageQuery) -> Response:
    """List items in the order of their ids."""
    rows, total = get_items().page(query.limit, query.offset)
    return respond(ItemPage.model_validate({**dict(query), "items": rows, "total": total}))


@api.operation("post", "", {201: ItemOut})
def create_item(body: ItemIn) -> Response:
    """Add an item."""
    item = get_items().create(body)
    return respond(ItemOut.model_validate(item), 201, {"Location": f"/api/items/{item.id}"})


@api.operation("get", "/<item_id>", {200: ItemOut, **problem_responses(404)})
def read_item(path: ItemPath) -> Response:
    """Return an item."""
    return respond(ItemOut.model_validate(get_items().get(path.item_id)))


@api.operation("put", "/<item_id>", {200: ItemOut, **problem_responses(404)})
def replace_item(path: ItemPath, body: ItemIn) -> Response:
    """Change all that is told about an item."""
    return respond(ItemOut.model_validate(get_items().replace(path.item_id, body)))


@api.operation("delete", "/<item_id>", {204: None, **problem_responses(404)})
def delete_item(path: ItemPath) -> tuple[str, int]:
    """Remove an item."""
    get_items().delete(path.item_id)
    return "", 204
