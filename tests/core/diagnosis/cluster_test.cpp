// Outages inside a cluster, each beside a look-alike that must stay silent. Objects are written as manifests with the
// status that a cluster would give them.
#include "core/diagnosis/diagnose.h"
#include "core/discovery/discover.h"
#include "core/faults/catalogue.h"
#include "core/parse/cluster/manifests.h"

#include <gmock/gmock.h>

namespace hopscope::diagnosis {
namespace {

using model::Verdict;
using ::testing::HasSubstr;

const faults::Catalogue& builtIn()
{
    static const auto catalogue = faults::Catalogue::loadBuiltIn();
    if (!catalogue)
        throw std::runtime_error(catalogue.error().text());
    return **catalogue;
}

const std::string front = R"(
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: nginx}
spec: {controller: k8s.io/ingress-nginx}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules: [{host: shop.example, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: ingress-nginx-controller-1, namespace: ingress-nginx, labels: {app: ingress}}
spec: {containers: [{name: controller, image: "registry.k8s.io/ingress-nginx/controller:v1.10.1"}]}
status: {phase: Running, podIP: 10.244.0.2, conditions: [{type: Ready, status: "True"}], containerStatuses: [{name: controller, ready: true, state: {running: {startedAt: "2026-11-20T00:00:00Z"}}}]}
---
)";

const std::string service = R"(
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ClusterIP, clusterIP: 10.96.0.9, selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
)";

std::string webPod(const std::string& name, const std::string& status, const std::string& more = {}, const std::string& extraContainer = {})
{
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: " + name + ", namespace: shop, creationTimestamp: \"2026-11-20T00:00:00Z\", labels: {app: web" + more
        + "}}\nspec:\n  containers:\n  - {name: web, image: \"node:20\", ports: [{name: http, containerPort: 3000}], readinessProbe: {httpGet: {path: /healthz, port: http}}}\n"
        + extraContainer + "status: " + status + "\n---\n";
}

const std::string ready = "{phase: Running, podIP: 10.244.1.7, conditions: [{type: Ready, status: \"True\"}], containerStatuses: "
                          "[{name: web, ready: true, state: {running: {startedAt: \"2026-11-20T00:00:00Z\"}}}]}";
const std::string crashing = "{phase: Running, podIP: 10.244.1.7, conditions: [{type: Ready, status: \"False\"}], containerStatuses: "
                             "[{name: web, ready: false, restartCount: 7, state: {waiting: {reason: CrashLoopBackOff}}, lastState: "
                             "{terminated: {exitCode: 1, reason: Error, finishedAt: \"2026-11-21T09:20:00Z\"}}}]}";
const std::string starting = "{phase: Running, podIP: 10.244.1.7, conditions: [{type: Ready, status: \"False\"}], containerStatuses: "
                             "[{name: web, ready: false, restartCount: 0, state: {running: {startedAt: \"2026-11-21T09:29:30Z\"}}}]}";

struct Case {
    model::Capture capture;
    model::Facts facts;
    model::Topology topology;

    Case(const std::string& objects, int status, const std::string& body = {})
    {
        capture.startedAt = *base::fromIso8601("2026-11-21T09:30:00Z");
        capture.profile.url = "http://shop.example/cart";
        const base::HostId host("ops");
        capture.profile.hosts.push_back({ host, true });
        model::HostSession session;
        session.host = host;
        capture.sessions.push_back(std::move(session));
        capture.outside.startedAt = capture.startedAt;
        capture.outside.url = capture.profile.url;
        capture.outside.dns.ipv4 = model::AttemptResult::Succeeded;
        capture.outside.dns.ipv4Addresses = { "203.0.113.7" };
        capture.outside.tcp = { { "203.0.113.7", 80, model::AttemptResult::Succeeded, {}, 3 } };
        capture.outside.http.result = model::AttemptResult::Succeeded;
        capture.outside.http.status = status;
        capture.outside.http.body = body;
        capture.outside.http.address = "203.0.113.7:80";
        facts.urlAddresses = { "203.0.113.7" };
        model::HostFacts& ops = facts.hosts[host];
        ops.host = host;
        ops.now = capture.startedAt;
        ops.isRoot = true;
        model::ConfigFile file;
        file.path = "cluster.yaml";
        file.text = front + objects;
        model::cluster::Cluster cluster = parse::readManifests({ file }).cluster;
        cluster.isManifest = false;
        cluster.context = "prod";
        cluster.read = { "pods", "services", "ingresses", "networkpolicies", "peerauthentications", "destinationrules", "deployments" };
        for (model::cluster::Route& route : cluster.routes)
            route.meta.file.clear();
        ops.clusters.push_back(std::move(cluster));
        topology = discovery::discover(capture.profile, facts).topology;
    }

