"""The address that the page is served on."""

from __future__ import annotations

import ipaddress
import os
import socket

from scoring.errors import InputError

_MOST_PORTS = 100


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def free_port(host: str, port: int) -> int:
    """``port``, or the next one that nobody listens on.

    Raises:
        InputError: none of the next hundred is free, or the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for candidate in range(port, min(port + _MOST_PORTS, 65536)):
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise InputError("--port", f"{port} 及其后的端口都被占用，请用 --port 指定另一个端口")


def proxies() -> str:
    """The addresses of the proxies whose word is taken for who asks and whether over HTTPS, by commas."""
    return os.environ.get("ZIPING_PROXIES", "").strip()


def shown(host: str) -> str:
    """The address as it is told: for all of the machine's, one that works on the machine itself."""
    if host in ("localhost", "0.0.0.0", "::"):
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
