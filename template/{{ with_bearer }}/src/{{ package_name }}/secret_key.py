"""The key that signs access tokens, as a setting."""

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, ValidationInfo

MIN_BYTES = 32
MIN_VARIETY = 8  # different characters: what is typed by hand has few
WEAK = "Input should be 32 random bytes or more"


def refuse_weak(key: SecretStr, info: ValidationInfo) -> SecretStr:
    """Take a key that nobody guesses; outside production, none will do."""
    text = key.get_secret_value()
    if not text and info.data.get("environment") != "production":
        return key
    if len(text.encode()) < MIN_BYTES or len(set(text)) < MIN_VARIETY:
        raise ValueError(WEAK)
    return key


SecretKey = Annotated[SecretStr, AfterValidator(refuse_weak), Field(validate_default=True)]
