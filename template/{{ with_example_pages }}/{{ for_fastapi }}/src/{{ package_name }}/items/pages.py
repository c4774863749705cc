"""Items, for people."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError

from ..templating import templates
from .dependencies import ItemsOfRequest
from .schemas import ItemData, ItemId

PAGE_SIZE = 20

router = APIRouter(prefix="/items", include_in_schema=False)


class ItemForm(BaseModel):
    """What was typed, right or wrong."""

    name: str = ""
    price: str = ""


TypedForm = Annotated[ItemForm, Form()]
PageNumber = Annotated[int, Query(ge=1, le=2**31)]


def show_form(
    request: Request,
    form: ItemForm,
    item_id: int | None = None,
    error: ValidationError | None = None,
) -> Response:
    """Show the form with what was typed, and the fields that are wrong marked."""
    wrong = [item["loc"][0] for item in error.errors()] if error else []
    context = {"values": form, "item_id": item_id, "errors": wrong}
    return templates.TemplateResponse(request, "items/form.html", context, 422 if error else 200)


@router.get("")
async def show_items(request: Request, items: ItemsOfRequest, page: PageNumber = 1) -> Response:
    """Show a page of the items."""
    rows, total = await items.page(PAGE_SIZE, (page - 1) * PAGE_SIZE)
    context = {"items": rows, "page": page, "pages": -(-total // PAGE_SIZE)}
    return templates.TemplateResponse(request, "items/list.html", context)


@router.get("/new")
async def show_new_form(request: Request) -> Response:
    """Show an empty form."""
    return show_form(request, ItemForm())


@router.post("")
async def add_item(request: Request, items: ItemsOfRequest, form: TypedForm) -> Response:
    """Add the item of a form."""
    try:
        await items.create(ItemData.model_validate(form.model_dump()))
    except ValidationError as error:
        return show_form(request, form, error=error)
    return RedirectResponse("/items?done=added", 303)


@router.get("/{item_id}/edit")
async def show_edit_form(request: Request, items: ItemsOfRequest, item_id: ItemId) -> Response:
    """Show the form of an item."""
    item = await items.get(item_id)
    return show_form(request, ItemForm(name=item.name, price=str(item.price)), item_id)


@router.post("/{item_id}")
async def change_item(
    request: Request, items: ItemsOfRequest, item_id: ItemId, form: TypedForm
) -> Response:
    """Change an item as a form says."""
    try:
        await items.replace(item_id, ItemData.model_validate(form.model_dump()))
    except ValidationError as error:
        return show_form(request, form, item_id, error)
    return RedirectResponse("/items?done=changed", 303)


@router.post("/{item_id}/delete")
async def remove_item(items: ItemsOfRequest, item_id: ItemId) -> Response:
    """Remove an item."""
    await items.delete(item_id)
    return RedirectResponse("/items?done=deleted", 303)
