import re
from html import escape

import httpx2
import pytest

TEA = {"name": "Tea", "price": "350"}


def add(client: httpx2.Client, name: str) -> str:
    """Add an item as a person would, and return its path."""
    response = client.post("/items", data={"name": name, "price": "350"})
    assert (response.status_code, response.headers["Location"]) == (303, "/items?done=added")
    return str(re.findall(r"/items/\d+", client.get("/items").text)[-1])


def test_an_item_is_added_edited_and_deleted(client: httpx2.Client) -> None:
    assert "Nothing here yet." in client.get("/items").text
    assert "aria-invalid" not in client.get("/items/new").text
    path = add(client, "<b>Tea</b>")
    assert "<td>&lt;b&gt;Tea&lt;/b&gt;</td>" in client.get("/items").text
    assert 'value="350"' in client.get(f"{path}/edit").text
    assert client.post(path, data=TEA).headers["Location"] == "/items?done=changed"
    assert "<td>Tea</td>" in client.get("/items").text
    done = client.get(client.post(f"{path}/delete").headers["Location"])
    assert '<p class="done" role="status">The item was deleted.</p>' in done.text
    assert client.get(f"{path}/edit").status_code == 404


@pytest.mark.parametrize(
    ("name", "price", "wrong"), [(" ", "350", "name"), ("<Tea>", "3.50", "price")]
)
def test_a_bad_form_keeps_what_was_typed_and_marks_what_is_wrong(
    client: httpx2.Client, name: str, price: str, wrong: str
) -> None:
    for path in ("/items", add(client, "Tea")):
        form = client.post(path, data={"name": name, "price": price})
        assert form.status_code == 422
        assert f'value="{escape(name)}"' in form.text
        assert f'value="{price}"' in form.text
        assert form.text.count("aria-invalid") == 1
        assert f'aria-invalid="true" aria-describedby="{wrong}-error"' in form.text
        assert f'<p class="error" id="{wrong}-error">Give a ' in form.text


def test_a_long_list_has_pages(client: httpx2.Client) -> None:
    for number in range(21):
        client.post("/items", data={"name": f"Item {number}", "price": "1"})
    first, second = (client.get(f"/items?page={page}").text for page in (1, 2))
    assert "Page 1 of 2" in first
    assert 'href="/items?page=2"' in first
    assert "<td>Item 20</td>" in second
    assert 'rel="next"' not in second


@pytest.mark.parametrize(("item_id", "status"), [(2**63 - 1, 404), (2**63, 422)])
def test_an_item_that_is_not_there(client: httpx2.Client, item_id: int, status: int) -> None:
    path = f"/items/{item_id}"
    assert client.get(f"{path}/edit").status_code == status
    assert client.post(path, data=TEA).status_code == status
