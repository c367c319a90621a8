// Pods, and the workloads that make them.
#include "core/base/text.h"
#include "core/parse/addresses.h"
#include "core/parse/cluster/reading.h"
#include "core/parse/lines.h"
#include "core/parse/secrets.h"

#include <algorithm>

namespace hopscope::parse::cluster {

namespace {
namespace c = model::cluster;


bool soundsSecret(const std::string& name)
{
    const std::string text = base::lowered(name);
    for (const char* word : { "pass", "secret", "token", "credential", "private", "api_key", "apikey", "access_key" })
        if (text.find(word) != std::string::npos)
            return true;
    return false;
}

constexpr std::size_t mostVariables = 600; ///< of one container

bool isPortNumber(std::string_view value) { return numberOf<base::Port>(value).has_value(); }

bool isForHost(const std::string& name)
{
    const std::string text = base::lowered(name);
    for (const char* word : { "host", "addr", "server", "endpoint", "url", "uri", "broker", "node", "dsn" })
        if (text.find(word) != std::string::npos)
            return true;
    return false;
}

std::optional<c::HealthProbe> probeIn(const Tree& tree)
{
    if (!tree.isMap())
        return std::nullopt;
    c::HealthProbe probe;
    if (const Tree& http = tree.at("httpGet"); http.isMap()) {
        probe.kind = c::HealthProbe::Kind::Http;
        probe.port = http.text("port");
        probe.path = http.text("path");
        probe.scheme = http.text("scheme");
    } else if (const Tree& tcp = tree.at("tcpSocket"); tcp.isMap()) {
        probe.kind = c::HealthProbe::Kind::Tcp;
        probe.port = tcp.text("port");
    } else if (const Tree& grpc = tree.at("grpc"); grpc.isMap()) {
        probe.kind = c::HealthProbe::Kind::Grpc;
        probe.port = grpc.text("port");
    } else {
        probe.kind = c::HealthProbe::Kind::Exec;
    }
    const auto set = [&](const char* key, int& field) { field = numberIn(tree.at(key)).value_or(field); };
    set("initialDelaySeconds", probe.initialDelaySeconds);
    set("periodSeconds", probe.periodSeconds);
    set("timeoutSeconds", probe.timeoutSeconds);
    set("failureThreshold", probe.failureThreshold);
    return probe;
}

}

void addVariable(c::Container& container, const std::string& name, const Tree& value)
{
    if (container.environment.size() >= mostVariables || !value.isScalar() || (soundsSecret(name) && value.scalar.find("://") == std::string::npos))
        return;
    if (std::string text = isPortNumber(value.scalar) ? value.scalar : addressesAsText(addressesIn(value.scalar)); !text.empty())
        container.environment.emplace_back(name, std::move(text));
}

void addSecretVariable(c::Container& container, const std::string& name, std::string_view value)
{
    if (container.environment.size() >= mostVariables)
        return;
    const std::string key = base::lowered(name);
    const bool isPort = (key == "port" || key.ends_with("_port") || key.ends_with(".port")) && isPortNumber(value);
    std::vector<NamedAddress> addresses = addressesIn(value);
    // A password that looks like a host's name stays a password: only an address in full, or one that its name calls a host.
    std::erase_if(addresses, [&](const NamedAddress& each) {
        return each.scheme.empty() && (soundsSecret(name) || !isForHost(name));
    });
    std::string text = isPort ? std::string(value) : addressesAsText(addresses);
    if (!text.empty())
        container.environment.emplace_back(name, std::move(text));
}

namespace {
c::Container containerOf(const Tree& tree, bool isInit)
{
    c::Container container;
    container.name = tree.text("name");
    container.image = tree.text("image");
    // A sidecar of the newer kind is an init container that stays.
    container.isInit = isInit && tree.text("restartPolicy") != "Always";
    for (const Tree& port : tree.at("ports").items)
        container.ports.push_back({ port.text("name"), portIn(port.at("containerPort")),
            port.has("protocol") ? port.text("protocol") : "TCP" });
    container.readiness = probeIn(tree.at("readinessProbe"));
    container.liveness = probeIn(tree.at("livenessProbe"));
    container.startup = probeIn(tree.at("startupProbe"));
    for (const Tree& variable : tree.at("env").items)
        addVariable(container, variable.text("name"), variable.at("value"));
    for (const char* part : { "command", "args" })
        for (const std::string& word : tree.at(part).texts())
            if (container.command.size() < 2000)
                container.command += (container.command.empty() ? "" : " ") + word;
    container.command = withSecretsMasked(container.command);
    container.memoryLimit = tree.in({ "resources", "limits" }).text("memory");
    container.line = tree.line;
    return container;
}

c::ContainerState stateOf(const Tree& tree)
{
    c::ContainerState state;
    const auto read = [&](const char* key, c::ContainerState::Phase phase) {
        const Tree& part = tree.at(key);
        if (!part.isMap())
            return;
        state.phase = phase;
        state.reason = part.text("reason");
        state.message = part.text("message");
        state.exitCode = numberIn(part.at("exitCode"));
        state.startedAt = timeIn(part.at("startedAt"));
        state.finishedAt = timeIn(part.at("finishedAt"));
    };
    read("waiting", c::ContainerState::Phase::Waiting);
    read("running", c::ContainerState::Phase::Running);
    read("terminated", c::ContainerState::Phase::Terminated);
    return state;
}

void readStatuses(std::vector<c::Container>& containers, const Tree& statuses)
{
    for (const Tree& status : statuses.items) {
        const std::string name = status.text("name");
        const auto found = std::find_if(
            containers.begin(), containers.end(), [&](const c::Container& each) { return each.name == name; });
        if (found == containers.end())
            continue;
        found->state = stateOf(status.at("state"));
        found->last = stateOf(status.at("lastState"));
        found->restarts = numberIn(status.at("restartCount")).value_or(0);
        found->isReady = status.flag("ready", false);
    }
}

void readSpec(c::Pod& pod, const Tree& spec)
{
    pod.node = spec.text("nodeName");
    pod.serviceAccount = spec.has("serviceAccountName") ? spec.text("serviceAccountName") : spec.text("serviceAccount");
    pod.usesHostNetwork = spec.flag("hostNetwork", false);
    for (const Tree& each : spec.at("initContainers").items)
        pod.containers.push_back(containerOf(each, true));
    for (const Tree& each : spec.at("containers").items)
        pod.containers.push_back(containerOf(each, false));
}
}

c::Pod podOf(const Tree& object, const ObjectPlace& place)
{
    c::Pod pod;
    pod.meta = metaOf(object, place);
    readSpec(pod, object.at("spec"));
    const Tree& status = object.at("status");
    pod.phase = status.text("phase");
    pod.reason = status.text("reason");
    pod.message = status.text("message");
    pod.ip = status.text("podIP");
    pod.hostIp = status.text("hostIP");
    pod.conditions = conditionsIn(status.at("conditions"));
    readStatuses(pod.containers, status.at("initContainerStatuses"));
    readStatuses(pod.containers, status.at("containerStatuses"));
    return pod;
}

void addWorkload(c::Cluster& cluster, const std::string& kind, const Tree& object, const ObjectPlace& place)
{
    c::Workload workload;
    workload.kind = kind;
    workload.meta = metaOf(object, place);
    const Tree& spec = object.at("spec");
    const Tree& status = object.at("status");
    workload.wanted = numberIn(spec.at("replicas"));
    if (kind == "DaemonSet")
        workload.wanted = numberIn(status.at("desiredNumberScheduled"));
    workload.ready = numberIn(status.at(kind == "DaemonSet" ? "numberReady" : "readyReplicas")).value_or(0);
    workload.updated = numberIn(status.at(kind == "DaemonSet" ? "updatedNumberScheduled" : "updatedReplicas")).value_or(0);
    workload.available = numberIn(status.at(kind == "DaemonSet" ? "numberAvailable" : "availableReplicas")).value_or(0);
    if (const auto revision = workload.meta.annotations.find("deployment.kubernetes.io/revision");
        revision != workload.meta.annotations.end())
        workload.revision = std::atoi(revision->second.c_str());
    const Tree& selector = spec.at("selector");
    workload.selector = selectorIn(selector);
    if (kind == "ReplicationController" || kind == "DeploymentConfig")
        workload.selector.labels = labelsIn(selector);
    const Tree& pattern = kind == "CronJob" ? spec.in({ "jobTemplate", "spec", "template" }) : spec.at("template");
    workload.pod.meta = metaOf(pattern, place);
    workload.pod.meta.space = workload.meta.space;
    if (workload.pod.meta.line == 0)
        workload.pod.meta.line = workload.meta.line;
    readSpec(workload.pod, pattern.at("spec"));
    workload.conditions = conditionsIn(status.at("conditions"));
    cluster.workloads.push_back(std::move(workload));
}

}