    model::Diagnosis run() const { return diagnose(capture, facts, topology, builtIn()); }
};

std::string causeOf(const model::Diagnosis& diagnosis)
{
    return diagnosis.finding ? diagnosis.finding->cause.value_or("none") + " " + diagnosis.finding->failingHop.value() : "";
}

TEST(Cluster, IsHealthyWhereRequestAndPodsAreAndShowsItsChain)
{
    const auto diagnosis = Case(service + webPod("web-1", ready), 200).run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Healthy) << causeOf(diagnosis);
    ASSERT_EQ(diagnosis.topology.hops.size(), 2U);
    EXPECT_EQ(diagnosis.topology.hops[0].id.value(), "client>ingress/nginx");
    EXPECT_EQ(diagnosis.topology.hops[1].id.value(), "ingress/nginx>pod/shop/web-1:3000");
    EXPECT_EQ(diagnosis.topology.hops[1].state, model::State::Ok);
}

/// A stateful set of so many pods.
std::string setOf(int replicas)
{
    return "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web, namespace: shop}\nspec: {replicas: " + std::to_string(replicas)
        + ", selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: node}]}}}\nstatus: {readyReplicas: " + std::to_string(replicas) + "}\n---\n";
}

std::vector<std::string> adviceIds(const model::Diagnosis& diagnosis)
{
    std::vector<std::string> ids;
    for (const model::Advice& each : diagnosis.advice)
        ids.push_back(each.id);
    return ids;
}

TEST(Cluster, AdvisesOnReplicasAndProbesOfWhatServes)
{
    const auto ownedPod = [] { return webPod("web-0", ready, "}, ownerReferences: [{kind: StatefulSet, name: web, controller: true}], annotations: {a: b"); };
    std::string pod = ownedPod();
    EXPECT_THAT(adviceIds(Case(setOf(1) + service + pod, 200).run()), testing::UnorderedElementsAre("one-replica", "no-liveness-probe"));
    const std::string probe = ", readinessProbe: {httpGet: {path: /healthz, port: http}}";
    pod.replace(pod.find(probe), probe.size(), "");
    EXPECT_THAT(adviceIds(Case(setOf(2) + service + pod, 200).run()),
        testing::UnorderedElementsAre("no-readiness-probe", "no-liveness-probe"));
    pod = ownedPod();
    pod.insert(pod.find(probe), ", livenessProbe: {tcpSocket: {port: http}}");
    EXPECT_THAT(adviceIds(Case(setOf(3) + service + pod, 200).run()), testing::IsEmpty());
}

TEST(Cluster, NeverTurnsAReadyPodGreenWhileTheRequestFails)
{
    const auto diagnosis = Case(service + webPod("web-1", ready), 502).run();
    EXPECT_NE(diagnosis.verdict, Verdict::Healthy);
    EXPECT_NE(diagnosis.topology.hops[1].state, model::State::Ok);
    EXPECT_FALSE(diagnosis.finding && diagnosis.finding->cause) << causeOf(diagnosis);
}

TEST(Cluster, NamesACrashLoopWithKubectlsContext)
{
    const auto diagnosis = Case(service + webPod("web-1", crashing), 503).run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Failing);
    EXPECT_EQ(causeOf(diagnosis), "pod-crash-loop ingress/nginx>pod/shop/web-1:3000");
    EXPECT_EQ(diagnosis.finding->variant, "no-healthy-upstream");
    EXPECT_GE(diagnosis.finding->confidence, 0.8);
    ASSERT_FALSE(diagnosis.finding->remediation.empty());
    EXPECT_THAT(diagnosis.finding->remediation[0].commands[0], HasSubstr("kubectl --context prod logs web-1 -n shop --previous"));
    EXPECT_EQ(diagnosis.finding->remediation[0].host, base::HostId("ops"));
}

