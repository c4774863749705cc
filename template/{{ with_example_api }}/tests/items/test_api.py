import json
from typing import Any

import httpx2
import pytest

TEA = {"name": "Tea", "price": 350}
JSON = {"Content-Type": "application/json"}


def test_an_item_is_created_read_replaced_and_deleted(client: httpx2.Client) -> None:
    response = client.post("/api/items", json={"name": "  Tea ", "price": 350.0})
    item = response.json()
    path = f"/api/items/{item['id']}"
    assert (response.status_code, response.headers["Location"]) == (201, path)
    assert item == {"id": item["id"], **TEA}
    assert client.get(path).json() == item
    changed = {"id": item["id"], "name": "Cup", "price": 900}
    assert client.put(path, json={"name": "Cup", "price": 900}).json() == changed
    assert client.get("/api/items").json()["items"] == [changed]
    response = client.delete(path)
    assert (response.status_code, response.content) == (204, b"")
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "change",
    [{"name": name} for name in ("", " ", "x" * 101, "a\0b", "\ud800", None)]
    + [{"price": price} for price in (-1, 2**31, 1.5, "12", True, None)],
)
def test_a_bad_item_is_refused(client: httpx2.Client, change: dict[str, Any]) -> None:
    body = json.dumps(TEA | change)
    response = client.post("/api/items", content=body, headers=JSON)
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["field"],) == tuple(f"body.{field}" for field in change)
    assert client.get("/api/items").json()["total"] == 0


@pytest.mark.parametrize("body", [b"{", b"\xff", b"", b"[]", b"[" * 100_000, b'"{}"'])
def test_a_body_that_is_no_item_is_refused(client: httpx2.Client, body: bytes) -> None:
    response = client.post("/api/items", content=body, headers=JSON)
    assert response.status_code in {400, 422}
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_list_has_pages(client: httpx2.Client) -> None:
    ids = [client.post("/api/items", json=TEA).json()["id"] for _ in range(3)]
    page = client.get("/api/items?limit=2&offset=1").json()
    assert [item["id"] for item in page.pop("items")] == ids[1:]
    assert page == {"total": 3, "limit": 2, "offset": 1}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "offset=-1", f"offset={2**63}"])
def test_a_page_out_of_bounds_is_refused(client: httpx2.Client, query: str) -> None:
    (error,) = client.get(f"/api/items?{query}").json()["errors"]
    assert error["field"] == f"query.{query.partition('=')[0]}"


@pytest.mark.parametrize(("item_id", "status"), [(2**63 - 1, 404), (2**63, 422)])
def test_an_item_that_is_not_there(client: httpx2.Client, item_id: int, status: int) -> None:
    path = f"/api/items/{item_id}"
    answers = client.get(path), client.put(path, json=TEA), client.delete(path)
    assert [answer.status_code for answer in answers] == [status] * 3
