"""What the next request meets; see web.js."""

import os


def fault():
    try:
        with open("fault") as file:
            words = file.read().split()
        if words[0] == "once":
            os.unlink("fault")
        return words[-1]
    except (OSError, IndexError):
        return ""


def seconds():
    return float(os.environ.get("SECONDS", "3"))