TEST(Cluster, CallsOneOfTwoDegraded)
{
    const auto diagnosis = Case(service + webPod("web-1", crashing) + webPod("web-2", ready), 200).run();
    EXPECT_EQ(diagnosis.verdict, Verdict::Degraded);
    EXPECT_EQ(causeOf(diagnosis), "pod-crash-loop ingress/nginx>pod/shop/web-1:3000");
}

TEST(Cluster, DoesNotBlameAPodThatGetsNoRequests)
{
    const auto diagnosis = Case(service + webPod("web-1", crashing) + webPod("web-2", ready), 500).run();
    EXPECT_THAT(causeOf(diagnosis), Not(HasSubstr("pod-crash-loop")));
}

TEST(Cluster, TakesAPodThatJustStartedForNoOutage)
{
    EXPECT_EQ(Case(service + webPod("web-1", starting) + webPod("web-2", ready), 200).run().verdict, Verdict::Healthy);
}

TEST(Cluster, TellsASelectorFromAnEmptyDeployment)
{
    const std::string other = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
                              "spec: {selector: {app: webb}, ports: [{port: 80, targetPort: 3000}]}\n---\n";
    const auto mismatch = Case(other + webPod("web-1", ready), 503).run();
    EXPECT_EQ(causeOf(mismatch), "selector-mismatch ingress/nginx>service/shop/web:80");
    const std::string empty = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
                              "spec: {replicas: 0, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: x}]}}}\n---\n";
    const auto idle = Case(service + empty, 503).run();
    EXPECT_EQ(causeOf(idle), "no-endpoints ingress/nginx>service/shop/web:80");
    EXPECT_THAT(idle.finding->summary, HasSubstr("scaled to 0"));
}

TEST(Cluster, TellsAPolicyThatShutsOutFromOneThatLetsIn)
{
    const auto policy = [](const std::string& from) {
        return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\n"
               "spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: ["
            + from + "]}]}\n---\n";
    };
    const auto shut = Case(service + webPod("web-1", ready) + policy("{podSelector: {matchLabels: {app: cart}}}"), 504).run();
    EXPECT_EQ(causeOf(shut), "network-policy ingress/nginx>pod/shop/web-1:3000");
    const auto open = Case(service + webPod("web-1", ready) + policy("{namespaceSelector: {}}"), 504).run();
    EXPECT_THAT(causeOf(open), Not(HasSubstr("network-policy")));
    // It answered with an error of its own: so it was reached.
    const auto app = Case(service + webPod("web-1", ready) + policy("{podSelector: {matchLabels: {app: cart}}}"), 500).run();
    EXPECT_THAT(causeOf(app), Not(HasSubstr("network-policy")));
}

TEST(Cluster, TellsAWrongPortFromARightOne)
{
    const std::string wrong = "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
                              "spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}\n---\n";
    const auto diagnosis = Case(wrong + webPod("web-1", ready), 502).run();
    EXPECT_EQ(causeOf(diagnosis), "service-port-mismatch ingress/nginx>pod/shop/web-1:8080");
    EXPECT_EQ(Case(wrong + webPod("web-1", ready), 200).run().verdict, Verdict::Healthy);
}

TEST(Cluster, TellsWhoDoesNotEncrypt)
{
    const std::string sidecar = "  - {name: istio-proxy, image: \"istio/proxyv2:1.22\"}\n";
    const std::string meshed = "{phase: Running, podIP: 10.244.1.7, conditions: [{type: Ready, status: \"True\"}], containerStatuses: "
                               "[{name: web, ready: true, state: {running: {}}}, {name: istio-proxy, ready: true, state: {running: {}}}]}";
    const auto rule = [](const std::string& mode) {
        return "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: {name: default, namespace: shop}\nspec: {mtls: {mode: " + mode + "}}\n---\n";
    };
    const auto strict = Case(service + webPod("web-1", meshed, {}, sidecar) + rule("STRICT"), 502).run();
    EXPECT_EQ(causeOf(strict), "mtls-mismatch ingress/nginx>pod/shop/web-1/istio-proxy");
    const auto lenient = Case(service + webPod("web-1", meshed, {}, sidecar) + rule("PERMISSIVE"), 502).run();
    EXPECT_THAT(causeOf(lenient), Not(HasSubstr("mtls-mismatch")));
    const auto works = Case(service + webPod("web-1", meshed, {}, sidecar) + rule("STRICT"), 200).run();
    EXPECT_EQ(works.verdict, Verdict::Healthy) << causeOf(works);
}

