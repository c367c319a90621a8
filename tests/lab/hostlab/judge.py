"""Compares a hopscope.diagnosis/1 document with what a scenario expects."""

import re


def aslist(value):
    return value if isinstance(value, list) else [value]


def judge(expect, document):
    """What is wrong, one line each; empty: all as expected."""
    problems = []

    def differs(what, wanted, seen):
        problems.append(f"{what}: expected {wanted}, got {seen}")

    if document.get("verdict") not in aslist(expect["verdict"]):
        differs("verdict", expect["verdict"], document.get("verdict"))
    given = {item["id"] for item in document.get("advice", [])}
    if not given.issuperset(expect.get("advice", [])):
        differs("advice", sorted(expect["advice"]), sorted(given))
    nodes = [" ".join(str(node.get(key) or "") for key in ("software", "version", "note")) for node in document["topology"]["nodes"]]
    for words in expect.get("nodes", []):
        if not any(re.search(words, node) for node in nodes):
            differs("a node", f"/{words}/", nodes)
    finding = document.get("diagnosis")
    if document.get("verdict") in ("healthy", "unknown") and finding is not None:
        differs("diagnosis", None, finding)
    if "variant" not in expect:
        return problems
    if finding is None:
        problems.append("diagnosis: there is none")
        return problems

    for key in ("variant", "cause", "responsible"):
        if key in expect and finding.get(key) not in aslist(expect[key]):
            differs(key, expect[key], finding.get(key))
    problems += judgeHop(expect, document["topology"], finding.get("failingHop"))
    if not any(item.get("bearing") == "supports" and item.get("observed") for item in finding.get("evidence", [])):
        problems.append("evidence: nothing supports the conclusion")
    if "remedy" in expect and matchingRemedy(expect, finding) is None:
        differs("remediation", f"a command like /{expect['remedy']}/ on {expect.get('remedyHost', 'any host')}",
                [(item.get("host"), item.get("commands")) for item in finding.get("remediation", [])])
    if expect.get("onset") and finding.get("onset") in (None, "unknown"):
        problems.append("onset: unknown, though the logs show it")
    text = " ".join(str(finding.get(key)) for key in ("summary", "firstPlaceToCheck"))
    for words in aslist(expect.get("mentions", [])):
        if not re.search(words, text):
            differs("summary or firstPlaceToCheck", f"/{words}/", text)
    for words in aslist(expect.get("never", [])):
        if re.search(words, text):
            differs("summary or firstPlaceToCheck", f"not /{words}/", text)
    return problems


def judgeDiscovery(expect, text):
    """`discover` of a scenario: patterns that some line of what `hopscope discover` prints must match: a hop with the
    file and line that declares it, a node with its owner. `neverDiscover`: patterns that no line may match."""
    lines = text.splitlines()
    problems = [f"discover: no line matches /{words}/ in\n{text}" for words in aslist(expect.get("discover", []))
                if not any(re.search(words, line) for line in lines)]
    return problems + [f"discover: a line matches /{words}/: {line}" for words in aslist(expect.get("neverDiscover", []))
                       for line in lines if re.search(words, line)]


def judgeHop(expect, topology, failing):
    """`from` is "client" or HOST/SOFTWARE; `to` is HOST:TARGET: any host where it is *, none where it
    is empty; the target is a port or a socket's path."""
    hop = next((hop for hop in topology["hops"] if hop["id"] == failing), None)
    if hop is None:
        return [f"failingHop: {failing} is no hop of the topology"]
    nodes = {node["id"]: node for node in topology["nodes"]}
    problems = []
    caller, callee = nodes[hop["from"]], nodes[hop["to"]]
    if "from" in expect:
        seen = "client" if caller["kind"] == "client" else f"{caller['host']}/{caller['software']}"
        if seen not in aslist(expect["from"]):
            problems.append(f"failingHop: expected from {expect['from']}, got {seen} ({failing})")
    if "to" in expect:
        host, target = expect["to"].split(":", 1)
        if host != "*" and callee["host"] != (host or None):
            problems.append(f"failingHop: expected to {expect['to']}, got host {callee['host']} ({failing})")
        place = hop.get("target") or callee.get("address") or ""
        if target and not re.search(rf"(^|[:/]){re.escape(target)}$", place):
            problems.append(f"failingHop: expected target {target}, got {place} ({failing})")
    return problems


def matchingRemedy(expect, finding):
    for item in finding.get("remediation", []):
        if expect.get("remedyHost") not in (None, item.get("host")):
            continue
        if any(re.search(expect["remedy"], command) for command in item.get("commands", [])):
            return item
    return None
