"""Boots lab hosts: an overlay over the base root, a network namespace, and systemd as its first process."""

import os
import shlex
import shutil
import socket
import subprocess
import time
import uuid

from . import isolation

BRIDGE = "lab"
# A namespaced host may write to its own controllers, so that MemoryMax= and CPUQuota= mean something under cgroup v1.
FIRST_PROCESS = ("for each in memory cpu cpuacct; do [ ! -d /sys/fs/cgroup/$each ] || mount -o remount,bind,rw /sys/fs/cgroup/$each; done; "
                 "exec /lib/systemd/systemd")


class LabError(Exception):
    """The lab itself could not do its part; no word about Hopscope."""


def run(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, errors="replace", **options)
    if result.returncode != 0:
        raise LabError(f"{shlex.join(command)}: exit {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


class Lab:
    """One bridge, this process's own address on it, and the hosts."""

    def __init__(self, base, network):
        self.base = base
        self.network = network  # "10.1.0": the first three parts
        self.directory = "/run/hopscope-lab"
        os.makedirs(self.directory, exist_ok=True)
        run("mount", "-t", "tmpfs", "-o", "mode=755,size=1500m", "tmpfs", self.directory)
        for path in ("/run/systemd", "/run/netns"):
            # nspawn and ip keep books there by machine name; ours are nobody else's business.
            os.makedirs(path, exist_ok=True)
            run("mount", "-t", "tmpfs", "tmpfs", path)
        run("ip", "link", "set", "lo", "up")
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        run("ip", "address", "add", f"{network}.250/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        self.key = f"{self.directory}/key"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", self.key)
        self.hosts = {}

    def names(self, entries):
        """This side's /etc/hosts, and no DNS."""
        self.replaceFile("/etc/hosts", "127.0.0.1 localhost\n" + "".join(f"{a} {n}\n" for n, a in entries.items()))
        self.replaceFile("/etc/resolv.conf", "")

    def replaceFile(self, path, text):
        copy = f"{self.directory}/client{path.replace('/', '-')}"
        with open(copy, "w") as file:
            file.write(text)
        if not os.path.samefile(copy, path):
            run("mount", "--bind", copy, os.path.realpath(path))

    def add(self, name, number, **options):
        self.hosts[name] = Host(self, name, f"{self.network}.{number}", **options)
        return self.hosts[name]

    def knownHosts(self):
        path = f"{self.directory}/known_hosts"
        with open(f"{self.base}/etc/ssh/ssh_host_ed25519_key.pub") as file:
            key = " ".join(file.read().split()[:2])
        with open(path, "w") as file:
            file.writelines(f"{host.address} {key}\n" for host in self.hosts.values())
        return path

    def stop(self):
        for host in self.hosts.values():
            host.kill()


class Host:
    def __init__(self, lab, name, address, user="root", sudo=False, kernelLog=False, diskMegabytes=300, docker=False, podman=False):
        self.lab, self.name, self.address, self.user, self.sudo = lab, name, address, user, sudo
        self.kernelLog, self.docker, self.podman = kernelLog, docker, podman
        self.process = self.leader = None
        self.disk = f"{lab.directory}/{name}"
        self.root = f"{self.disk}-root"
        for path in (self.disk, self.root):
            os.mkdir(path)
        run("mount", "-t", "tmpfs", "-o", f"mode=755,size={diskMegabytes}m", "tmpfs", self.disk)
        for path in ("upper", "work"):
            os.mkdir(f"{self.disk}/{path}", 0o755)
        run("mount", "-t", "overlay", "overlay", "-o",
            f"lowerdir={lab.base},upperdir={self.disk}/upper,workdir={self.disk}/work", self.root)
        self.write("/etc/hostname", name + "\n")
        self.write("/etc/machine-id", uuid.uuid4().hex + "\n")
        self.connect()
        self.addUser()

    # --- before the boot: files straight onto the disk -----------------------------------------------------------
    def write(self, path, text, mode=0o644, owner=None):
        target = self.root + path
        missing = []
        folder = os.path.dirname(target)
        while not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        for folder in reversed(missing):
            os.mkdir(folder, 0o755)
        with open(target, "w") as file:
            file.write(text)
        os.chmod(target, mode)
        if owner:
            self.inRoot("chown", f"{owner}:", *(f[len(self.root):] for f in missing), path)

    def inRoot(self, *command):
        return run("chroot", self.root, *command, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"})

    def addUser(self):
        home = "/root" if self.user == "root" else f"/home/{self.user}"
        if self.user != "root":
            self.inRoot("useradd", "--create-home", "--shell", "/bin/bash", self.user)
            if self.sudo:
                self.write(f"/etc/sudoers.d/{self.user}", f"{self.user} ALL=(ALL) NOPASSWD: ALL\n", 0o440)
        with open(self.lab.key + ".pub") as file:
            self.write(f"{home}/.ssh/authorized_keys", file.read(), 0o600, self.user)
        os.chmod(f"{self.root}{home}/.ssh", 0o700)

    def connect(self):
        wire = f"w{len(self.lab.hosts)}"
        run("ip", "netns", "add", self.name)
        run("ip", "link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        run("ip", "link", "set", wire, "master", BRIDGE, "up")
        for command in (["link", "set", "lo", "up"], ["address", "add", f"{self.address}/24", "dev", "eth0"],
                        ["link", "set", "eth0", "up"], ["route", "add", "default", "via", f"{self.lab.network}.250"]):
            run("ip", "-n", self.name, *command)

    # --- the boot -------------------------------------------------------------------------------------------------
    def boot(self):
        command = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--kill-signal=SIGRTMIN+3",
                   f"--network-namespace-path=/run/netns/{self.name}", "--capability=CAP_NET_ADMIN", "--console=pipe",
                   "--timezone=off", "--resolv-conf=off", "--link-journal=no",
                   "-D", self.root, "-M", self.name]
        if self.kernelLog:
            command += ["--bind=/dev/kmsg", "--capability=CAP_SYSLOG"]
        if self.docker or self.podman:
            # An engine makes namespaces, mounts and devices of its own; its layers can't lie on a layered disk.
            os.mkdir(f"{self.disk}/engine")
            command += ["--capability=all", "--system-call-filter=add_key keyctl bpf",
                        f"--bind={self.disk}/engine:/var/lib/{'docker' if self.docker else 'containers'}"]
        command += ["/bin/sh", "-c", FIRST_PROCESS]
        with open(f"{self.disk}/console", "wb") as console:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console,
                                            preexec_fn=self.enterControlGroup, env={"PATH": os.environ["PATH"]})

    def enterControlGroup(self):
        # Each host needs groups of its own: their systemds would share /system.slice otherwise.
        for controller in isolation.controllers():
            group = f"{controller}/{isolation.PREFIX}{isolation.runner()}-{self.name}"
            os.makedirs(group, exist_ok=True)
            with open(f"{group}/cgroup.procs", "w") as file:
                file.write(str(os.getpid()))

    def awaitBoot(self, limit=30):
        deadline = time.monotonic() + limit
        while not self.answersSsh():
            if self.process.poll() is not None or time.monotonic() > deadline:
                with open(f"{self.disk}/console", errors="replace") as console:
                    raise LabError(f"{self.name} did not boot:\n{console.read()[-3000:]}")
            time.sleep(0.02)
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            self.leader = file.read().split()[0]

    def startEngine(self, limit=30):
        """dockerd with the lab's image in it."""
        self.sh("mount -o remount,rw /proc/sys; for each in /sys/fs/cgroup/*/; do mount -o remount,bind,rw $each; done;"
                "systemctl start --no-block docker.service", timeout=limit)
        deadline = time.monotonic() + limit
        while "ready" not in self.sh("docker version >/dev/null 2>&1 && echo ready", check=False):
            if time.monotonic() > deadline:
                raise LabError(f"{self.name}: no engine\n" + self.sh("journalctl -u docker -n 30 --no-pager", check=False))
            time.sleep(0.1)
        self.sh("docker import /opt/image.tar lab/app:1 >/dev/null")

    def startPodman(self):
        """There is no engine to start; podman asks for more descriptors than a host of the lab may have."""
        self.sh("mount -o remount,rw /proc/sys; for each in /sys/fs/cgroup/*/; do mount -o remount,bind,rw $each; done;"
                "mkdir -p /etc/containers; printf '[containers]\\ndefault_ulimits=[\"nofile=1024:1024\",\"nproc=4096:4096\"]\\n"
                "log_driver=\"k8s-file\"\\n[engine]\\ncgroup_manager=\"cgroupfs\"\\nevents_logger=\"file\"\\nruntime=\"runc\"\\n'"
                " >/etc/containers/containers.conf; podman import /opt/image.tar lab/app:1 >/dev/null")

    def setClock(self, seconds):
        """Wrong by that much for all that starts from now on: hosts can't have a clock of their own."""
        source = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "apps", "clock.c")
        built = f"{self.disk}/clock.so"
        run("cc", "-shared", "-fPIC", "-O1", f"-DOFFSET={int(seconds)}L", "-o", built, source)
        shutil.copyfile(built, f"{self.root}/usr/local/lib/clock.so")
        self.write("/etc/ld.so.preload", "/usr/local/lib/clock.so\n")

    def answersSsh(self):
        try:
            with socket.create_connection((self.address, 22), 0.3) as client:
                client.settimeout(1)
                return client.recv(4) == b"SSH-"
        except OSError:
            return False

    # --- after it -------------------------------------------------------------------------------------------------
    def sh(self, script, check=True, timeout=60):
        """A script as root on the host's console, beside any SSH."""
        result = subprocess.run(
            ["nsenter", "-t", self.leader, "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", "env", "-i", "LC_ALL=C",
             "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "sh", "-c", script],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=timeout)
        if check and result.returncode != 0:
            raise LabError(f"{self.name}: exit {result.returncode} of:\n{script}\n{result.stdout}{result.stderr}")
        return result.stdout + result.stderr

    def login(self, script, timeout=60):
        """The same as the profile's user, over SSH: what a person could do. Returns (exit status, output)."""
        result = subprocess.run(
            ["ssh", "-F", "/dev/null", "-o", f"UserKnownHostsFile={self.lab.knownHosts()}", "-o", "BatchMode=yes",
             "-o", "LogLevel=ERROR", "-i", self.lab.key, f"{self.user}@{self.address}", script],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=timeout)
        return result.returncode, result.stdout + result.stderr

    def kill(self):
        """Pulls the plug, the network's too: the namespace would go on answering for a host that is gone."""
        subprocess.run(["ip", "-n", self.name, "link", "set", "eth0", "down"], capture_output=True)
        if self.process and self.process.poll() is None:
            # The first process's end takes every other process of the host with it.
            subprocess.run(["kill", "-KILL", self.leader or str(self.process.pid)], capture_output=True)
            self.process.wait(10)
        for controller in isolation.controllers():
            isolation.removeGroup(f"{controller}/{isolation.PREFIX}{isolation.runner()}-{self.name}")
