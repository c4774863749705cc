import httpx2
import pytest
import structlog

from .conftest import Service

PATH = "/api/upstream"


def test_it_tells_what_the_service_says(client: httpx2.Client, service: Service) -> None:
    response = client.get(PATH, headers={"X-Request-ID": "one"})
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert service.calls == [("health/live", "one")]


def test_calls_share_a_connection(client: httpx2.Client, service: Service) -> None:
    assert [client.get(PATH).status_code for _ in range(3)] == [200] * 3
    assert service.connections == 1


@pytest.mark.parametrize(
    ("kind", "error", "reason"),
    [
        ("slow", "504 Gateway Timeout", "ReadTimeout"),
        ("failing", "502 Bad Gateway", "HTTPStatusError"),
        ("moved", "502 Bad Gateway", "HTTPStatusError"),
        ("garbled", "502 Bad Gateway", "ValidationError"),
        ("misformed", "502 Bad Gateway", "ValidationError"),
        ("not-text", "502 Bad Gateway", "ValidationError"),
    ],
)
def test_a_service_without_an_answer(client: httpx2.Client, error: str, reason: str) -> None:
    with structlog.testing.capture_logs() as lines:
        response = client.get(PATH)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert f"{response.status_code} {response.json()['title']}" == error
    assert (lines[0]["event"], lines[0]["reason"]) == ("upstream", reason)


def test_a_service_that_is_away(client: httpx2.Client, service: Service) -> None:
    service.server_close()
    assert client.get(PATH).status_code == 502
