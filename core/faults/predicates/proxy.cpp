// The proxy itself: its configuration, its port, its limits, its rules. Here the callee is the proxy.
#include "core/faults/predicates/proxy.h"

#include "core/faults/predicates/common.h"
#include "core/faults/predicates/healthcheck.h"
#include "core/faults/predicates/takenport.h"
#include "core/parse/configdump.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
bool isProxy(const model::Node* node)
{
    return node && (node->kind == model::NodeKind::Proxy || node->kind == model::NodeKind::LoadBalancer);
}

const model::SoftwareConfig* configOf(const model::HostFacts* host, const model::Node* node)
{
    const model::SoftwareConfig* found = nullptr;
    if (host && node)
        for (const model::SoftwareConfig& config : host->configs)
            if (config.software == node->software && config.container == node->container
                && (!found || (node->pid > 0 && parse::masterOf(config) == node->pid)))
                found = &config; // of several instances this node's own
    return found;
}

/// The check that reads it.
std::string configCheck(const model::SoftwareConfig& config) { return config.software + "-config"; }

std::string firstComplaint(const model::SoftwareConfig& config)
{
    for (const std::string& line : config.validatorLines)
        if (line.find("emerg") != std::string::npos || line.find("rror") != std::string::npos
            || line.find("ALERT") != std::string::npos)
            return line;
    return config.validatorLines.empty() ? std::string() : config.validatorLines.front();
}

/// Between two texts; empty where they are not there.
std::string between(const std::string& text, std::string_view before, std::string_view after)
{
    const auto start = text.find(before);
    if (start == std::string::npos)
        return {};
    const auto end = text.find(after, start + before.size());
    return end == std::string::npos ? std::string() : text.substr(start + before.size(), end - start - before.size());
}

/// "/etc/nginx/sites-enabled/shop:12" at the end of nginx's complaint; "Syntax error on line 12 of /etc/…:" of Apache's;
/// "parsing [/etc/haproxy/haproxy.cfg:12]" of HAProxy's.
void placeOf(Assessment& found, const std::string& complaint)
{
    std::string named = between(complaint, "parsing [", "]");
    if (const std::string line = between(complaint, "error on line ", " of "); !line.empty())
        named = between(complaint, "line " + line + " of ", ":") + ":" + line;
    if (!named.empty()) {
        found.values["file"] = named.substr(0, named.rfind(':'));
        found.values["line"] = named.substr(named.rfind(':') + 1);
        found.firstPlace = named;
        return;
    }
    const auto at = complaint.find(" in /");
    if (at == std::string::npos)
        return;
    std::string place = complaint.substr(at + 4);
    place = place.substr(0, place.find_first_of(" \n"));
    const auto colon = place.rfind(':');
    found.values["file"] = place.substr(0, colon);
    if (colon != std::string::npos)
        found.values["line"] = place.substr(colon + 1);
    found.firstPlace = place;
}

std::string proxyName(const HopView& view) { return view.callee ? view.callee->label : "the proxy"; }

Assessment stated(const HopView& view, const char* cause, double weight)
{
    Assessment found(cause);
    for (const auto* lines : { &view.callerLines, &view.calleeLines })
        for (auto line = lines->rbegin(); line != lines->rend(); ++line)
            if ((*line)->reading.cause == cause && view.isFresh(**line, fresh)) {
                found.supports(weight, view.evidence(**line));
                if (found.evidence().size() >= 3)
                    return found;
            }
    return found;
}
}

