#!/usr/bin/env python3
"""Outages in a cluster, diagnosed through the real kubectl against a small API server, beside look-alikes that are well.

Usage: kubernetes_test.py PATH_OF_HOPSCOPE
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from kubeapi import KubeApi, Site  # noqa: E402
from shop import Shop, ago, event, meta, pod  # noqa: E402

HOPSCOPE = ""
WEB = Shop.WEB


class Outage(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.site = Site()
        self.addCleanup(self.site.close)
        self.shop = Shop(self.site.port)

    def run_hopscope(self, *words, **api):
        self.api = KubeApi(self.shop.listing(), logs=self.shop.logs, **api)
        self.addCleanup(self.api.close)
        config = self.api.kubeconfig(os.path.join(self.folder.name, "kubeconfig"))
        profile = os.path.join(self.folder.name, "profile.json")
        with open(profile, "w", encoding="utf-8") as out:
            json.dump({"schema": "hopscope.profile/1", "name": "shop", "url": f"http://shop.test:{self.site.port}/cart", "resolve": "127.0.0.1",
                       "hosts": [{"name": "me", "local": True, "kubernetes": {"kubeconfig": config, "context": "shop"}}]}, out)
        environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
        home = os.path.join(self.folder.name, "home")
        os.makedirs(home, exist_ok=True)
        environment["HOME"] = home
        self.result = subprocess.run([HOPSCOPE, *words, profile, "--json", "-", "--timeout", "40"], capture_output=True, text=True,
                                     timeout=120, env=environment)
        self.document = json.loads(self.result.stdout)
        self.assertNotIn("s3cretword", self.result.stdout)
        self.assertTrue(all(method == "GET" for method, _ in self.api.asked), self.api.asked)
        self.assertFalse(any("secrets" in path or "configmaps" in path for _, path in self.api.asked))
        self.assertFalse(os.path.exists(os.path.join(home, ".kube")), "kubectl wrote its cache")
        return self.document

    def diagnose(self, status=200, body="ok", **api):
        self.site.status, self.site.body = status, body
        return self.run_hopscope("diagnose", **api)

    def assert_cause(self, cause, hop, verdict="failing"):
        found = self.document["diagnosis"] or {}
        summary = json.dumps({"verdict": self.document["verdict"], "alternatives": self.document["alternatives"],
                              "finding": {k: found.get(k) for k in ("failingHop", "variant", "cause", "summary", "confidence")}}, indent=1)
        self.assertEqual((self.document["verdict"], found.get("cause")), (verdict, cause), summary)
        self.assertIn(hop, found["failingHop"], summary)
        return found

    def commands(self):
        return [c for r in self.document["diagnosis"]["remediation"] for c in r["commands"]]


class Healthy(Outage):
    def test_a_healthy_shop_and_its_chain(self):
        document = self.diagnose()
        self.assertEqual(document["verdict"], "healthy", self.result.stdout[:3000])
        hops = {h["id"]: h for h in document["topology"]["hops"]}
        for name in WEB:
            self.assertEqual(hops[f"ingress/nginx>pod/shop/{name}:3000"]["state"], "ok")
            self.assertEqual(hops[f"ingress/nginx>pod/shop/{name}:3000"]["declaredAt"]["file"], "ingress/shop/web")
        self.assertEqual(hops["ingress/nginx>pod/shop/web-5d9c7b-aaaaa:3000"]["target"], "10.244.1.7:3000")
        self.assertIn("client>ingress/nginx", hops)
        self.assertTrue(any(h.endswith(">pod/shop/db-0:5432") for h in hops), hops.keys())
        self.assertEqual([g for g in document["incomplete"] if g["check"] == "kubernetes"], [])

    def test_a_rollout_that_just_began_is_no_outage(self):
        fresh = pod("web-66f-ccccc", {"app": "web"}, "node:21", 3000, ip="10.244.1.30")
        fresh["metadata"]["creationTimestamp"] = ago(8)
        self.shop.add(fresh)
        self.shop.break_pod("web-66f-ccccc", {"running": {"startedAt": ago(5)}})
        self.shop.add(event("web-66f-ccccc", "Unhealthy", "Readiness probe failed: dial tcp 10.244.1.30:3000: connect: connection refused", 1, first=4))
        self.assertEqual(self.diagnose()["verdict"], "healthy")

    def test_noise_beside_the_path_is_no_outage(self):
        self.shop.add(pod("cleanup-1", {"job": "cleanup"}, "busybox", 80, ip="10.244.1.40", readiness=False))
        self.shop.crash("cleanup-1")
        self.shop.add({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta("deny", "default"),
                       "spec": {"podSelector": {}, "policyTypes": ["Ingress"]}})
        self.assertEqual(self.diagnose()["verdict"], "healthy")

    def test_discover_prints_the_same_chain(self):
        self.run_hopscope("discover")
        ids = [h["id"] for h in self.document["topology"]["hops"]]
        self.assertIn("ingress/nginx>pod/shop/web-5d9c7b-aaaaa:3000", ids)


class Pods(Outage):
    def test_a_crash_loop_is_named_with_its_last_words_and_the_rollout_before(self):
        for name in WEB:
            self.shop.crash(name)
            self.shop.logs[f"shop/{name}/web/previous"] = f"{ago(301)} Error: connect ECONNREFUSED 10.96.0.2:5432\n"
        found_set = self.shop.get("ReplicaSet", "web-5d9c7b")
        found_set["metadata"]["creationTimestamp"] = ago(1000)
        self.diagnose(503)
        found = self.assert_cause("pod-crash-loop", "pod/shop/web")
        self.assertEqual(found["variant"], "no-healthy-upstream")
        self.assertIn("CrashLoopBackOff", found["summary"])
        self.assertTrue(any("--context shop" in c and "--previous" in c and "-n shop" in c for c in self.commands()), self.commands())
        self.assertTrue(any("rollout undo deployment/web" in c for c in self.commands()), self.commands())
        self.assertTrue(any("node:18-alpine to node:20-alpine" in c["what"] for c in found["changes"]), found["changes"])
        self.assertTrue(any("previous" in path for _, path in self.api.asked))

    def test_one_pod_of_two_is_degraded(self):
        self.shop.crash(WEB[0])
        self.diagnose(200)
        self.assert_cause("pod-crash-loop", WEB[0], "degraded")

    def test_a_dead_replica_is_not_blamed_for_errors_of_the_living_one(self):
        self.shop.crash(WEB[0])
        self.diagnose(500)
        self.assertNotEqual((self.document["diagnosis"] or {}).get("cause"), "pod-crash-loop")

    def test_memory_wins_over_the_crash_loop(self):
        for name in WEB:
            self.shop.crash(name, "OOMKilled", 137)
        self.diagnose(503)
        self.assertIn("256Mi", self.assert_cause("oom-killed", "pod/shop/web")["summary"])

    def test_an_image_that_cannot_be_pulled(self):
        for name in WEB:
            self.shop.break_pod(name, {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "node:20-alpin"'}}, phase="Pending")
            self.shop.add(event(name, "Failed", 'Failed to pull image "node:20-alpin": manifest unknown'))
        self.diagnose(503)
        self.assert_cause("image-pull-failed", "pod/shop/web")

    def test_a_pod_without_a_machine(self):
        for name in WEB:
            it = self.shop.get("Pod", name)
            it["status"] = {"phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes are available: 1 Insufficient cpu."},
                {"type": "Ready", "status": "False"}]}
        self.diagnose(503)
        self.assert_cause("pod-unschedulable", "pod/shop/web")

    def test_an_app_that_says_it_is_not_ready(self):
        for name in WEB:
            self.shop.break_pod(name, {"running": {"startedAt": ago(5000)}})
            self.shop.add(event(name, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"))
        self.diagnose(503)
        self.assert_cause("pod-not-ready", "pod/shop/web")

    def test_a_readiness_test_for_a_path_that_is_not_there(self):
        for name in WEB:
            self.shop.break_pod(name, {"running": {"startedAt": ago(5000)}})
            self.shop.add(event(name, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404"))
        self.diagnose(503)
        self.assertIn("/healthz", self.assert_cause("health-check-misconfigured", "pod/shop/web")["summary"])

    def test_a_liveness_test_that_restarts_the_app(self):
        for name in WEB:
            self.shop.crash(name, "Error", 137)
            self.shop.add(event(name, "Unhealthy", 'Liveness probe failed: Get "http://10.244.1.7:3000/": context deadline exceeded'),
                          event(name, "Killing", "Container web failed liveness probe, will be restarted"))
        self.diagnose(503)
        self.assert_cause("liveness-probe-failing", "pod/shop/web")

    def test_a_secret_that_is_missing(self):
        for name in WEB:
            self.shop.break_pod(name, {"waiting": {"reason": "CreateContainerConfigError", "message": 'secret "shop-db" not found'}}, phase="Pending")
        self.diagnose(503)
        self.assert_cause("app-misconfigured", "pod/shop/web")

    def test_the_database_behind_the_app(self):
        self.shop.crash("db-0")
        self.diagnose(500)
        self.assert_cause("pod-crash-loop", ">pod/shop/db-0")

    def test_a_mesh_proxy_that_is_not_ready(self):
        for name in WEB:
            it = self.shop.get("Pod", name)
            it["spec"]["containers"].append({"name": "istio-proxy", "image": "istio/proxyv2:1.22.1", "readinessProbe": {"httpGet": {"path": "/healthz/ready", "port": 15021}}})
            it["status"]["containerStatuses"].append({"name": "istio-proxy", "ready": False, "restartCount": 0, "state": {"running": {"startedAt": ago(4000)}}})
            it["status"]["conditions"][1]["status"] = "False"
            self.shop.add(event(name, "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503 (http://10.244.1.7:15021/healthz/ready)"))
        self.diagnose(503)
        self.assert_cause("sidecar-not-ready", "istio-proxy")


class Services(Outage):
    def test_a_selector_that_fits_no_pod(self):
        self.shop.get("Service", "web")["spec"]["selector"] = {"app": "webb"}
        self.diagnose(503)
        self.assertIn("app=webb", self.assert_cause("selector-mismatch", "service/shop/web")["summary"])

    def test_a_deployment_that_is_scaled_to_zero(self):
        self.shop.objects = [o for o in self.shop.objects if not (o["kind"] == "Pod" and o["metadata"]["name"] in WEB)]
        self.shop.get("Deployment", "web")["spec"]["replicas"] = 0
        self.diagnose(503)
        self.assertIn("scaled to 0", self.assert_cause("no-endpoints", "service/shop/web")["summary"])

    def test_an_ingress_that_names_a_port_the_service_has_not(self):
        rules = self.shop.get("Ingress", "web")["spec"]["rules"]
        rules[0]["http"]["paths"][0]["backend"]["service"]["port"] = {"number": 8080}
        self.diagnose(503)
        self.assert_cause("service-port-mismatch", "service/shop/web:8080")

    def test_an_ingress_that_names_no_service(self):
        rules = self.shop.get("Ingress", "web")["spec"]["rules"]
        rules[0]["http"]["paths"][0]["backend"]["service"]["name"] = "shop-web"
        self.diagnose(503)
        self.assert_cause("route-missing-in-proxy", "service/shop/shop-web")

    def test_a_target_port_where_nobody_listens(self):
        self.shop.get("Service", "web")["spec"]["ports"][0]["targetPort"] = 8080
        self.diagnose(502)
        found = self.assert_cause("service-port-mismatch", "pod/shop/web")
        self.assertIn("3000", found["summary"])

    def test_the_same_service_with_the_right_port_is_not_blamed(self):
        self.diagnose(502)
        self.assertNotIn((self.document["diagnosis"] or {}).get("cause"), ("service-port-mismatch", "network-policy", "selector-mismatch"))

    def test_no_rule_for_the_name(self):
        self.shop.get("Ingress", "web")["spec"]["rules"][0]["http"]["paths"][0].update(path="/shop")
        self.diagnose(404, "default backend - 404")
        self.assert_cause("route-missing-in-proxy", "ingress/nginx")


class Policies(Outage):
    def policy(self, peers):
        self.shop.add({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta("web-only"),
                       "spec": {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"], "ingress": [{"from": peers}]}})

    def test_a_policy_that_keeps_the_ingress_out(self):
        self.policy([{"podSelector": {"matchLabels": {"app": "other"}}}])
        self.diagnose(504)
        self.assertIn("web-only", self.assert_cause("network-policy", "pod/shop/web")["summary"])

    def test_a_policy_that_lets_the_ingress_in_is_not_blamed(self):
        self.policy([{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}])
        self.diagnose(504)
        self.assertNotEqual((self.document["diagnosis"] or {}).get("cause"), "network-policy")

    def mesh(self, caller):
        for name in WEB:
            it = self.shop.get("Pod", name)
            self.shop.objects.remove(it)
            self.shop.add(pod(name, {"app": "web"}, "node:20-alpine", 3000, ip=it["status"]["podIP"], owned="web-5d9c7b", sidecar="istio-proxy"))
        if caller:
            it = self.shop.get("Pod", "ingress-nginx-controller-7f")
            it["spec"]["containers"].append({"name": "istio-proxy", "image": "istio/proxyv2:1.22.1"})
            it["status"]["containerStatuses"].append({"name": "istio-proxy", "ready": True, "state": {"running": {}}})

    def strict(self, mode="STRICT"):
        self.shop.add({"apiVersion": "security.istio.io/v1", "kind": "PeerAuthentication", "metadata": meta("default"), "spec": {"mtls": {"mode": mode}}})

    def test_strict_encryption_before_a_caller_without_a_proxy(self):
        self.mesh(caller=False)
        self.strict()
        self.diagnose(502)
        found = self.assert_cause("mtls-mismatch", "istio-proxy")
        self.assertIn("STRICT", found["summary"])

    def test_permissive_encryption_is_not_blamed(self):
        self.mesh(caller=False)
        self.strict("PERMISSIVE")
        self.diagnose(502)
        self.assertNotEqual((self.document["diagnosis"] or {}).get("cause"), "mtls-mismatch")

    def test_a_caller_that_is_told_not_to_encrypt(self):
        self.mesh(caller=True)
        self.strict()
        self.shop.add({"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": meta("web"),
                       "spec": {"host": "web.shop.svc.cluster.local", "trafficPolicy": {"tls": {"mode": "DISABLE"}}}})
        self.diagnose(503)
        self.assertIn("DISABLE", self.assert_cause("mtls-mismatch", "istio-proxy")["summary"])

    def test_a_mesh_that_agrees_is_healthy(self):
        self.mesh(caller=True)
        self.strict()
        document = self.diagnose()
        self.assertEqual(document["verdict"], "healthy")
        self.assertTrue(any(n["kind"] == "sidecar" for n in document["topology"]["nodes"]))

    def test_an_access_rule_that_admits_others_only(self):
        self.mesh(caller=True)
        self.shop.add({"apiVersion": "security.istio.io/v1", "kind": "AuthorizationPolicy", "metadata": meta("web"),
                       "spec": {"selector": {"matchLabels": {"app": "web"}}, "rules": [{"from": [{"source": {"principals": ["cluster.local/ns/shop/sa/cart"]}}]}]}})
        self.diagnose(403, "RBAC: access denied")
        self.assert_cause("mesh-policy-denied", "istio-proxy")

    def test_a_route_to_a_subset_that_is_not_defined(self):
        self.mesh(caller=True)
        self.shop.add({"apiVersion": "networking.istio.io/v1", "kind": "VirtualService", "metadata": meta("web"),
                       "spec": {"hosts": ["web"], "http": [{"route": [{"destination": {"host": "web", "subset": "v2"}}]}]}},
                      {"apiVersion": "networking.istio.io/v1", "kind": "DestinationRule", "metadata": meta("web"),
                       "spec": {"host": "web", "subsets": [{"name": "v1", "labels": {"app": "web"}}]}})
        self.diagnose(503)
        self.assertIn("v2", self.assert_cause("subset-missing", "istio-proxy")["summary"])


class Rights(Outage):
    def test_what_may_not_be_listed_is_named_with_the_grant_and_never_green(self):
        document = self.diagnose(503, denied=["pods", "events"])
        self.assertNotEqual(document["verdict"], "healthy")
        gaps = [g["reason"] for g in document["incomplete"] if g["check"] == "kubernetes"]
        self.assertTrue(any("--verb=get,list --resource=" in g and "pods" in g for g in gaps), gaps)
        self.assertNotIn((document["diagnosis"] or {}).get("cause"), ("selector-mismatch", "no-endpoints"))
        for hop in document["topology"]["hops"]:
            if ">service/" in hop["id"] or ">pod/" in hop["id"] or ">deployment/" in hop["id"]:
                self.assertNotEqual(hop["state"], "ok", hop["id"])

    def test_one_namespace_is_enough_for_its_own_chain(self):
        for name in WEB:
            self.shop.crash(name)
        document = self.diagnose(503, own="shop")
        self.assert_cause("pod-crash-loop", "pod/shop/web")
        self.assertTrue(any("only namespace shop" in g["reason"] for g in document["incomplete"]), document["incomplete"])

    def test_an_api_that_does_not_answer_is_said(self):
        self.site.status = 503
        profile = os.path.join(self.folder.name, "p.json")
        config = KubeApi([])
        path = config.kubeconfig(os.path.join(self.folder.name, "kubeconfig"))
        config.close()
        with open(profile, "w", encoding="utf-8") as out:
            json.dump({"schema": "hopscope.profile/1", "name": "shop", "url": f"http://shop.test:{self.site.port}/", "resolve": "127.0.0.1",
                       "hosts": [{"name": "me", "local": True, "kubernetes": {"kubeconfig": path}}]}, out)
        result = subprocess.run([HOPSCOPE, "diagnose", profile, "--json", "-"], capture_output=True, text=True, timeout=120)
        gaps = [g["reason"] for g in json.loads(result.stdout)["incomplete"] if g["check"] == "kubernetes"]
        self.assertTrue(gaps and "refused" in gaps[0], gaps)


if __name__ == "__main__":
    HOPSCOPE = sys.argv[1]
    if not shutil.which("kubectl"):
        sys.exit("kubectl is not installed (packaging/setup test)")
    unittest.main(argv=[sys.argv[0], *sys.argv[2:]])