TEST(Cluster, TellsWhomALinkerdServerRefuses)
{
    const std::string sidecar = "  - {name: linkerd-proxy, image: \"cr.l5d.io/linkerd/proxy:stable-2.14.10\"}\n";
    const std::string meshed = "{phase: Running, podIP: 10.244.1.7, conditions: [{type: Ready, status: \"True\"}], containerStatuses: "
                               "[{name: web, ready: true, state: {running: {}}}, {name: linkerd-proxy, ready: true, state: {running: {}}}]}";
    const std::string server = "apiVersion: policy.linkerd.io/v1beta3\nkind: Server\nmetadata: {name: web-http, namespace: shop}\n"
                               "spec: {podSelector: {matchLabels: {app: web}}, port: http}\n---\n";
    const auto authorization = [](const std::string& client) {
        return "apiVersion: policy.linkerd.io/v1beta1\nkind: ServerAuthorization\nmetadata: {name: web, namespace: shop}\n"
               "spec: {server: {name: web-http}, client: " + client + "}\n---\n";
    };
    const std::string pod = service + webPod("web-1", meshed, {}, sidecar);
    const auto closed = Case(pod + server, 403).run();
    EXPECT_EQ(causeOf(closed), "mesh-policy-denied ingress/nginx>pod/shop/web-1/linkerd-proxy");
    EXPECT_EQ(causeOf(Case(pod + server + authorization("{meshTLS: {serviceAccounts: [{name: web}]}}"), 403).run()),
        "mesh-policy-denied ingress/nginx>pod/shop/web-1/linkerd-proxy");
    EXPECT_THAT(causeOf(Case(pod + server + authorization("{unauthenticated: true}"), 403).run()), Not(HasSubstr("mesh-policy-denied")));
    EXPECT_THAT(causeOf(Case(pod, 403).run()), Not(HasSubstr("mesh-policy-denied")));
    const auto works = Case(pod + server + authorization("{unauthenticated: true}"), 200).run();
    EXPECT_EQ(works.verdict, Verdict::Healthy) << causeOf(works);
    ASSERT_NE(works.topology.node(base::NodeId("pod/shop/web-1/linkerd-proxy")), nullptr);
    EXPECT_EQ(works.topology.node(base::NodeId("pod/shop/web-1/linkerd-proxy"))->software, "linkerd");
}

TEST(Cluster, SaysWhereNoRuleTakesTheRequest)
{
    const std::string other = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: b, namespace: shop}\n---\n";
    Case lost(service + webPod("web-1", ready) + other, 404, "default backend - 404");
    lost.facts.hosts.begin()->second.clusters[0].routes[0].rules[0].matches = { { model::cluster::RouteMatch::Kind::Exact, "/shop", {} } };
    lost.topology = discovery::discover(lost.capture.profile, lost.facts).topology;
    EXPECT_EQ(causeOf(lost.run()), "route-missing-in-proxy client>ingress/nginx");
    // The app's own 404 is no fault of the chain.
    EXPECT_EQ(Case(service + webPod("web-1", ready), 404).run().verdict, Verdict::Healthy);
}

TEST(Cluster, KeepsToWhatMayBeRead)
{
    Case blind(service, 503);
    blind.facts.hosts.begin()->second.clusters[0].read = { "services", "ingresses" };
    blind.topology = discovery::discover(blind.capture.profile, blind.facts).topology;
    const auto diagnosis = blind.run();
    EXPECT_NE(diagnosis.verdict, Verdict::Healthy);
    EXPECT_FALSE(diagnosis.finding && diagnosis.finding->cause) << causeOf(diagnosis);
}

}
}