Assessment proxyConfigInvalid(const HopView& view)
{
    Assessment found("proxy-config-invalid");
    const model::SoftwareConfig* config = configOf(view.calleeHost, view.callee);
    if (!isProxy(view.callee) || !isConnectSymptom(view) || view.accepting())
        return found;
    fillUnit(found, view);
    if (config && config->isValid == false) {
        const std::string complaint = firstComplaint(*config);
        model::Evidence item = view.evidence(view.calleeHost, configCheck(*config).c_str(), config->source, complaint);
        item.rulesOut = { "proxy-stopped", "service-stopped", "firewall-drop", "firewall-reject",
            "service-failed-to-start" };
        found.supports(0.9, std::move(item));
        placeOf(found, complaint);
        found.because = proxyName(view) + " does not run, because it refuses its configuration: " + complaint;
        if (!found.firstPlace.empty())
            found.firstPlace += " on " + view.calleeHost->host.value();
    }
    for (const ReadLine* line : statedByCallee(view, "proxy-config-invalid", std::chrono::hours(24 * 7))) {
        if (config && config->isValid == true)
            break;
        found.supports(config ? 0.4 : 0.75, view.evidence(*line));
        if (found.because.empty()) {
            found.because = proxyName(view) + " refused its configuration and does not run";
            placeOf(found, line->line->text);
        }
    }
    if (view.unit && isDown(*view.unit) && found.isSupported()) {
        found.supports(0.4, unitEvidence(view, *view.unit));
        found.onset = view.unit->inactiveSince;
    }
    return found;
}

Assessment proxyConfigNotReloaded(const HopView& view)
{
    Assessment found("proxy-config-not-reloaded");
    const model::SoftwareConfig* config = configOf(view.callerHost, view.caller);
    if (!config || !config->loadedAt || view.symptom.isProbed)
        return found;
    for (const model::ConfigFile& file : config->files) {
        if (file.path != view.hop->declared.place.file || !file.modifiedAt
            || *file.modifiedAt <= *config->loadedAt)
            continue;
        found.supports(0.6,
            view.evidence(view.callerHost, configCheck(*config).c_str(), file.source,
                file.path + " was edited at " + base::toIso8601(*file.modifiedAt)
                    + ", after it was loaded at " + base::toIso8601(*config->loadedAt)));
        for (const model::HopProbe* probe : view.callerProbes)
            if (probe->reply == model::ReplyResult::Answered && probe->status.value_or(0) < 500)
                found.supports(0.6, view.evidence(*probe));
        found.values["file"] = file.path;
        found.because = file.path + " was changed, but "
            + (view.caller ? view.caller->label : std::string("the proxy"))
            + " still runs with what it said before";
        found.host = view.callerHost->host;
        found.responsible = "proxy";
        break;
    }
    return found;
}

Assessment portConflict(const HopView& view)
{
    Assessment found("port-conflict");
    const std::optional<TakenPort> taken = takenPort(view);
    if (!taken
        || !(isConnectSymptom(view) || isReplySymptom(view)
            || view.isSymptom({ "protocol-mismatch", "tls-handshake-failed" })))
        return found;
    model::Evidence item = view.evidence(*taken->line);
    item.rulesOut = { "service-stopped", "process-crashed", "crash-loop", "service-failed-to-start",
        "proxy-stopped", "app-error", "wrong-port" };
    found.supports(0.85, std::move(item));
    for (const model::Listener* listener : view.onPort()) {
        found.supports(0.5, listenerEvidence(view, *listener, "it holds the port"));
        found.values["process"] = listener->process;
        if (listener->pid)
            found.values["pid"] = std::to_string(*listener->pid);
    }
    found.supports(0.3, unitEvidence(view, *taken->unit));
    found.values["unit"] = taken->unit->name;
    found.firstPlace
        = "ss -ltnp 'sport = :" + std::to_string(view.port()) + "' on " + view.calleeHost->host.value();
    found.onset = taken->unit->inactiveSince;
    found.because = taken->unit->name + " can't start, because "
        + (found.values["process"].empty() ? "another program" : found.values["process"]) + " holds its port "
        + std::to_string(view.port());
    return found;
}

