import asyncio
import os
import time


async def app(scope, receive, send):
    """A small ASGI app for uvicorn. Environment: FAULT, SECONDS."""
    if scope["type"] != "http":
        return
    fault = os.environ.get("FAULT", "")
    seconds = float(os.environ.get("SECONDS", "3"))
    if fault == "block":
        time.sleep(3600)  # blocks the event loop: no request is served any more
    if fault == "slow":
        await asyncio.sleep(seconds)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"ok\n"})
