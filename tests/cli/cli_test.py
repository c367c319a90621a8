#!/usr/bin/env python3
"""The command line as a script would use it: exit codes, one-line errors, help and man page, bundles.

Usage: cli_test.py PATH_OF_HOPSCOPE SOURCE_DIR
"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest

HOPSCOPE = ""
SOURCE = ""


def run(*words, stdin=None, timeout=60, env=None):
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    environment.update(env or {})
    return subprocess.run([HOPSCOPE, *words], input=stdin, capture_output=True, text=True, timeout=timeout,
                          env=environment)


def closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class CommandLine(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def file(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def assert_one_line_error(self, result, *words):
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_help_and_version_of_the_whole_and_of_each_command(self):
        overview = run("--help")
        self.assertEqual(overview.returncode, 0)
        self.assertRegex(run("--version").stdout, r"^hopscope \d+\.\d+\.\d+\n$")
        commands = re.findall(r"^  ([a-z]+) {2,}", overview.stdout, re.M)
        self.assertEqual(set(commands), {"diagnose", "discover", "watch", "explain", "demo", "collect"})
        with open(os.path.join(SOURCE, "packaging/linux/hopscope.1"), encoding="utf-8") as page:
            manual = page.read().replace("\\-", "-")
        for command in commands:
            text = run(command, "--help")
            self.assertEqual(text.returncode, 0, command)
            self.assertEqual(run(command, "--version").returncode, 0, command)
            self.assertIn("hopscope " + command, manual)
            for option in re.findall(r"(--[a-z][a-z-]+)", text.stdout):
                if option != "--help-all":
                    self.assertIn(option, manual, command)

    def test_unknown_words_are_usage_errors(self):
        self.assert_one_line_error(run("diagnose", "--no-such-option"), "no-such-option")
        self.assert_one_line_error(run("diagnose"), "--url")
        self.assert_one_line_error(run("diagnose", "--url", "http://127.0.0.1/", "--timeout", "soon"), "--timeout", "soon")
        self.assert_one_line_error(run("discover", "--from", self.folder, "--software", "iis"), "--software")
        self.assert_one_line_error(run("watch", "--url", "http://127.0.0.1/", "--count", "0"), "--count")
        self.assert_one_line_error(run("demo", "--fault", "no-such-fault"), "no-such-fault")

    def test_the_window_without_a_display_says_so(self):
        self.assert_one_line_error(run(), "display")

    def test_a_profile_that_cannot_be_read_names_file_key_and_expectation(self):
        self.assert_one_line_error(run("diagnose", os.path.join(self.folder, "none.json")), "none.json")
        broken = self.file("broken.json", '{"schema": "hopscope.profile/1",\n "name": }')
        self.assert_one_line_error(run("diagnose", broken), "broken.json")
        port = '{"schema":"hopscope.profile/1","name":"x","url":"http://a.example/","hosts":[{"name":"h","ssh":{"host":"h","port":"abc"}}]}'
        self.assert_one_line_error(run("diagnose", self.file("port.json", port)), "port.json", "hosts[0].ssh.port", "65535")
        newer = self.file("newer.json", '{"schema":"hopscope.profile/9","name":"x","url":"http://a.example/","hosts":[]}')
        self.assert_one_line_error(run("diagnose", newer), "newer.json", "schema")
        missing = '{"schema":"hopscope.profile/1","name":"x","hosts":[]}'
        path = self.file("missing.json", missing)
        self.assert_one_line_error(run("diagnose", path), "missing.json", "url")
        with open(path, encoding="utf-8") as unchanged:
            self.assertEqual(unchanged.read(), missing)

    def test_json_on_stdout_is_the_only_text_there(self):
        result = run("diagnose", "--url", f"http://127.0.0.1:{closed_port()}/", "--json", "-", "--timeout", "10")
        document = json.loads(result.stdout)
        self.assertEqual(document["schema"], "hopscope.diagnosis/1")
        self.assertNotEqual(document["verdict"], "healthy")
        self.assertEqual(result.returncode, {"failing": 1, "degraded": 1, "unknown": 3}[document["verdict"]])
        self.assertEqual(document["diagnosis"] is None, document["verdict"] in ("healthy", "unknown"))

    def test_an_unreachable_ssh_host_is_named_and_not_called_healthy(self):
        port = closed_port()
        result = run("diagnose", "--url", f"http://127.0.0.1:{closed_port()}/", "--ssh", f"nobody@127.0.0.1:{port}",
                     "--json", "-", "--timeout", "10", "--ssh-config", os.devnull)
        document = json.loads(result.stdout)
        host = document["hosts"][0]
        self.assertFalse(host["reachable"])
        self.assertIn("refused", json.dumps(host["error"]).lower())
        self.assertIn(result.returncode, (1, 3))

    def test_a_local_host_is_read_without_ssh_and_a_bundle_says_the_same_later(self):
        profile = self.file("local.json", json.dumps({
            "schema": "hopscope.profile/1", "name": "local", "url": f"http://127.0.0.1:{closed_port()}/",
            "hosts": [{"name": "me", "local": True}]}))
        bundle = os.path.join(self.folder, "local.bundle")
        collected = run("collect", profile, "-o", bundle)
        self.assertIn(collected.returncode, (0, 1, 3), collected.stderr)
        once = run("diagnose", bundle, "--json", "-")
        again = run("diagnose", bundle, "--json", "-")
        self.assertEqual(once.stdout, again.stdout)
        document = json.loads(once.stdout)
        self.assertTrue(document["hosts"][0]["reachable"])
        self.assertEqual(once.returncode, collected.returncode)

    def test_what_a_diagnosis_read_is_kept_and_says_the_same_later(self):
        bundle = os.path.join(self.folder, "kept.bundle")
        live = run("diagnose", "--url", f"http://127.0.0.1:{closed_port()}/", "--ssh", f"nobody@127.0.0.1:{closed_port()}",
                   "--ssh-config", os.devnull, "--json", "-", "--bundle", bundle)
        later = run("diagnose", bundle, "--json", "-")
        self.assertEqual(later.stdout, live.stdout)
        self.assertEqual(later.returncode, live.returncode)
        self.assert_one_line_error(run("diagnose", bundle, "--bundle", bundle + "2", "--redact"), "--redact")
        self.assert_one_line_error(run("diagnose", bundle, "--bundle", bundle + "2"), "--bundle")
        self.assertFalse(os.path.exists(bundle + "2"))

    def test_a_healthy_chain_is_remembered_and_what_differs_later_is_evidence(self):
        web = subprocess.Popen([sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", self.folder],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(web.wait)
        self.addCleanup(web.kill)
        self.addCleanup(web.stdout.close)
        port = re.search(r"port (\d+)", web.stdout.readline()).group(1)
        profile = self.file("local.json", json.dumps({
            "schema": "hopscope.profile/1", "name": "local", "url": f"http://127.0.0.1:{port}/", "mine": 7,
            "hosts": [{"name": "me", "local": True}]}))
        self.assertEqual(run("diagnose", profile).returncode, 0)
        with open(profile) as file:
            self.assertNotIn("baseline", json.load(file))  # only where it is asked for
        self.assertEqual(run("diagnose", profile, "--save-baseline").returncode, 0)
        with open(profile) as file:
            text = file.read()
        saved = json.loads(text)
        self.assertEqual((saved["mine"], saved["baseline"]["schema"]), (7, "hopscope.baseline/1"))
        web.kill()
        web.wait()
        later = run("diagnose", profile, "--save-baseline", "--json", "-")
        self.assertEqual(later.returncode, 1, later.stdout)
        told = [item["observed"] for item in json.loads(later.stdout)["diagnosis"]["evidence"] if item["check"] == "baseline"]
        self.assertTrue(any(f":{port}" in words for words in told), told)
        with open(profile) as file:
            self.assertEqual(file.read(), text)  # nothing of an outage

    def test_a_damaged_bundle_is_a_usage_error(self):
        path = self.file("damaged.bundle", "SQLite format 3\0" + "x" * 2000)
        self.assert_one_line_error(run("diagnose", path), "damaged.bundle")

    def test_watch_prints_one_document_a_line(self):
        result = run("watch", "--url", f"http://127.0.0.1:{closed_port()}/", "--count", "2", "--interval", "0.1", "--json", "-")
        documents = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(len(documents), 2)
        self.assertNotEqual(documents[0]["startedAt"], documents[1]["startedAt"])

    def test_explain_answers_each_line_in_order(self):
        lines = ["2026/11/21 09:12:03 [error] 12#12: *7 connect() failed (111: Connection refused) while connecting to "
                 "upstream, client: 192.0.2.9, server: a.example, request: \"GET / HTTP/1.1\", upstream: "
                 "\"http://10.9.8.7:4321/\", host: \"a.example\"", "all is well"]
        result = run("explain", "--json", "-", stdin="\n".join(lines) + "\n")
        self.assertEqual(result.returncode, 0, result.stderr)
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([answer["line"] for answer in answers], lines)
        self.assertEqual([answer["variant"] for answer in answers], ["connection-refused", "none"])
        self.assertEqual(answers[0]["component"], "nginx")
        self.assertIsNone(answers[0]["cause"])

    def test_offline_discovery_finds_the_hop_and_its_place(self):
        conf = self.file("nginx.conf", "events {}\nhttp {\n  server {\n    listen 80;\n    location / {\n"
                         "      proxy_pass http://10.20.30.40:5050;\n    }\n  }\n}\n")
        result = run("discover", "--from", conf, "--json", "-")
        self.assertEqual(result.returncode, 0, result.stderr)
        document = json.loads(result.stdout)
        self.assertEqual(document["schema"], "hopscope.topology/1")
        hops = [hop for hop in document["topology"]["hops"] if hop["target"] == "10.20.30.40:5050"]
        self.assertEqual(len(hops), 1)
        self.assertEqual(hops[0]["declaredAt"]["line"], 6)

    def test_pictures_and_pages_are_written(self):
        wanted = {name: os.path.join(self.folder, "out." + name) for name in ("png", "svg", "pdf", "html", "markdown")}
        words = [word for name, path in wanted.items() for word in ("--" + name, path)]
        run("diagnose", "--url", f"http://127.0.0.1:{closed_port()}/", "--timeout", "10", *words)
        starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF", "html": b"<!DOCTYPE html>", "markdown": b"#"}
        for name, path in wanted.items():
            with open(path, "rb") as written:
                self.assertTrue(written.read(64).lstrip().startswith(starts[name]), name)

    def test_a_picture_that_cannot_be_written_ends_with_2(self):
        result = run("diagnose", "--url", f"http://127.0.0.1:{closed_port()}/", "--timeout", "10",
                     "--png", os.path.join(self.folder, "no", "such", "folder.png"))
        self.assertEqual(result.returncode, 2)


if __name__ == "__main__":
    HOPSCOPE, SOURCE = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
