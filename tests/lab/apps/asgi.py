"""A small ASGI app for uvicorn. Faults as in web.js."""

import asyncio
import time

from fault import fault, seconds


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    met = fault()
    if met == "block":
        time.sleep(3600)  # blocks the event loop: no request is served any more
    if met == "slow":
        await asyncio.sleep(seconds())
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"ok\n"})
