"""What the other service says, as far as it is of use here."""

from typing import Annotated

from pydantic import BaseModel, StringConstraints


class UpstreamHealth(BaseModel):
    """How the other service is."""

    status: Annotated[str, StringConstraints(min_length=1, max_length=100)]
