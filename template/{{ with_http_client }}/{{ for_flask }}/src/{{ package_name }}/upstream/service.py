"""What can be asked of the other service; it knows nothing of the web framework."""

import httpx2
from pydantic import ValidationError

from ..config import Settings
from .schemas import UpstreamHealth

# More at once wait for a connection; idle ones are kept for the next call.
LIMITS = httpx2.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=30)
CONNECT_SECONDS = 2.0


class UpstreamError(Exception):
    """The other service is away, or its answer makes no sense."""


class UpstreamTimeoutError(UpstreamError):
    """The other service takes too long."""


class Upstream:
    """The other service, over one client that keeps its connections."""

    def __init__(self, settings: Settings) -> None:
        """Prepare the client; it connects at the first call."""
        patience = settings.upstream_timeout
        self.client = httpx2.Client(
            base_url=str(settings.upstream_url),
            limits=LIMITS,
            timeout=httpx2.Timeout(
                connect=CONNECT_SECONDS, read=patience, write=patience, pool=CONNECT_SECONDS
            ),
        )

    def health(self, request_id: str) -> UpstreamHealth:
        """Ask how it is, under the id of the request that wants to know."""
        headers = {"X-Request-ID": request_id}
        try:
            response = self.client.get("/health/live", headers=headers)
            response.raise_for_status()
            return UpstreamHealth.model_validate_json(response.content)
        except httpx2.TimeoutException as error:
            # Only what kind of error it is: the rest may hold what was sent, or a password.
            raise UpstreamTimeoutError(type(error).__name__) from error
        except (httpx2.HTTPError, ValidationError) as error:
            raise UpstreamError(type(error).__name__) from error
