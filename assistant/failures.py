"""What went wrong at an endpoint, in one sentence that holds no key and nothing of its reply."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from scoring.errors import InputError

OFFER: Final = "；已写的文字都在，可改用内置写作（--writer offline）"
"""Ends every sentence: the way on without a model."""
_STATUS: Final = {
    400: "接口不接受这个请求，请核对 ZIPING_MODEL_MODE 和模型名称",
    401: "密钥无效，请核对 OPENAI_API_KEY",
    402: "账户余额不足，请充值",
    403: "没有权限使用这个模型",
    404: "接口地址或模型名称不存在，请核对 OPENAI_BASE_URL 和 ZIPING_MODEL",
    413: "发送的内容过长",
    429: "请求过于频繁，请稍后再试",
}


@dataclass
class Again(Exception):  # noqa: N818 - a wish for another try rather than an error
    """A failure worth another try: nothing of the answer had come. ``wait`` is in seconds."""

    problem: str
    wait: float | None = None


def check_end(finished: str, length: int) -> None:
    """Accept an answer only where it is complete."""
    problem = {
        "stop": "" if length else "给出了空的回答",
        "length": "回答被截断（超过长度上限），请调大 ZIPING_MAX_TOKENS",
        "content_filter": "回答被内容审查拦下",
        "": "回答中途断开",
    }.get(finished, "回答没有正常结束")
    if problem:
        raise InputError("大模型", problem + OFFER)


def failure_of(error: BaseException, has_begun: bool) -> Exception:
    """What to raise for whatever the client raised: one sentence without anything of the reply."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _status_failure(error)
    if isinstance(error, openai.APITimeoutError) or "Timeout" in type(error).__name__:
        problem = "没有及时回应，等待超时"
    elif isinstance(error, openai.APIConnectionError):
        problem = "连接不上，请检查网络和 OPENAI_BASE_URL"
    elif "Read" in type(error).__name__ or "Protocol" in type(error).__name__ or isinstance(error, OSError):
        problem = "连接中断"
    else:
        problem = "接口的回答不符合约定，请核对 OPENAI_BASE_URL 是否为 OpenAI 兼容接口"
        return InputError("大模型", problem + OFFER)
    return InputError("大模型", problem + OFFER) if has_begun else Again(problem)


def _status_failure(error: Any) -> Exception:
    status, quota = int(error.status_code), "insufficient_quota" in json.dumps(error.body, default=str)
    problem = "账户额度已用完" if quota else _STATUS.get(status, f"接口出错（状态码{status}）")
    if quota or (status < 500 and status not in (408, 409, 429)):
        return InputError("大模型", problem + OFFER)
    after = str(error.response.headers.get("retry-after", ""))
    return Again(problem, float(after) if re.fullmatch(r"\d{1,4}(\.\d+)?", after) else None)
