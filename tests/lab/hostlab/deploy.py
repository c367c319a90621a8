"""Puts a scenario's apps and files onto hosts that have not booted yet."""

import os

APPS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "apps")

# kind: the files of apps/ it needs, and the command that its unit runs.
KINDS = {
    "node": (["web.js"], "/usr/bin/node {folder}/web.js"),
    "python": (["web.py", "fault.py"], "/usr/bin/python3 {folder}/web.py"),
    "uvicorn": (["asgi.py", "fault.py"], "/usr/bin/uvicorn --host {bind} --port {port} asgi:app"),
    "uvicorn-redis": (["notes.py", "fault.py"], "/usr/bin/uvicorn --host {bind} --port {port} notes:app"),
    "gunicorn": (["wsgi.py", "fault.py"], "/usr/bin/gunicorn --workers 2 --threads 4 --bind {target} wsgi:app"),
    "store": (["store.py"], "/usr/bin/gunicorn --workers 2 --bind {target} store:app"),
    "uwsgi": (["store.py"], "/usr/bin/uwsgi --plugin python3 --master --processes 2 --harakiri 20 --socket {target} --module store:app"),
    "uwsgi-plain": (["wsgi.py", "fault.py"], "/usr/bin/uwsgi --plugin python3 --master --processes 2 --socket {target} --module wsgi:app"),
    "store-node": (["store.js"], "/usr/bin/node {folder}/store.js"),
    "puma": (["store.ru"], "/usr/bin/puma --bind tcp://{target} {folder}/store.ru"),
    "dns": (["dns.py"], "/usr/bin/python3 {folder}/dns.py"),
}

UNIT = """\
[Unit]
Description={unit}
After=network.target

[Service]
User={user}
WorkingDirectory={folder}
{environment}
ExecStart={command}
{service}

[Install]
WantedBy=multi-user.target
"""


def deploy(scenario, hosts):
    for host in hosts.values():
        entries = {f"{other.address} {other.name}" for other in hosts.values()}
        entries |= {f"{hosts[h].address} {name}" for name, h in scenario.get("names", {}).items() if h in hosts}
        host.write("/etc/hosts", "127.0.0.1 localhost\n" + "\n".join(sorted(entries)) + "\n")
    for app in scenario["app"]:
        deployApp(app, hosts[app["host"]])
    for file in scenario["file"]:
        hosts[file["host"]].write(file["path"], file["text"], int(file.get("mode", "644"), 8), file.get("owner"))
    for name, units in scenario["enable"].items():
        for unit in units:
            enable(hosts[name], unit)


def deployApp(app, host):
    kind = app["kind"]
    if kind == "php":
        return deployPage(app, host)
    if kind == "container":
        return deployFolder(app, host)
    files, command = KINDS[kind]
    user = app.get("user", app["unit"])
    folder = app.get("folder", f"/srv/{app['unit']}")
    if user != "root":
        host.inRoot("useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", user)
    for name in files:
        with open(os.path.join(APPS, name)) as file:
            host.write(f"{folder}/{name}", file.read())
    host.inRoot("chown", "-R", f"{user}:", folder)  # it may note its faults there
    environment = {"NAME": app["unit"], "PYTHONUNBUFFERED": "1"}
    if "socket" in app:
        environment["SOCKET"] = app["socket"]
    else:
        environment |= {"HOST": app.get("bind", "0.0.0.0"), "PORT": str(app.get("port", 0))}
    environment |= app.get("environment", {})
    target = f"unix:{app['socket']}" if "socket" in app else f"{app.get('bind', '0.0.0.0')}:{app.get('port', 0)}"
    host.write(f"/etc/systemd/system/{app['unit']}.service", UNIT.format(
        unit=app["unit"], user=user, folder=folder,
        environment="\n".join(f'Environment="{key}={value}"' for key, value in environment.items()),
        command=command.format(folder=folder, bind=app.get("bind", "0.0.0.0"), port=app.get("port", 0), target=target),
        service=app.get("service", "")))
    enable(host, app["unit"])


def deployPage(app, host):
    """PHP-FPM runs what Debian's own pool and unit say; scenarios change the pool by files of their own."""
    with open(os.path.join(APPS, "index.php")) as file:
        host.write(f"{app['folder']}/index.php", file.read())
    enable(host, phpUnit(host))


def deployFolder(app, host):
    """What a scenario's containers mount; it runs them itself."""
    for name in ("web.py", "fault.py", "store.py"):
        with open(os.path.join(APPS, name)) as file:
            host.write(f"{app.get('folder', '/srv/' + app['unit'])}/{name}", file.read())


def phpUnit(host):
    return next(name.removesuffix(".service") for name in os.listdir(f"{host.root}/lib/systemd/system")
                if name.startswith("php") and name.endswith("-fpm.service"))


def enable(host, unit):
    folder = f"{host.root}/etc/systemd/system/multi-user.target.wants"
    os.makedirs(folder, exist_ok=True)
    path = f"{folder}/{unit}.service"
    if not os.path.lexists(path):
        place = "/etc" if os.path.exists(f"{host.root}/etc/systemd/system/{unit}.service") else "/lib"
        os.symlink(f"{place}/systemd/system/{unit}.service", path)
