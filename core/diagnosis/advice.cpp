#include "core/diagnosis/advice.h"

#include "core/base/quote.h"
#include "core/diagnosis/boundaryadvice.h"
#include "core/diagnosis/proxycommands.h"
#include "core/discovery/appruntime.h"
#include "core/parse/configdump.h"
#include "core/parse/reloads.h"

#include <algorithm>
#include <cstdio>

namespace hopscope::diagnosis {

namespace {
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

/// An app that goes on with a request that its proxy has given up keeps a worker busy for nobody, and its log says nothing.
/// Only where the app's limit was set by somebody: without one most apps go on for ever, and that is how they are made.
void appTimeoutOrder(std::vector<Advice>& advice, const model::Facts& facts, const model::Topology& topology)
{
    for (const model::Hop& hop : topology.hops) {
        const model::Node* caller = topology.node(hop.from);
        const model::Node* app = topology.node(hop.to);
        if (!hop.isOnPath || !hop.declared.timeouts.read || !isProxy(caller) || !app || app->kind != model::NodeKind::App
            || !app->host || !facts.hosts.contains(*app->host))
            continue;
        const model::HostFacts& host = facts.hosts.at(*app->host);
        const discovery::AppRuntime runtime = discovery::appRuntime(discovery::HostIndex(host), *app);
        const base::Milliseconds patience = *hop.declared.timeouts.read;
        if (!runtime.requestLimit || patience.count() <= 0 || *runtime.requestLimit <= patience)
            continue;
        const auto inSeconds = [](base::Milliseconds time) {
            return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
        };
        Advice item;
        item.id = "timeout-order";
        item.severity = Severity::Warning;
        item.node = app->id.value();
        item.summary = app->label + " lets a request run for " + inSeconds(*runtime.requestLimit) + " ("
            + runtime.requestLimitSetting + "), but " + caller->label + " gives up after " + inSeconds(patience)
            + ": a slow request fails there while its worker goes on for nobody.";
        Remediation remedy = look(&host,
            "Set the app's limit below the proxy's, or raise the proxy's"
                + (hop.declared.place.file.empty() ? std::string()
                                                   : " near " + hop.declared.place.file + ":" + std::to_string(hop.declared.place.line)),
            {});
        remedy.risk = model::Risk::Change;
        remedy.why = "The limit nearest the work should end it: then the app's log names the request, and its worker is free.";
        item.remediation.push_back(std::move(remedy));
        advice.push_back(std::move(item));
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

/// The node that runs with this configuration; null where none does. Of several instances by its process.
const model::Node* runningNode(
    const model::Topology& topology, const base::HostId& host, const model::SoftwareConfig& config)
{
    const model::Node* found = nullptr;
    const int master = parse::masterOf(config);
    for (const model::Node& node : topology.nodes) {
        if (node.host != host || node.software != config.software || node.container != config.container
            || !(node.pid != 0 || node.state == model::State::Ok))
            continue;
        if (master != 0 && node.pid == master)
            return &node;
        if (!found && (master == 0 || node.pid == 0 || !config.container.empty()))
            found = &node;
    }
    return found;
}

std::string clockTime(base::TimePoint at) { return base::toIso8601(at).substr(0, 19) + "Z"; }

void proxyConfigurations(
    std::vector<Advice>& advice, const model::Facts& facts, const model::Topology& topology)
{
    for (const auto& [name, host] : facts.hosts) {
        const std::vector<parse::FailedReload> failures = parse::failedReloads(host);
        for (const model::SoftwareConfig& config : host.configs) {
            const model::Node* node = runningNode(topology, name, config);
            if (!node)
                continue;
            Advice item;
            item.node = node->id.value();
            const ProxyCommands commands = proxyCommands(*node, host);
            const int master = parse::masterOf(config);
            const auto failure = std::find_if(failures.begin(), failures.end(),
                [&](const parse::FailedReload& each) { return master != 0 && each.master == master; });
            if (config.isValid == false) {
                item.id = "config-invalid";
                item.severity = Severity::Critical;
                item.summary = config.software + " on " + name.value()
                    + " runs with an old configuration; what stands in its files now would not load"
                    + (config.validatorLines.empty() ? "." : ": " + config.validatorLines.front());
                if (!commands.test.empty())
                    item.remediation.push_back(look(&host, "Test the configuration", { "sudo " + commands.test }));
                advice.push_back(std::move(item));
                continue;
            }
            if (failure != failures.end()) {
                item.id = "reload-failed";
                item.severity = Severity::Critical;
                item.summary = config.software + " on " + name.value() + " refused to load its configuration at "
                    + clockTime(failure->at) + " and goes on with the one of "
                    + (config.loadedAt ? clockTime(*config.loadedAt) : "before") + ": " + failure->reason;
                item.remediation.push_back(look(&host, "See why it refused",
                    { "sudo grep emerg " + base::shellQuoted(failure->log) + " | tail -n 5" }));
                advice.push_back(std::move(item));
                continue;
            }
            if (!config.loadedAt)
                continue;
            for (const model::ConfigFile& file : config.files)
                if (file.modifiedAt && *file.modifiedAt > *config.loadedAt + std::chrono::seconds(2)) {
                    item.id = "config-not-loaded";
                    item.severity = Severity::Warning;
                    item.summary = file.path + " on " + name.value() + " was changed after " + config.software
                        + " last read it.";
                    if (!commands.test.empty()) {
                        item.remediation.push_back(look(&host, "Test the configuration", { "sudo " + commands.test }));
                        if (!commands.reload.empty())
                            item.remediation.push_back(
                                change(&host, "Load it", { "sudo " + commands.reload }, "the new configuration is in force"));
                    }
                    advice.push_back(std::move(item));
                    break;
                }
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
    appTimeoutOrder(advice, facts, topology);
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
