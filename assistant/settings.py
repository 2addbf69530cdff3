"""Settings of the assistant, from the environment or a .env file; without a model nothing is ever sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from scoring.errors import InputError

Tone = Literal["朴实", "概括", "详细"]


class Settings(BaseSettings):
    """What names a model and bounds its use; times in seconds.

    ``mode`` is how a structured answer is asked for; ``hosts`` are the only hosts that may be spoken to,
    all where it is empty.
    """

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", populate_by_name=True, env_ignore_empty=True
    )

    base_url: str = Field("", alias="OPENAI_BASE_URL")
    api_key: SecretStr = Field(SecretStr(""), alias="OPENAI_API_KEY")
    model: str = Field("", alias="ZIPING_MODEL")
    mode: Literal["json_schema", "json_object", "text"] = Field("text", alias="ZIPING_MODEL_MODE")
    connect_timeout: int = Field(10, alias="ZIPING_CONNECT_TIMEOUT", ge=1)
    read_timeout: int = Field(60, alias="ZIPING_READ_TIMEOUT", ge=1)
    deadline: int = Field(300, alias="ZIPING_DEADLINE", ge=1)
    max_tokens: int = Field(2000, alias="ZIPING_MAX_TOKENS", ge=16)
    retries: int = Field(2, alias="ZIPING_RETRIES", ge=0, le=5)
    hosts: str = Field("", alias="ZIPING_ALLOWED_HOSTS")
    tone: Tone = Field("朴实", alias="ZIPING_TONE")

    @field_validator("base_url")
    @classmethod
    def _plain_base(cls, url: str) -> str:
        if url.rstrip("/").endswith("/chat/completions"):
            raise ValueError("只写到 /v1 为止，不要带 /chat/completions")
        return url.rstrip("/")

    @classmethod
    def load(cls) -> Settings:
        """The settings in force.

        Raises:
            InputError: a setting cannot be used; names it.
        """
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            problem = _problem(first["type"], first.get("ctx", {}), first["msg"])
            raise InputError(str(first["loc"][0]), f"设置有误：{problem}") from None

    @property
    def has_model(self) -> bool:
        """Whether a model is set up at all."""
        return bool(self.model)

    def check_host(self) -> None:
        """Refuse a host that is not on the allow-list.

        Raises:
            InputError: the model's host may not be spoken to.
        """
        allowed = {host.strip() for host in self.hosts.split(",") if host.strip()}
        host = urlsplit(self.base_url or "https://api.openai.com").hostname or ""
        if allowed and host not in allowed:
            raise InputError("OPENAI_BASE_URL", f"不允许连接 {host}，允许的是{'、'.join(sorted(allowed))}")


def _problem(kind: str, context: Mapping[str, object], said: str) -> str:
    """What pydantic found, in Chinese; nothing of the value, which may be a key."""
    match kind:
        case "literal_error":
            return f"应为{str(context.get('expected', '')).replace(' or ', '、').replace(', ', '、')}"
        case "greater_than_equal":
            return f"不能小于{context.get('ge')}"
        case "less_than_equal":
            return f"不能大于{context.get('le')}"
        case "value_error":
            return said.removeprefix("Value error, ")
    return "应为整数" if kind.startswith("int") else "读不懂"