Assessment bindPermissionDenied(const HopView& view)
{
    if (!isConnectSymptom(view) || !view.unit || isUp(*view.unit))
        return Assessment("bind-permission-denied");
    Assessment found("bind-permission-denied");
    for (const ReadLine* line : statedByCallee(view, "bind-permission-denied", std::chrono::hours(24 * 7))) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "service-stopped", "process-crashed", "crash-loop", "service-failed-to-start" };
        found.supports(0.85, std::move(item));
        break;
    }
    fillUnit(found, view);
    found.because = view.unit->name + " may not open " + view.targetWords();
    return found;
}

Assessment connectionLimitReached(const HopView& view)
{
    Assessment found = stated(view, "connection-limit-reached", 0.75);
    found.responsible = "proxy";
    found.because = "the proxy has reached its limit of connections";
    return found;
}

Assessment maintenanceMode(const HopView& view)
{
    Assessment found("maintenance-mode");
    if (const auto& report = view.hop->reported; report && view.isSymptom({ "no-healthy-upstream" })
        && report->health == model::ServerReport::Health::Maintenance) {
        model::Evidence item = reportEvidence(view);
        item.rulesOut = { "service-stopped", "health-check-failing" };
        found.supports(0.85, std::move(item));
        found.onset = report->since;
        found.responsible = "proxy";
        found.values["server"] = report->group + "/" + report->server;
        found.values["backend"] = report->group;
        if (view.callerHost)
            found.host = view.callerHost->host;
        found.firstPlace = view.hop->declared.place.file + ":" + std::to_string(view.hop->declared.place.line)
            + (view.callerHost ? " on " + view.callerHost->host.value() : std::string());
        found.because = "somebody took " + report->group + "/" + report->server + " out of service (" + report->state + ")";
        return found;
    }
    const model::SoftwareConfig* config = configOf(view.calleeHost, view.callee);
    if (!isProxy(view.callee) || !view.isSymptom({ "error-response" }) || !config)
        return found;
    const model::HopProbe* probe = view.callerProbe();
    if (!probe || probe->status != 503)
        return found;
    for (const model::ConfigFile& file : config->files) {
        const auto at = file.text.find("return 503");
        if (at == std::string::npos)
            continue;
        const auto line
            = 1 + std::count(file.text.begin(), file.text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        // Commented out is not in force.
        const auto start = file.text.rfind('\n', at) == std::string::npos ? 0 : file.text.rfind('\n', at) + 1;
        if (file.text.substr(start, at - start).find('#') != std::string::npos)
            continue;
        found.supports(0.7,
            view.evidence(view.calleeHost, "nginx-config", file.source,
                file.path + ":" + std::to_string(line) + ": return 503"));
        found.supports(0.4, view.evidence(*probe));
        found.values["file"] = file.path;
        found.values["line"] = std::to_string(line);
        found.firstPlace = file.path + ":" + std::to_string(line) + " on " + view.calleeHost->host.value();
        found.because
            = "its configuration answers 503 on purpose (" + file.path + ":" + std::to_string(line) + ")";
        break;
    }
    return found;
}

Assessment rateLimited(const HopView& view)
{
    if (!view.isSymptom({ "request-rejected", "error-response" }))
        return Assessment("rate-limited");
    Assessment found = stated(view, "rate-limited", 0.6);
    found.responsible = "proxy";
    found.because = "the proxy turns requests away because of its rate limit";
    return found;
}

Assessment accessDenied(const HopView& view)
{
    if (!view.isSymptom({ "request-rejected" }))
        return Assessment("access-denied");
    Assessment found = stated(view, "access-denied", 0.6);
    found.responsible = "proxy";
    found.because = "a rule of the proxy forbids the request";
    return found;
}

Assessment requestTooLarge(const HopView& view)
{
    if (!view.isSymptom({ "request-rejected" }))
        return Assessment("request-too-large");
    Assessment found = stated(view, "request-too-large", 0.6);
    found.responsible = "proxy";
    found.because = "the request is larger than the proxy allows";
    return found;
}

}
