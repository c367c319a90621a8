import os
import signal
import time


def app(environ, start_response):
    """A small WSGI app for gunicorn. Environment: FAULT, SECONDS."""
    fault = os.environ.get("FAULT", "")
    if fault == "segfault":
        os.kill(os.getpid(), signal.SIGSEGV)
    if fault == "slow":
        time.sleep(float(os.environ.get("SECONDS", "3")))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok\n"]
