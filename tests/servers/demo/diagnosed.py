#!/usr/bin/env python3
"""A practice outage, end to end through the command line: diagnosed.py HOPSCOPE FAULT"""

import json
import subprocess
import sys

# fault: verdict, variant, causes that may be named, words of the summary
EXPECTED = {
    "none": ("healthy", None, [None], ""),
    "app-stopped": ("failing", "connection-refused", ["service-stopped"], "nothing listens"),
    "wrong-port": ("failing", "connection-refused", ["wrong-port"], "listens on port"),
    "crash-on-request": ("failing", "reset-before-headers", ["process-crashed"], "request"),
    "hangs": ("failing", "response-timed-out", ["app-hung"], "never answers"),
    "slow-answer": ("failing", "response-timed-out", ["timeout-too-short", "slow-endpoint"], "waits only"),
    "socket-missing": ("failing", "socket-missing", ["service-stopped"], "app.sock"),
}


def main():
    hopscope, fault = sys.argv[1:]
    result = subprocess.run([hopscope, "demo", "--fault", fault, "--json", "-"], capture_output=True, text=True,
                            stdin=subprocess.DEVNULL, timeout=60)
    verdict, variant, causes, words = EXPECTED[fault]
    document = json.loads(result.stdout)
    finding = document["diagnosis"] or {}
    problems = []
    if document["verdict"] != verdict or result.returncode != (0 if verdict == "healthy" else 1):
        problems.append(f"verdict {document['verdict']}, exit {result.returncode}; expected {verdict}")
    if finding.get("variant") != variant or finding.get("cause") not in causes:
        problems.append(f"{finding.get('variant')}, {finding.get('cause')}; expected {variant}, {causes}")
    if words not in finding.get("summary", ""):
        problems.append(f"summary does not say \"{words}\"")
    if variant and not finding["failingHop"].startswith("demo/nginx:"):
        problems.append(f"failing hop {finding['failingHop']}; expected nginx to the app")
    if problems:
        print("\n".join(problems), json.dumps(document, indent=1), result.stderr, sep="\n")
        return 1
    print(f"{fault}: {finding.get('summary', 'healthy')}")
    return 0


sys.exit(main())
