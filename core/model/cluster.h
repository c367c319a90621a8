#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"
#include "core/model/source.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

/// What a Kubernetes cluster says of itself, live or in manifests: only what the way of a request needs. Values of
/// secrets are never among it.
namespace hopscope::model::cluster {

using Labels = std::map<std::string, std::string>;

struct Meta {
    std::string space; ///< the namespace; empty for what has none
    std::string name;
    Labels labels;
    Labels annotations; ///< without the long ones that tools leave
    std::string ownerKind; ///< of the object that made it: "ReplicaSet"
    std::string ownerName;
    std::optional<base::TimePoint> createdAt;
    bool isBeingDeleted = false;
    std::string file; ///< of a manifest; empty for a live object
    int line = 0;     ///< in that file, or in the check's output
    Source source;    ///< of a live object

    bool operator==(const Meta&) const = default;
};

struct Expression {
    std::string key;
    std::string op; ///< In, NotIn, Exists, DoesNotExist
    std::vector<std::string> values;

    bool operator==(const Expression&) const = default;
};

struct Selector {
    Labels labels;
    std::vector<Expression> expressions;

    /// An empty one selects everything in a policy, and nothing in a service.
    bool isEmpty() const { return labels.empty() && expressions.empty(); }
    bool operator==(const Selector&) const = default;
};

struct NamedPort {
    std::string name;
    base::Port number = 0;
    std::string protocol = "TCP";

    bool operator==(const NamedPort&) const = default;
};

/// How the kubelet asks a container whether it is well.
struct HealthProbe {
    enum class Kind { Http, Tcp, Grpc, Exec };
    Kind kind = Kind::Http;
    std::string port; ///< a number or a port's name
    std::string path;
    std::string scheme;
    int initialDelaySeconds = 0;
    int periodSeconds = 10;
    int timeoutSeconds = 1;
    int failureThreshold = 3;

    bool operator==(const HealthProbe&) const = default;
};

struct ContainerState {
    enum class Phase { Unknown, Waiting, Running, Terminated };
    Phase phase = Phase::Unknown;
    std::string reason; ///< CrashLoopBackOff, ImagePullBackOff, OOMKilled, Error …
    std::string message;
    std::optional<int> exitCode;
    std::optional<base::TimePoint> startedAt;
    std::optional<base::TimePoint> finishedAt;

    bool operator==(const ContainerState&) const = default;
};

struct Container {
    std::string name;
    std::string image;
    bool isInit = false;
    std::vector<NamedPort> ports;
    std::optional<HealthProbe> readiness;
    std::optional<HealthProbe> liveness;
    std::optional<HealthProbe> startup;
    std::vector<std::pair<std::string, std::string>> environment; ///< values that name a host; nothing secret
    std::string command; ///< with its arguments; secrets masked
    std::string memoryLimit;
    ContainerState state;
    ContainerState last;
    int restarts = 0;
    bool isReady = false;
    int line = 0;

    bool operator==(const Container&) const = default;
};

struct Condition {
    std::string type;
    std::string status; ///< True, False, Unknown
    std::string reason;
    std::string message;
    std::optional<base::TimePoint> at;

    bool operator==(const Condition&) const = default;
};

/// A pod, or the pattern that a workload makes pods by.
struct Pod {
    Meta meta;
    std::string phase; ///< Pending, Running, Succeeded, Failed, Unknown
    std::string reason; ///< Evicted …
    std::string message;
    std::string node;
    std::string ip;
    std::string hostIp;
    std::string serviceAccount;
    bool usesHostNetwork = false;
    std::vector<Container> containers; ///< init containers first
    std::vector<Condition> conditions;

    bool operator==(const Pod&) const = default;
};

/// Deployment, ReplicaSet, StatefulSet, DaemonSet, Job …
struct Workload {
    std::string kind;
    Meta meta;
    std::optional<int> wanted;
    int ready = 0;
    int updated = 0;
    int available = 0;
    int revision = 0;
    Selector selector;
    Pod pod;
    std::vector<Condition> conditions;

    bool operator==(const Workload&) const = default;
};

struct ServicePort {
    std::string name;
    base::Port port = 0;
    std::string target; ///< a number or a port's name; empty: as `port`
    base::Port nodePort = 0;
    std::string protocol = "TCP";
    std::string appProtocol;
    int line = 0;

    bool operator==(const ServicePort&) const = default;
};

struct Service {
    Meta meta;
    std::string type = "ClusterIP";
    std::string clusterIp; ///< "None": headless
    std::string externalName;
    Labels selector;
    std::vector<ServicePort> ports;
    std::vector<std::string> addresses; ///< of its load balancer, and external ones
    bool isLocalOnly = false; ///< externalTrafficPolicy Local: only nodes that hold a pod answer

