"""The client of an OpenAI-compatible endpoint, made from the settings."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from openai import DefaultHttpxClient

_DEFAULT_URL: Final = "https://api.openai.com/v1"


def address(settings: Settings) -> str:
    """The base URL of the endpoint."""
    return settings.base_url or _DEFAULT_URL


def chat_model(settings: Settings, form: dict[str, Any] | None = None) -> BaseChatModel:
    """The model of the settings; every retry is ours, so that their number is what the settings say.

    ``form`` goes into the body as it is: the client would otherwise repair a cut answer without a word.
    """
    from langchain.chat_models import init_chat_model
    from pydantic import SecretStr

    url = address(settings)
    return init_chat_model(
        settings.model,
        model_provider="openai",
        base_url=url,
        api_key=SecretStr(settings.api_key.get_secret_value() or "none"),
        timeout=(settings.connect_timeout, settings.read_timeout),
        max_retries=0,
        stream_usage=True,
        use_responses_api=False,
        extra_body={"max_tokens": settings.max_tokens, **({"response_format": form} if form else {})},
        http_client=http_client(url),
    )


@lru_cache(maxsize=8)
def http_client(url: str) -> DefaultHttpxClient:
    """What carries the requests to ``url``, kept: to read the certificates takes longer than to ask.

    This machine is reached without a proxy, whatever the environment says.
    """
    from openai import DefaultHttpxClient

    return DefaultHttpxClient(trust_env=not _is_loopback(url))


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
