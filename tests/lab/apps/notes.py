"""An ASGI app that keeps a counter in Redis. Faults as in web.js."""

import os

import redis

from fault import fault

store = redis.Redis(host=os.environ.get("REDIS_HOST", "127.0.0.1"), port=6379, socket_timeout=3)


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    fault()
    try:
        count = store.incr("visits")
        status, body = 200, f"visit {count}\n".encode()
    except redis.RedisError as problem:
        print(f"redis: {problem}", flush=True)
        status, body = 500, b"no counter\n"
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})
