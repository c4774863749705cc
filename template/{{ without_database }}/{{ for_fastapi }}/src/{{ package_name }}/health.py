"""Health: whether the process is alive, and whether it can do its work."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(prefix="/health", tags=["health"])


class Health(BaseModel):
    """The answer while all is well."""

    status: Literal["ok"] = "ok"


@router.get("/live")
async def health_live() -> Health:
    """Tell that the process answers."""
    return Health()


@router.get("/ready")
async def health_ready() -> Health:
    """Tell that requests can be served."""
    return Health()
