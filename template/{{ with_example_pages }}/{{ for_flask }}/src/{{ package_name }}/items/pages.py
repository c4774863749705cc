"""Items, for people."""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from .dependencies import get_items
from .schemas import MAX_INTEGER, ItemData

PAGE_SIZE = 20
MAX_PAGE = 2**31

pages = Blueprint("items_pages", __name__, url_prefix="/items")


def show_form(
    values: dict[str, str], item_id: int | None = None, error: ValidationError | None = None
) -> tuple[str, int]:
    """Show the form with what was typed, and the fields that are wrong marked."""
    wrong = [item["loc"][0] for item in error.errors()] if error else []
    html = render_template("items/form.html", values=values, item_id=item_id, errors=wrong)
    return html, 422 if error else 200


@pages.before_request
def refuse_ids_out_of_bounds() -> None:
    """Let no number reach the database that it cannot hold."""
    if (request.view_args or {}).get("item_id", 1) > MAX_INTEGER:
        abort(422)


def read_form() -> dict[str, str]:
    """Return what was typed."""
    return {name: request.form.get(name, "") for name in ("name", "price")}


@pages.get("")
def show_items() -> str:
    """Show a page of the items."""
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= MAX_PAGE:
        abort(422)
    rows, total = get_items().page(PAGE_SIZE, (page - 1) * PAGE_SIZE)
    return render_template("items/list.html", items=rows, page=page, pages=-(-total // PAGE_SIZE))


@pages.get("/new")
def show_new_form() -> ResponseReturnValue:
    """Show an empty form."""
    return show_form({})


@pages.post("")
def add_item() -> ResponseReturnValue:
    """Add the item of a form."""
    values = read_form()
    try:
        get_items().create(ItemData.model_validate(values))
    except ValidationError as error:
        return show_form(values, error=error)
    return redirect("/items?done=added", 303)


@pages.get("/<int:item_id>/edit")
def show_edit_form(item_id: int) -> ResponseReturnValue:
    """Show the form of an item."""
    item = get_items().get(item_id)
    return show_form({"name": item.name, "price": str(item.price)}, item_id)


@pages.post("/<int:item_id>")
def change_item(item_id: int) -> ResponseReturnValue:
    """Change an item as a form says."""
    values = read_form()
    try:
        get_items().replace(item_id, ItemData.model_validate(values))
    except ValidationError as error:
        return show_form(values, item_id, error)
    return redirect("/items?done=changed", 303)


@pages.post("/<int:item_id>/delete")
def remove_item(item_id: int) -> ResponseReturnValue:
    """Remove an item."""
    get_items().delete(item_id)
    return redirect("/items?done=deleted", 303)
