#include "core/diagnosis/advice.h"

#include "core/base/quote.h"
#include "core/diagnosis/boundaryadvice.h"

#include <algorithm>
#include <cstdio>

namespace hopscope::diagnosis {

namespace {
/// How a proxy's configuration is tested and loaded; empty where that is not known.
struct Commands {
    const char* test = "";
    const char* reload = "";
};

Commands commandsOf(const std::string& software)
{
    if (software == "nginx")
        return { "sudo nginx -t", "sudo nginx -s reload" };
    if (software == "apache")
        return { "sudo apachectl configtest", "sudo apachectl graceful" };
    if (software == "haproxy")
        return { "sudo haproxy -c -f /etc/haproxy/haproxy.cfg", "sudo systemctl reload haproxy" };
    return {};
}

using model::Advice;
using model::Remediation;
using model::Severity;

Remediation look(const model::HostFacts* host, std::string title, std::vector<std::string> commands)
{
    Remediation remedy;
    remedy.title = std::move(title);
    remedy.commands = std::move(commands);
    if (host)
        remedy.host = host->host;
    return remedy;
}

Remediation change(
    const model::HostFacts* host, std::string title, std::vector<std::string> commands, std::string expect)
{
    Remediation remedy = look(host, std::move(title), std::move(commands));
    remedy.risk = model::Risk::Change;
    remedy.expect = std::move(expect);
    return remedy;
}

std::string nodeOf(const model::Topology& topology, const base::HostId& host)
{
    for (const model::Node& node : topology.nodes)
        if (node.host == host)
            return node.id.value();
    return host.value();
}

void certificateNearExpiry(
    std::vector<Advice>& advice, const model::Capture& capture, const model::Topology& topology)
{
    const auto& chain = capture.outside.tls.chain;
    if (chain.empty() || capture.outside.tls.result != model::AttemptResult::Succeeded)
        return;
    const auto left
        = std::chrono::duration_cast<std::chrono::hours>(chain.front().notAfter - capture.startedAt).count()
        / 24;
    // Certificates of a few days' life are renewed daily: only what has used up most of its own span is late.
    const auto span
        = std::chrono::duration_cast<std::chrono::hours>(chain.front().notAfter - chain.front().notBefore)
              .count()
        / 24;
    if (left < 0 || left > 14 || left * 4 > span)
        return;
    Advice item;
    item.id = "certificate-near-expiry";
    item.severity = left <= 3 ? Severity::Critical : Severity::Warning;
    for (const model::Hop& hop : topology.hops)
        if (const model::Node* from = topology.node(hop.from); from && from->kind == model::NodeKind::Client)
            item.node = hop.to.value();
    item.summary = "The site's certificate expires in " + std::to_string(left) + " days ("
        + base::toIso8601(chain.front().notAfter).substr(0, 10) + ").";
    item.remediation.push_back(look(nullptr, "See when it ends and who renews it",
        { "systemctl list-timers --all | grep -iE 'certbot|acme'" }));
    advice.push_back(std::move(item));
}

void timeoutOrder(std::vector<Advice>& advice, const model::Topology& topology)
{
    for (const model::Hop& outer : topology.hops) {
        if (!outer.isOnPath || !outer.declared.timeouts.read)
            continue;
        for (const model::Hop& inner : topology.hops) {
            const model::Node* between = topology.node(outer.to);
            const bool isProxy = between
                && (between->kind == model::NodeKind::Proxy
                    || between->kind == model::NodeKind::LoadBalancer);
            if (inner.from != outer.to || !inner.isOnPath || !isProxy || !inner.declared.timeouts.read
                || *inner.declared.timeouts.read <= *outer.declared.timeouts.read)
                continue;
            Advice item;
            item.id = "timeout-order";
            item.severity = Severity::Warning;
            item.node = inner.from.value();
            item.summary = between->label + " waits "
                + std::to_string(inner.declared.timeouts.read->count() / 1000)
                + " s for what is behind it, but who calls it gives up after "
                + std::to_string(outer.declared.timeouts.read->count() / 1000)
                + " s: a slow answer is lost without a trace in its log.";
            advice.push_back(std::move(item));
        }
    }
}

void unitsWithoutRestart(std::vector<Advice>& advice, const std::vector<Judgement>& judgements)
{
    std::vector<std::string> told;
    for (const Judgement& judgement : judgements) {
        const faults::HopView& view = judgement.view;
        const model::Unit* unit = view.unit;
        if (!view.hop->isOnPath || !unit || view.unitCertainty < 0.9 || !view.callee
            || view.callee->kind != model::NodeKind::App || unit->restartPolicy != "no"
            || unit->activeState != "active" || unit->subState != "running")
            continue;
        if (std::find(told.begin(), told.end(), unit->name) != told.end())
            continue;
        told.push_back(unit->name);
        Advice item;
        item.id = "no-restart-policy";
        item.severity = Severity::Note;
        item.node = view.hop->to.value();
        item.summary = unit->name + " has no Restart=: after a crash it stays down until somebody starts it.";
        item.remediation.push_back(change(view.calleeHost, "Let systemd restart it after a crash",
            { "sudo systemctl edit " + base::shellQuoted(unit->name) },
            "Restart=on-failure under [Service] in the drop-in"));
        advice.push_back(std::move(item));
    }
}

void fullDisks(std::vector<Advice>& advice, const model::Facts& facts, const model::Topology& topology)
{
    for (const auto& [name, host] : facts.hosts)
        for (const model::FileSystem& disk : host.fileSystems) {
            if (disk.isReadOnly || disk.sizeBytes < 64ULL * 1024 * 1024
                || disk.mountPoint.starts_with("/snap") || disk.mountPoint.starts_with("/boot")
                || disk.mountPoint.starts_with("/dev") || disk.mountPoint.starts_with("/sys")
                || disk.device.starts_with("/dev/loop"))
                continue;
            const double used = 100.0 * (1 - double(disk.availableBytes) / double(disk.sizeBytes));
            if (used < 90)
                continue;
            const bool isTold = std::any_of(advice.begin(), advice.end(), [&](const Advice& each) {
                return each.id == "disk-nearly-full" && each.summary.find(disk.device) != std::string::npos
                    && each.node == nodeOf(topology, name);
            });
            if (isTold)
                continue;
            char percent[16];
            std::snprintf(percent, sizeof percent, "%.0f", used);
            Advice item;
            item.id = "disk-nearly-full";
            item.severity = used >= 97 ? Severity::Critical : Severity::Warning;
            item.node = nodeOf(topology, name);
            item.summary = disk.mountPoint + " of " + name.value() + " (" + disk.device + ") is " + percent
                + " % full.";
            item.remediation.push_back(look(&host, "See what takes the space",
                { "sudo du -xh --max-depth=2 " + base::shellQuoted(disk.mountPoint)
                    + " | sort -h | tail -20" }));
            advice.push_back(std::move(item));
        }
}

bool isRunning(const model::Topology& topology, const base::HostId& host, const std::string& software)
{
    return std::any_of(topology.nodes.begin(), topology.nodes.end(), [&](const model::Node& node) {
        return node.host == host && node.software == software
            && (node.pid != 0 || node.state == model::State::Ok);
    });
}

void proxyConfigurations(
    std::vector<Advice>& advice, const model::Facts& facts, const model::Topology& topology)
{
    for (const auto& [name, host] : facts.hosts)
        for (const model::SoftwareConfig& config : host.configs) {
            if (!isRunning(topology, name, config.software))
                continue;
            std::string node = name.value();
            for (const model::Node& each : topology.nodes)
                if (each.host == name && each.software == config.software) {
                    node = each.id.value();
                    break;
                }
            if (config.isValid == false) {
                Advice item;
                item.id = "config-invalid";
                item.severity = Severity::Critical;
                item.node = node;
                item.summary = config.software + " on " + name.value()
                    + " runs with an old configuration; what stands in its files now would not load"
                    + (config.validatorLines.empty() ? "." : ": " + config.validatorLines.front());
                if (const Commands commands = commandsOf(config.software); *commands.test)
                    item.remediation.push_back(look(&host, "Test the configuration", { commands.test }));
                advice.push_back(std::move(item));
                continue;
            }
            if (!config.loadedAt)
                continue;
            for (const model::ConfigFile& file : config.files)
                if (file.modifiedAt && *file.modifiedAt > *config.loadedAt + std::chrono::seconds(2)) {
                    Advice item;
                    item.id = "config-not-loaded";
                    item.severity = Severity::Warning;
                    item.node = node;
                    item.summary = file.path + " on " + name.value() + " was changed after " + config.software
                        + " last read it.";
                    if (const Commands commands = commandsOf(config.software); *commands.test) {
                        item.remediation.push_back(look(&host, "Test the configuration", { commands.test }));
                        item.remediation.push_back(
                            change(&host, "Load it", { commands.reload }, "the new configuration is in force"));
                    }
                    advice.push_back(std::move(item));
                    break;
                }
        }
}
}

std::vector<model::Advice> adviceFor(const model::Capture& capture, const model::Facts& facts,
    const model::Topology& topology, const std::vector<Judgement>& judgements)
{
    std::vector<model::Advice> advice;
    certificateNearExpiry(advice, capture, topology);
    timeoutOrder(advice, topology);
    proxyConfigurations(advice, facts, topology);
    fullDisks(advice, facts, topology);
    unitsWithoutRestart(advice, judgements);
    for (Advice& each : boundaryAdvice(facts, topology, judgements))
        advice.push_back(std::move(each));
    std::stable_sort(advice.begin(), advice.end(),
        [](const Advice& left, const Advice& right) { return left.severity > right.severity; });
    return advice;
}

}
