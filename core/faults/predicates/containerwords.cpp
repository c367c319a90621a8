#include "core/faults/predicates/containerwords.h"

#include "core/faults/predicates/common.h"
#include "core/parse/containerlinks.h"

namespace hopscope::faults {

const model::HostFacts* hostOfContainers(const HopView& view)
{
    return view.calleeHost ? view.calleeHost : view.callerHost;
}

std::string exitWords(int exitCode)
{
    // 128 and a signal's number where one ended it; 125 to 127 are the engine's own
    const char* meaning = exitCode == 0 ? "an ordered end"
        : exitCode == 143               ? "an ordered stop"
        : exitCode == 137               ? "killed"
        : exitCode == 139               ? "crashed: segmentation fault"
        : exitCode == 134               ? "crashed: aborted"
        : exitCode == 125               ? "the engine could not run it"
        : exitCode == 126               ? "its command can't be executed"
        : exitCode == 127               ? "its command was not found"
                                        : "an error of the app";
    return "exit code " + std::to_string(exitCode) + " (" + meaning + ")";
}

model::Evidence containerEvidence(const HopView& view, const model::Container& container)
{
    std::string words = container.name + ": " + container.state;
    if (container.exitCode)
        words += ", " + exitWords(*container.exitCode);
    if (container.isOomKilled)
        words += ", OOMKilled";
    if (!container.error.empty())
        words += ", \"" + container.error + "\"";
    if (container.restarts > 0)
        words += ", " + std::to_string(container.restarts) + " restarts";
    if (!container.health.empty())
        words += ", health check: " + container.health;
    if (container.health == "unhealthy" && !container.healthLog.empty())
        words += " (\"" + container.healthLog.substr(0, 200) + "\")";
    const auto since = parse::isRunning(container) ? container.startedAt : container.finishedAt;
    if (since)
        words += ", since " + base::toIso8601(*since);
    return view.evidence(hostOfContainers(view), "containers", container.source, words);
}

model::Evidence insideEvidence(const HopView& view, const model::Container& container, base::Port port)
{
    const model::HostFacts* host = hostOfContainers(view);
    std::string words;
    model::Source source = container.source;
    for (const model::Listener* each : parse::listenersInside(*host, container, port)) {
        words += (words.empty() ? "" : ", ") + textOf(*each);
        source = each->source;
    }
    if (words.empty())
        words = port == 0 ? "nothing listens" : "nothing listens on port " + std::to_string(port);
    return view.evidence(host, "containers", source, "inside " + container.name + ": " + words);
}

void describeContainer(Assessment& found, const HopView& view, const model::Container& container)
{
    const model::HostFacts* host = hostOfContainers(view);
    const std::string engine = container.engine == "podman" ? "podman" : "docker";
    found.values["container"] = container.name;
    found.values["name"] = container.name;
    found.values["service"] = parse::composeService(container);
    found.values["project"] = parse::composeProject(container);
    const auto folder = container.labels.find("com.docker.compose.project.working_dir");
    found.values["folder"] = folder == container.labels.end() ? std::string() : folder->second;
    if (view.callee && view.callee->containerPort != 0)
        found.values["containerPort"] = std::to_string(view.callee->containerPort);
    found.host = host->host;
    found.firstPlace = engine + " ps -a --filter name=" + container.name + " and " + engine + " logs --tail 50 "
        + container.name + " on " + host->host.value();
}

bool isUnreachedSymptom(const HopView& view)
{
    return isConnectSymptom(view) || view.isSymptom({ "reset-before-headers" });
}

}
