"""A shop in a cluster, as objects of the API: ingress-nginx before two pods of "web", and a database that they name."""
import copy
from datetime import datetime, timedelta, timezone

MANAGED = [{"manager": "kubectl-client-side-apply", "operation": "Update", "apiVersion": "v1", "time": "2026-11-01T08:00:00Z",
            "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:containers": {'k:{"name":"web"}': {".": {}, "f:image": {}}}}}}]


def ago(seconds):
    return (datetime.now(timezone.utc) - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def meta(name, space="shop", labels=None, **more):
    result = {"name": name, "namespace": space, "uid": f"uid-{space}-{name}", "creationTimestamp": ago(90000), "labels": labels or {}}
    result.update(more)
    return {**result, "managedFields": MANAGED}


def probe(path="/healthz", port="http", **more):
    return {"httpGet": {"path": path, "port": port, "scheme": "HTTP"}, "periodSeconds": 10, "timeoutSeconds": 1,
            "failureThreshold": 3, **more}


def owner(kind, name):
    return [{"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}]


def pod(name, labels, image, port, space="shop", ip="10.244.1.7", owned="", env=None, sidecar=None, readiness=True, node="node-1",
        account="default"):
    container = {"name": labels.get("app", name), "image": image, "ports": [{"name": "http", "containerPort": port, "protocol": "TCP"}],
                 "resources": {"limits": {"memory": "256Mi"}}, "env": env or []}
    if readiness:
        container["readinessProbe"] = probe()
    containers, statuses = [container], [running(container["name"], image)]
    if sidecar:
        containers.append({"name": sidecar, "image": "docker.io/istio/proxyv2:1.22.1", "readinessProbe": probe("/healthz/ready", 15021)})
        statuses.append(running(sidecar, "proxyv2"))
    more = {"ownerReferences": owner("ReplicaSet", owned)} if owned else {}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta(name, space, labels, **more),
            "spec": {"nodeName": node, "serviceAccountName": account, "containers": containers},
            "status": {"phase": "Running", "podIP": ip, "hostIP": "10.0.0.11",
                       "conditions": [{"type": "PodScheduled", "status": "True"},
                                      {"type": "Ready", "status": "True", "lastTransitionTime": ago(80000)}],
                       "containerStatuses": statuses}}


def running(name, image):
    return {"name": name, "image": image, "ready": True, "restartCount": 0, "state": {"running": {"startedAt": ago(80000)}},
            "lastState": {}}


def service(name, selector, port, target, space="shop", **spec):
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta(name, space),
            "spec": {"type": "ClusterIP", "clusterIP": "10.96.0." + str(len(name)), "selector": selector,
                     "ports": [{"name": "http", "port": port, "targetPort": target, "protocol": "TCP"}], **spec}, "status": {}}


def deployment(name, labels, image, port, replicas, space="shop"):
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta(name, space, labels),
            "spec": {"replicas": replicas, "selector": {"matchLabels": labels},
                     "template": {"metadata": {"labels": labels},
                                  "spec": {"containers": [{"name": name, "image": image, "ports": [{"name": "http", "containerPort": port}]}]}}},
            "status": {"replicas": replicas, "readyReplicas": replicas}}


def replica_set(deployment_name, name, labels, image, revision, age):
    made = deployment(name, labels, image, 3000, 2)
    made["kind"] = "ReplicaSet"
    made["spec"]["template"]["spec"]["containers"][0]["name"] = deployment_name
    made["metadata"].update(ownerReferences=owner("Deployment", deployment_name), creationTimestamp=ago(age),
                            annotations={"deployment.kubernetes.io/revision": str(revision)})
    return made


def event(name, reason, message, count=12, space="shop", first=900):
    return {"apiVersion": "v1", "kind": "Event", "metadata": {"name": f"{name}.{reason}", "namespace": space},
            "involvedObject": {"kind": "Pod", "namespace": space, "name": name}, "type": "Warning", "reason": reason,
            "message": message, "count": count, "firstTimestamp": ago(first), "lastTimestamp": ago(20)}


