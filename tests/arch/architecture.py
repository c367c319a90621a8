#!/usr/bin/env python3
"""Holds the source to the architecture: who includes whom, where wrapped libraries come in, what each module documents.

    architecture.py SOURCE_DIRECTORY
"""

import os
import re
import sys

# A module may include what stands left of it, and itself; modules of one group do not see each other. (probe writes its
# checks in exec's terms, so it stands after it.)
ORDER = [
    {"base"}, {"model"}, {"profile", "exec", "parse"}, {"probe", "ssh", "discovery", "faults"}, {"diagnosis"},
    {"history", "report"}, {"run"}, {"ui"}, {"app"},
]
# The window shows what a run found: it neither parses nor connects.
UI_SEES = {"base", "model", "profile", "report", "history", "run", "ui"}

# Libraries with one way in: pattern of the include, files that may have it.
WRAPPED = [
    (r"libssh/", r"core/ssh/"),
    (r"qcustomplot\.h", r"ui/plots/"),
]
# What core does without: it has no window.
WINDOWED = re.compile(r"Qt(Gui|Widgets|Svg|PrintSupport)\b|Q(Application|GuiApplication|Widget|Image|Pixmap|Painter|Color|Font|Icon)$")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.MULTILINE)
SOURCE = (".h", ".cpp", ".in")


def moduleOf(path):
    parts = path.split("/")
    if parts[0] == "core" and len(parts) > 2:
        return parts[1]
    return parts[0] if parts[0] in ("ui", "app") else None


def mayInclude(module, other):
    if module == other:
        return True
    if module == "ui" and other not in UI_SEES:
        return False
    rank = {name: number for number, group in enumerate(ORDER) for name in group}
    return rank[other] < rank[module]


def checkIncludes(path, text):
    """The problems of one file; `path` is relative to the top."""
    module = moduleOf(path)
    if module is None:
        return []
    known = set().union(*ORDER)
    if module not in known:
        return [f"{path}: module {module} stands in no group of ORDER"]
    problems = []
    for name in INCLUDE.findall(text):
        other = moduleOf(name)
        if other is not None and other not in known:
            problems.append(f"{path}: includes {name}, of no known module")
        elif other is not None and not mayInclude(module, other):
            problems.append(f"{path}: {module} may not include {name}")
        elif other is None and name.split("/")[0] in ("tests", ".."):
            problems.append(f"{path}: includes {name}; write it from the top, without tests")
        if path.startswith("core/") and WINDOWED.search(name):
            problems.append(f"{path}: core has no window, but includes {name}")
        for pattern, places in WRAPPED:
            if re.match(pattern, name) and not re.match(places, path):
                problems.append(f"{path}: {name} comes in through one wrapper only ({places})")
    return problems


def sourceFiles(top):
    for area in ("core", "ui", "app"):
        for folder, folders, files in os.walk(os.path.join(top, area)):
            folders[:] = [name for name in folders if not name.startswith((".", "build", "CMakeFiles"))]
            for name in sorted(files):
                if name.endswith(SOURCE):
                    yield os.path.relpath(os.path.join(folder, name), top)


def checkReadmes(top):
    problems = []
    for name in sorted(os.listdir(os.path.join(top, "core"))):
        if os.path.isdir(os.path.join(top, "core", name)) and not os.path.isfile(f"{top}/core/{name}/README.md"):
            problems.append(f"core/{name} has no README.md")
    with open(os.path.join(top, "core/README.md")) as file:
        text = file.read()
    problems += [f"core/README.md does not name {module}" for group in ORDER for module in sorted(group)
                 if os.path.isdir(f"{top}/core/{module}") and f"{module}/" not in text]
    return problems


def checkTopLevel(top):
    """The top level is what a newcomer sees first: these, and what a tool insists on finding there."""
    allowed = {"CMakeLists.txt", "app", "core", "ui", "resources", "tests", "packaging", "README.md", "CMakePresets.json",
               "LICENSE", "CHANGELOG.md", "CMakeUserPresets.json"}
    return [f"{name} does not belong at the top level" for name in sorted(os.listdir(top))
            if not name.startswith((".", "build")) and name not in allowed]


def main():
    top = sys.argv[1]
    problems, count, wrappers = [], 0, {}
    for path in sourceFiles(top):
        count += 1
        with open(os.path.join(top, path), encoding="utf-8", errors="replace") as file:
            text = file.read()
        problems += checkIncludes(path, text)
        for pattern, _ in WRAPPED[1:]:
            if any(re.match(pattern, name) for name in INCLUDE.findall(text)):
                wrappers.setdefault(pattern, []).append(path)
    problems += [f"{pattern} is included by {len(paths)} files: {', '.join(paths)}; one wraps it"
                 for pattern, paths in wrappers.items() if len(paths) > 1]
    problems += checkReadmes(top) + checkTopLevel(top)
    if count < 50:
        problems.append(f"only {count} source files found below {top}")
    print("\n".join(problems) or f"{count} files keep to the architecture")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
