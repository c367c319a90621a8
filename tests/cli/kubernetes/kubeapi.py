"""A cluster's API as far as kubectl needs it to list things: it serves objects, page by page, and counts who asks for what.

The shapes (lists, status answers, paging, pod states, events) are those of the public API reference of Kubernetes 1.30,
Istio's and Linkerd's custom resources; the words of states and events are the kubelet's and scheduler's own.
"""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

#: plural name: API group and version, kind
KINDS = {
    "services": ("v1", "Service"),
    "pods": ("v1", "Pod"),
    "nodes": ("v1", "Node"),
    "namespaces": ("v1", "Namespace"),
    "events": ("v1", "Event"),
    "endpointslices": ("discovery.k8s.io/v1", "EndpointSlice"),
    "ingresses": ("networking.k8s.io/v1", "Ingress"),
    "ingressclasses": ("networking.k8s.io/v1", "IngressClass"),
    "networkpolicies": ("networking.k8s.io/v1", "NetworkPolicy"),
    "deployments": ("apps/v1", "Deployment"),
    "statefulsets": ("apps/v1", "StatefulSet"),
    "daemonsets": ("apps/v1", "DaemonSet"),
    "replicasets": ("apps/v1", "ReplicaSet"),
    "httproutes": ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    "virtualservices": ("networking.istio.io/v1", "VirtualService"),
    "destinationrules": ("networking.istio.io/v1", "DestinationRule"),
    "gateways": ("networking.istio.io/v1", "Gateway"),
    "serviceentries": ("networking.istio.io/v1", "ServiceEntry"),
    "peerauthentications": ("security.istio.io/v1", "PeerAuthentication"),
    "authorizationpolicies": ("security.istio.io/v1", "AuthorizationPolicy"),
    "servers": ("policy.linkerd.io/v1beta3", "Server"),
    "serverauthorizations": ("policy.linkerd.io/v1beta1", "ServerAuthorization"),
}
BUILT_IN = {"discovery.k8s.io/v1", "networking.k8s.io/v1", "apps/v1"}


class KubeApi:
    """`objects` is a list of whole objects; `denied` names kinds that answer 403, `own` the one namespace that may be listed."""

    def __init__(self, objects, denied=(), own=None, logs=None, page=3, user="deploy"):
        self.objects, self.denied, self.own, self.logs, self.page, self.user = objects, set(denied), own, logs or {}, page, user
        self.asked = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, document, kind="application/json"):
                body = document.encode() if isinstance(document, str) else json.dumps(document, separators=(",", ":")).encode()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                api.asked.append(("GET", self.path))
                self.answer(*api.reply(self.path))

            def refuse(self):
                api.asked.append((self.command, self.path))
                self.answer(405, api.status(405, "MethodNotAllowed", "only reads are expected"))

            do_POST = do_PUT = do_PATCH = do_DELETE = refuse

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    @staticmethod
    def status(code, reason, message):
        return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason,
                "code": code}

    def groups(self):
        """The built-in groups, and those of custom resources that some object uses."""
        used = BUILT_IN | {each["apiVersion"] for each in self.objects if "/" in each["apiVersion"]}
        names = {}
        for version in sorted(used):
            names.setdefault(version.split("/")[0], []).append({"groupVersion": version, "version": version.split("/")[1]})
        return {"kind": "APIGroupList", "apiVersion": "v1",
                "groups": [{"name": n, "versions": v, "preferredVersion": v[0]} for n, v in names.items()]}

    def reply(self, target):
        parts = urlsplit(target)
        query = {k: v[0] for k, v in parse_qs(parts.query).items()}
        path = parts.path.strip("/").split("/")
        if parts.path == "/version":
            return 200, {"major": "1", "minor": "30", "gitVersion": "v1.30.2"}
        if parts.path == "/apis":
            return 200, self.groups()
        if path[-1] == "log":
            return self.log(path, query)
        space = path[path.index("namespaces") + 1] if "namespaces" in path[:-1] else None
        return self.list("/".join(path[1:2] if path[0] == "api" else path[1:3]), path[-1], space, query)

    def log(self, path, query):
        key = f"{path[3]}/{path[5]}/{query['container']}" + ("/previous" if query.get("previous") == "true" else "")
        if key not in self.logs:
            return 400, self.status(400, "BadRequest", f'previous terminated container "{query["container"]}" not found')
        return 200, self.logs[key], "text/plain"

    def list(self, version, plural, space, query):
        api_version, kind = KINDS.get(plural, ("", ""))
        group = version.split("/")[0] if "/" in version else ""
        is_custom = version not in BUILT_IN and version != "v1"
        is_known = kind and (version == api_version or is_custom)
        if not is_known or (is_custom and not any(o["apiVersion"] == version for o in self.objects)):
            return 404, self.status(404, "NotFound", "the server could not find the requested resource")
        if plural in self.denied or (self.own and space != self.own):
            where = f'in the namespace "{space}"' if space else "at the cluster scope"
            return 403, self.status(403, "Forbidden", f'{plural}.{group} is forbidden: User "{self.user}" cannot list resource '
                                                      f'"{plural}" in API group "{group}" {where}'.replace(". is", " is"))
        items = [o for o in self.objects if o["kind"] == kind and o["apiVersion"] == version
                 and (space is None or o["metadata"].get("namespace") == space)]
        if query.get("fieldSelector") == "type=Warning":
            items = [o for o in items if o.get("type") == "Warning"]
        if query.get("fieldSelector") == "status.phase!=Succeeded":
            items = [o for o in items if o["status"].get("phase") != "Succeeded"]
        start = int(query.get("continue", "0"))
        shown = items[start:start + self.page]
        meta = {"resourceVersion": "4711"}
        if start + self.page < len(items):
            meta.update({"continue": str(start + self.page), "remainingItemCount": len(items) - start - self.page})
        # A server leaves kind and version out of the items of a list.
        return 200, {"kind": kind + "List", "apiVersion": version, "metadata": meta,
                     "items": [{k: v for k, v in o.items() if k not in ("kind", "apiVersion")} for o in shown]}

    def kubeconfig(self, path):
        document = {"apiVersion": "v1", "kind": "Config", "current-context": "shop",
                    "clusters": [{"name": "c", "cluster": {"server": f"http://127.0.0.1:{self.port}"}}],
                    "users": [{"name": "u", "user": {"token": "not-a-real-one"}}],
                    "contexts": [{"name": "shop", "context": {"cluster": "c", "user": "u", "namespace": "shop"}},
                                 {"name": "other", "context": {"cluster": "nowhere", "user": "u"}}]}
        with open(path, "w", encoding="utf-8") as out:
            json.dump(document, out)
        return path


class Site:
    """What users meet: one answer for all requests."""

    def __init__(self):
        self.status, self.body = 200, "ok"
        site = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                body = site.body.encode()
                self.send_response(site.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