    bool operator==(const Service&) const = default;
};

struct BackendAddress {
    std::string address;
    bool isReady = false;
    bool isTerminating = false;
    std::string pod; ///< its name, where it is one
    std::string node;

    bool operator==(const BackendAddress&) const = default;
};

/// Which addresses are behind a service just now (EndpointSlice, Endpoints).
struct EndpointSlice {
    Meta meta;
    std::string service;
    std::vector<NamedPort> ports;
    std::vector<BackendAddress> backends;

    bool operator==(const EndpointSlice&) const = default;
};

struct RouteMatch {
    enum class Kind { Any, Exact, Prefix, PathElements, Regex };
    Kind kind = Kind::Any;
    std::string path;
    std::string further; ///< what else must hold, that a plain GET does not meet: "header x-canary"; else empty

    bool operator==(const RouteMatch&) const = default;
};

struct Backend {
    std::string space;
    std::string service; ///< its name; for Istio's "host" what stands there
    std::string port;    ///< a number or a name; may be empty
    std::string subset;
    std::optional<int> weight;
    int line = 0;

    bool operator==(const Backend&) const = default;
};

struct RouteRule {
    std::vector<std::string> hosts; ///< of an Ingress's rule; empty: the route's own, or any
    std::vector<RouteMatch> matches; ///< one of them must hold; none: any request
    std::vector<Backend> backends;
    std::optional<base::Milliseconds> timeout;
    std::optional<int> abortStatus; ///< of an injected fault
    std::string answer; ///< what it answers by itself: "redirects"; else empty
    bool isDefault = false; ///< an Ingress's default backend
    int line = 0;

    bool operator==(const RouteRule&) const = default;
};

/// A gateway that a route is bound to.
struct RouteParent {
    std::string kind; ///< Gateway, Service
    std::string space;
    std::string name;
    std::string section; ///< a listener's name

    bool operator==(const RouteParent&) const = default;
};

/// Ingress, HTTPRoute, GRPCRoute, TCPRoute, TLSRoute, VirtualService: rules from a name and path to services.
struct Route {
    std::string kind;
    Meta meta;
    std::string ingressClass;
    std::vector<RouteParent> parents;
    bool servesMesh = false; ///< an Istio route for callers inside
    std::vector<std::string> hosts;
    std::vector<std::string> tlsHosts;
    std::vector<std::string> tlsSecrets; ///< their names
    std::vector<RouteRule> rules;
    std::vector<std::string> addresses; ///< where its controller says that it is reached
    std::vector<Condition> conditions;

    bool operator==(const Route&) const = default;
};

struct GatewayListener {
    std::string name;
    base::Port port = 0;
    std::string protocol;
    std::vector<std::string> hosts;
    std::string tlsMode;
    int line = 0;

    bool operator==(const GatewayListener&) const = default;
};

/// A Gateway of the Gateway API, or Istio's.
struct Gateway {
    Meta meta;
    bool isIstio = false;
    std::string gatewayClass;
    Labels selector; ///< Istio: the pods that carry it
    std::vector<GatewayListener> listeners;
    std::vector<std::string> addresses;
    std::vector<Condition> conditions;

    bool operator==(const Gateway&) const = default;
};

struct IngressClass {
    Meta meta;
    std::string controller;
    bool isDefault = false;

    bool operator==(const IngressClass&) const = default;
};

struct PolicyPeer {
    std::optional<Selector> pods;
    std::optional<Selector> spaces;
    std::string cidr;
    std::vector<std::string> except;

    bool operator==(const PolicyPeer&) const = default;
};

struct PolicyPort {
    std::string port; ///< a number or a name; empty: all
    base::Port last = 0; ///< of a range
    std::string protocol = "TCP";

    bool operator==(const PolicyPort&) const = default;
};

struct PolicyRule {
    std::vector<PolicyPeer> peers; ///< none: anybody
    std::vector<PolicyPort> ports; ///< none: every port

    bool operator==(const PolicyRule&) const = default;
};

struct NetworkPolicy {
    Meta meta;
    Selector pods;
    bool limitsIngress = false;
    bool limitsEgress = false;
    std::vector<PolicyRule> ingress;
    std::vector<PolicyRule> egress;

    bool operator==(const NetworkPolicy&) const = default;
};

struct Event {
    std::string space;
    std::string kind;
    std::string name;
    std::string type; ///< Warning, Normal
    std::string reason;
    std::string message;
    int count = 1;
    std::optional<base::TimePoint> firstAt;
    std::optional<base::TimePoint> lastAt;
    Source source;