class Shop:
    """The healthy shop; each outage changes something of it. `port` is where users come in."""

    WEB = ("web-5d9c7b-aaaaa", "web-5d9c7b-bbbbb")

    def __init__(self, port):
        app = {"app": "web"}
        env = [{"name": "DATABASE_URL", "value": "postgres://shop:s3cretword@db:5432/shop"},
               {"name": "ADMIN_PASSWORD", "value": "s3cretword"}]
        controller = {"app.kubernetes.io/name": "ingress-nginx"}
        self.objects = [
            *({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n, "labels": {"kubernetes.io/metadata.name": n}}}
              for n in ("shop", "ingress-nginx", "default")),
            {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1", "labels": {}}, "spec": {},
             "status": {"addresses": [{"type": "InternalIP", "address": "10.0.0.11"}], "conditions": [{"type": "Ready", "status": "True"}]}},
            pod(self.WEB[0], app, "node:20-alpine", 3000, ip="10.244.1.7", owned="web-5d9c7b", env=env),
            pod(self.WEB[1], app, "node:20-alpine", 3000, ip="10.244.1.8", owned="web-5d9c7b", env=env),
            pod("db-0", {"app": "db"}, "postgres:15.4", 5432, ip="10.244.1.9"),
            pod("ingress-nginx-controller-7f", controller, "registry.k8s.io/ingress-nginx/controller:v1.10.1", 80,
                space="ingress-nginx", ip="10.244.1.2"),
            service("web", app, 80, "http"),
            service("db", {"app": "db"}, 5432, 5432),
            service("ingress-nginx-controller", controller, port, "http", space="ingress-nginx", type="LoadBalancer"),
            deployment("web", app, "node:20-alpine", 3000, 2),
            replica_set("web", "web-5d9c7b", app, "node:20-alpine", 7, 90000),
            replica_set("web", "web-4c8b6a", app, "node:18-alpine", 6, 900000),
            {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"},
             "spec": {"controller": "k8s.io/ingress-nginx"}},
            {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": meta("web"),
             "spec": {"ingressClassName": "nginx", "rules": [{"host": "shop.test", "http": {"paths": [
                 {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]},
             "status": {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}}},
        ]
        self.get("Service", "ingress-nginx-controller")["status"] = {"loadBalancer": {"ingress": [{"ip": "127.0.0.1"}]}}
        self.logs = {}

    def get(self, kind, name):
        return next(o for o in self.objects if o["kind"] == kind and o["metadata"]["name"] == name)

    def add(self, *objects):
        self.objects += objects

    def each_web(self, change, names=WEB):
        for name in names:
            change(self.get("Pod", name))

    def break_pod(self, name, state, last=None, restarts=0, index=0, phase="Running"):
        """The pod's container is in this state, so the pod is not ready."""
        it = self.get("Pod", name)
        status = it["status"]["containerStatuses"][index]
        status.update(ready=False, state=state, lastState=last or {}, restartCount=restarts)
        it["status"]["phase"] = phase
        it["status"]["conditions"][1].update(status="False", lastTransitionTime=ago(600))

    def crash(self, name, reason="Error", code=1):
        self.break_pod(name, {"waiting": {"reason": "CrashLoopBackOff", "message": f"back-off 5m0s restarting failed container=web pod={name}_shop(1)"}},
                       {"terminated": {"exitCode": code, "reason": reason, "startedAt": ago(320), "finishedAt": ago(300)}}, 7)
        self.add(event(name, "BackOff", f"Back-off restarting failed container web in pod {name}_shop(1)"))

    def listing(self):
        """All objects, with the endpoint slices that a cluster would make of them."""
        objects = copy.deepcopy(self.objects)
        for each in [o for o in objects if o["kind"] == "Service"]:
            selector, space = each["spec"].get("selector") or {}, each["metadata"]["namespace"]
            if not selector:
                continue
            pods = [p for p in objects if p["kind"] == "Pod" and p["metadata"]["namespace"] == space
                    and selector.items() <= p["metadata"]["labels"].items() and p["status"].get("podIP")]
            port = each["spec"]["ports"][0]
            objects.append({
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "metadata": meta(each["metadata"]["name"] + "-x1", space, {"kubernetes.io/service-name": each["metadata"]["name"]}),
                "addressType": "IPv4", "ports": [{"name": port["name"], "port": 3000, "protocol": "TCP"}],
                "endpoints": [{"addresses": [p["status"]["podIP"]], "nodeName": "node-1",
                               "conditions": {"ready": p["status"]["conditions"][1]["status"] == "True", "terminating": False},
                               "targetRef": {"kind": "Pod", "name": p["metadata"]["name"], "namespace": space}} for p in pods]})
        for each in objects:
            if "managedFields" in each["metadata"]:
                each["metadata"]["managedFields"] = each["metadata"].pop("managedFields")  # the last one, as servers write it
        return objects