    bool operator==(const Event&) const = default;
};

struct ClusterNode {
    Meta meta;
    std::vector<std::string> addresses;
    std::vector<Condition> conditions;
    bool isCordoned = false;

    bool operator==(const ClusterNode&) const = default;
};

// Meshes

struct Subset {
    std::string name;
    Labels labels;
    std::string tlsMode;

    bool operator==(const Subset&) const = default;
};

struct DestinationRule {
    Meta meta;
    std::string host;
    std::string tlsMode; ///< DISABLE, SIMPLE, MUTUAL, ISTIO_MUTUAL; empty: automatic
    std::map<base::Port, std::string> portTlsModes;
    std::vector<Subset> subsets;

    bool operator==(const DestinationRule&) const = default;
};

struct PeerAuthentication {
    Meta meta;
    Selector pods; ///< empty: all of its namespace, or of the mesh
    std::string mode; ///< STRICT, PERMISSIVE, DISABLE; empty or UNSET: inherited
    std::map<base::Port, std::string> portModes;

    bool operator==(const PeerAuthentication&) const = default;
};

/// Istio's ServiceEntry.
struct ExternalService {
    Meta meta;
    std::vector<std::string> hosts;
    std::vector<NamedPort> ports;
    std::vector<std::string> endpoints;

    bool operator==(const ExternalService&) const = default;
};

struct AccessRule {
    std::vector<std::string> principals;
    std::vector<std::string> spaces;
    std::vector<std::string> paths;
    std::vector<std::string> methods;
    std::vector<std::string> ports;
    std::vector<std::string> hosts;
    bool hasFurther = false; ///< conditions that we do not judge

    bool operator==(const AccessRule&) const = default;
};

/// Istio's AuthorizationPolicy.
struct AccessPolicy {
    Meta meta;
    Selector pods;
    std::string action = "ALLOW";
    std::vector<AccessRule> rules;

    bool operator==(const AccessPolicy&) const = default;
};

/// Linkerd's Server: a port of some pods, closed to all that no authorization admits.
struct LinkerdServer {
    Meta meta;
    Selector pods;
    std::string port;
    std::string accessPolicy; ///< empty: deny

    bool operator==(const LinkerdServer&) const = default;
};

/// ServerAuthorization or AuthorizationPolicy of Linkerd.
struct LinkerdAuthorization {
    Meta meta;
    std::string targetKind; ///< Server, Namespace, HTTPRoute …
    std::string targetName;
    Selector servers; ///< of a ServerAuthorization that selects
    bool admitsAll = false; ///< unauthenticated callers too
    bool needsMesh = false; ///< any identity of the mesh
    std::vector<std::string> identities; ///< "*" or names of service accounts
    std::vector<std::string> authentications; ///< names of what it requires

    bool operator==(const LinkerdAuthorization&) const = default;
};

/// MeshTLSAuthentication, NetworkAuthentication.
struct LinkerdAuthentication {
    std::string kind;
    Meta meta;
    std::vector<std::string> identities;

    bool operator==(const LinkerdAuthentication&) const = default;
};

struct ServiceProfile {
    Meta meta;
    int routes = 0;

    bool operator==(const ServiceProfile&) const = default;
};

struct Cluster {
    std::string server;  ///< the API's address, as kubectl's configuration has it; empty for manifests
    std::string context;
    std::string version;
    std::string command = "kubectl"; ///< how kubectl is called there: "k3s kubectl"
    std::string kubeconfig; ///< the file that it needs; empty: its own
    std::string space;   ///< only this namespace could be read; empty: all
    std::set<std::string> read; ///< the kinds that could be listed ("pods"); what is not here is unknown, not absent
    bool isManifest = false;
    std::vector<Meta> spaces;
    std::vector<ClusterNode> nodes;
    std::vector<Service> services;
    std::vector<EndpointSlice> slices;
    std::vector<Pod> pods;
    std::vector<Workload> workloads;
    std::vector<Route> routes;
    std::vector<Gateway> gateways;
    std::vector<IngressClass> ingressClasses;
    std::vector<NetworkPolicy> policies;
    std::vector<Event> events;
    std::vector<DestinationRule> destinationRules;
    std::vector<PeerAuthentication> peerAuthentications;
    std::vector<ExternalService> externalServices;
    std::vector<AccessPolicy> accessPolicies;
    std::vector<LinkerdServer> linkerdServers;
    std::vector<LinkerdAuthorization> linkerdAuthorizations;
    std::vector<LinkerdAuthentication> linkerdAuthentications;
    std::vector<ServiceProfile> serviceProfiles;
    Source source;

    bool hasRead(const char* kind) const { return isManifest || read.contains(kind); }
    bool operator==(const Cluster&) const = default;
};

}
