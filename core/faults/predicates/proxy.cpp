// The proxy itself: its configuration, its port, its limits, its rules. Here the callee is the proxy.
#include "core/faults/predicates/proxy.h"

#include "core/base/text.h"
#include "core/faults/predicates/allowedclients.h"
#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/folderconfig.h"
#include "core/faults/predicates/healthcheck.h"
#include "core/faults/predicates/lastwords.h"
#include "core/faults/predicates/oldtarget.h"
#include "core/faults/predicates/redirectloop.h"
#include "core/faults/predicates/takenport.h"
#include "core/faults/predicates/turnedaway.h"
#include "core/faults/predicates/writtentarget.h"
#include "core/parse/configdump.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hopscope::faults {

namespace {
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

/// "    (147) /etc/apache2/…" of Apache's list of its files.
bool isNameOfFile(std::string_view line)
{
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    return line.empty() || (line.starts_with('(') && line.find(") /") != std::string_view::npos);
}

/// The line that says what is wrong; a dump of the configuration's files may come before it.
std::string firstComplaint(const model::SoftwareConfig& config)
{
    static constexpr std::array<std::string_view, 11> telling { "[emerg]", "Syntax error", "AH00526", "AH00534", "AH0229", "AH00543", "AH00544", "[ALERT]", "Error:",
        "adapting config", "rror" };
    for (const std::string_view words : telling)
        for (std::size_t at = 0; at < config.validatorLines.size(); ++at) {
            const std::string& line = config.validatorLines[at];
            // A file that is called "…error…" says nothing.
            if (line.find(words) == std::string::npos || isNameOfFile(line) || line.find("error log may have more") != std::string::npos)
                continue;
            // Apache's reason stands in the line after the place.
            const bool hasReason = !line.ends_with(':') || at + 1 == config.validatorLines.size();
            return hasReason ? line : line + " " + config.validatorLines[at + 1];
        }
    // A sentence that nobody has foreseen is still the one that tells most.
    const auto most = std::max_element(config.validatorLines.begin(), config.validatorLines.end(),
        [](const std::string& left, const std::string& right) {
            const auto grade = [](const std::string& line) { return isNameOfFile(line) ? -1 : tellingness(line); };
            return grade(left) < grade(right);
        });
    return most == config.validatorLines.end() ? std::string() : *most;
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

/// "/etc/nginx/sites-enabled/shop:12" at the end of nginx's complaint; "Syntax error on line 12 of /etc/…:" of Apache's; "/etc/caddy/Caddyfile:5: unrecognized directive" of Caddy's;
/// "parsing [/etc/haproxy/haproxy.cfg:12]" of HAProxy's.
void placeOf(Assessment& found, const std::string& complaint)
{
    std::string named = between(complaint, "parsing [", "]");
    if (const std::string line = between(complaint, "error on line ", " of "); !line.empty())
        named = between(complaint, "line " + line + " of ", ":") + ":" + line;
    if (const auto at = complaint.find("Caddyfile:"); named.empty() && at != std::string::npos) {
        const auto start = complaint.find_last_of(" '\"", at);
        const auto end = complaint.find_first_not_of("0123456789", at + 10);
        named = complaint.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1));
        if (!named.starts_with('/'))
            named = "/etc/caddy/" + named;
    }
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

Assessment turnedAwayFor(const HopView& view, const char* cause)
{
    std::optional<TurnedAway> away = turnedAway(view);
    return away && away->assessment.cause() == cause ? std::move(away->assessment) : Assessment(cause);
}

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

namespace {
/// Apache is to call a target by https, and may not speak TLS there.
Assessment withoutTlsEngine(const HopView& view)
{
    Assessment found("proxy-config-invalid");
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && !found.isSupported(); ++line) {
        const std::string& text = (*line)->line->text;
        if ((text.find("AH00961: ") == std::string::npos && text.find("AH01961: ") == std::string::npos) || !view.isFresh(**line, fresh))
            continue;
        model::Evidence item = view.evidence(**line);
        item.rulesOut = { "tls-version-mismatch", "sni-missing", "tls-to-plain-port", "client-certificate-missing", "certificate-untrusted",
            "proxy-config-not-reloaded" };
        found.supports(0.9, std::move(item));
    }
    blameConfiguration(found, view);
    found.firstPlace += ": SSLProxyEngine on";
    found.because = view.caller->label + " is to call " + view.targetWords() + " by https, but SSLProxyEngine is not on there, or mod_ssl is not loaded";
    return found;
}

/// What it met when it last tried to start, with the files as they still are: a test of the words alone does not open logs
/// and sockets.
bool isOfLastAttempt(const HopView& view, const model::SoftwareConfig& config, const ReadLine& line)
{
    constexpr base::Milliseconds attempt = std::chrono::seconds(30);
    const auto end = view.unit && view.unit->activeState == "failed" ? view.unit->inactiveSince : std::nullopt;
    return end && line.line->at && std::chrono::abs(*end - *line.line->at) < attempt
        && std::none_of(config.files.begin(), config.files.end(),
            [&](const model::ConfigFile& file) { return file.modifiedAt && *file.modifiedAt > *end; });
}
}

namespace {
/// It runs, but each request into that folder meets a file of it that it refuses.
Assessment ofFolderConfig(const HopView& view, const RefusedFolderConfig& refused)
{
    Assessment found("proxy-config-invalid");
    fillUnit(found, view);
    model::Evidence item = view.evidence(refused.line);
    item.rulesOut = { "app-error", "dependency-down", "app-misconfigured", "service-stopped", "script-not-found" };
    found.supports(0.93, std::move(item));
    found.responsible = "proxy";
    found.host = view.calleeHost->host;
    found.values["file"] = refused.file;
    found.values["command"] = refused.command;
    found.values["module"] = refused.module;
    found.because = proxyName(view) + " answers 500 by itself, because it refuses " + refused.file + ": " + refused.complaint
        + (refused.module.empty() ? "" : " (mod_" + refused.module + " is not loaded)");
    found.firstPlace = refused.file + " on " + view.calleeHost->host.value()
        + (refused.module.empty() ? "" : ", and whether mod_" + refused.module + " is loaded (apachectl -M)");
    return found;
}
}

namespace {
bool isOfUnitsEnd(const model::Unit& unit, const model::LogLine& line)
{
    return unit.inactiveSince && line.at && std::chrono::abs(*unit.inactiveSince - *line.at) < std::chrono::minutes(1);
}

/// The manager began to start it just before it failed: no crash after hours of work.
bool failedAtItsStart(const HopView& view)
{
    return std::any_of(view.calleeHost->logs.begin(), view.calleeHost->logs.end(), [&](const model::LogLine& line) {
        return line.origin == model::LogOrigin::Journal && line.place == view.unit->name && line.text.starts_with("Starting ") && isOfUnitsEnd(*view.unit, line);
    });
}

/// It gave up while it started, for a reason that no pattern knows: its own words are shown as they are.
void addUnforeseen(Assessment& found, const HopView& view)
{
    const bool hasFailed = view.unit && view.unit->activeState == "failed" && (view.unit->result == "exit-code" || view.unit->result == "protocol");
    if (found.isSupported() || !hasFailed || !failedAtItsStart(view))
        return;
    // Where a line says something else for certain (a port that is taken, a full disk), that is the story.
    for (const ReadLine* line : view.calleeLines)
        if (line->reading.cause && line->reading.cause != "proxy-config-invalid" && line->reading.cause != "service-failed-to-start"
            && line->reading.cause != "proxy-stopped" && isOfUnitsEnd(*view.unit, *line->line))
            return;
    const std::string said = saidAtItsEnd(view);
    if (said.empty())
        return;
    found.supports(0.7, unitEvidence(view, *view.unit));
    found.because = proxyName(view) + " can't start with its configuration: " + said.substr(2);
    placeOf(found, said);
}
}

Assessment proxyConfigInvalid(const HopView& view)
{
    Assessment found("proxy-config-invalid");
    if (isProxy(view.caller) && view.caller->software == "apache" && view.isSymptom({ "tls-handshake-failed" }))
        return withoutTlsEngine(view);
    if (const auto refused = refusedFolderConfig(view))
        return ofFolderConfig(view, *refused);
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
        if (found.values.contains("file"))
            found.firstPlace += " on " + view.calleeHost->host.value();
    }
    for (const ReadLine* line : statedByCallee(view, "proxy-config-invalid", std::chrono::hours(24 * 7))) {
        const bool isUnseenByTest = config && config->isValid == true && isOfLastAttempt(view, *config, *line);
        if (config && config->isValid == true && !isUnseenByTest)
            continue;
        found.supports(config && !isUnseenByTest ? 0.4 : 0.75, view.evidence(*line));
        if (found.because.empty()) {
            // The manager's "exited, status=1" is no reason, nor is what follows from one.
            const std::string said = tellingness(line->line->text) > 1 ? std::string() : saidAtItsEnd(view);
            const std::string reason = said.empty() ? line->line->text.substr(0, 200) : said.substr(2);
            found.because = proxyName(view) + " refused its configuration and does not run: " + reason;
            placeOf(found, reason);
        }
    }
    addUnforeseen(found, view);
    if (view.unit && isDown(*view.unit) && found.isSupported()) {
        found.supports(0.4, unitEvidence(view, *view.unit));
        found.onset = view.unit->inactiveSince;
    }
    return found;
}

namespace {
/// The hop is one of the configuration that runs, and of no file: the file names another target, which is well.
Assessment runsWithAnOldTarget(const HopView& view, const model::SoftwareConfig& config)
{
    Assessment found("proxy-config-not-reloaded");
    const std::optional<WrittenTarget> written = isConnectSymptom(view) ? writtenTarget(view, config) : std::nullopt;
    if (!written)
        return found;
    const std::string who = view.caller->label.empty() ? std::string("the proxy") : view.caller->label;
    const std::string running = view.hop->declared.endpoint.text();
    model::Evidence item = view.evidence(view.callerHost, configCheck(config).c_str(), written->source,
        written->place.text() + " names " + written->target + ", where something listens; " + who + " runs with " + running
            + ", which no file of it names");
    item.rulesOut = { "service-stopped", "wrong-port", "wrong-address", "crash-loop", "stale-address", "host-down", "process-crashed" };
    found.supports(0.9, std::move(item));
    found.values["file"] = written->place.file;
    found.because = written->place.text() + " says " + written->target + ", but " + who + " was not reloaded and still calls " + running;
    if (config.isValid == false)
        found.because += "; it refuses the new file: " + firstComplaint(config);
    found.firstPlace = written->place.text() + " on " + view.callerHost->host.value() + " against what " + who + " runs with";
    found.host = view.callerHost->host;
    found.responsible = "proxy";
    return found;
}
}

Assessment proxyConfigNotReloaded(const HopView& view)
{
    Assessment found("proxy-config-not-reloaded");
    const model::SoftwareConfig* config = configOf(view.callerHost, view.caller);
    if (config && isOfRunning(view.hop->declared.place.file))
        return runsWithAnOldTarget(view, *config);
    if (!config || view.symptom.isProbed)
        return found;
    const std::optional<OldTarget> old = oldTarget(view);
    for (const model::ConfigFile& file : config->files) {
        const bool isNewer = config->loadedAt && file.modifiedAt && *file.modifiedAt > *config->loadedAt;
        if (file.path != view.hop->declared.place.file || (!isNewer && !old))
            continue;
        if (isNewer)
            found.supports(0.6,
                view.evidence(view.callerHost, configCheck(*config).c_str(), file.source,
                    file.path + " was edited at " + base::toIso8601(*file.modifiedAt)
                        + ", after it was loaded at " + base::toIso8601(*config->loadedAt)));
        if (old) {
            model::Evidence item = old->evidence;
            item.rulesOut = { "service-stopped", "wrong-port", "wrong-address", "app-hung", "crash-loop", "stale-address" };
            found.supports(0.75, std::move(item));
        }
        for (const model::HopProbe* probe : view.callerProbes)
            if (probe->reply == model::ReplyResult::Answered && probe->status.value_or(0) < 500)
                found.supports(0.6, view.evidence(*probe));
        found.values["file"] = file.path;
        const std::string who = view.caller ? view.caller->label : std::string("the proxy");
        found.because = file.path + " was changed, but " + who + " still runs with what it said before"
            + (old && !old->address.empty() ? " and calls " + old->address : std::string());
        if (config->isValid == false)
            found.because += "; it refuses the new one: " + firstComplaint(*config);
        found.firstPlace = file.path + (view.callerHost ? " on " + view.callerHost->host.value() : "") + " against when " + who + " last read it";
        found.host = view.callerHost->host;
        found.responsible = "proxy";
        break;
    }
    return found;
}

namespace {
/// The lines of a web server's files that open one port, where an address of its own and "any" stand side by side, or one
/// stands twice: "/etc/apache2/ports.conf:5 Listen 80, …". Empty where there are fewer than two.
std::string listensOfOnePort(const HopView& view)
{
    const model::SoftwareConfig* config = configOf(view.calleeHost, view.callee);
    if (!config || config->software != "apache") // nginx and HAProxy say so of themselves, or take it
        return {};
    const std::string port = std::to_string(view.port());
    std::string found;
    int count = 0;
    for (const model::ConfigFile& file : config->files) {
        for (const parse::Line& each : parse::linesOf(file.text)) {
            std::string_view rest = parse::trimmed(each.text);
            if (base::lowered(rest.substr(0, 7)) != "listen ")
                continue;
            rest.remove_prefix(7);
            const std::string_view value = parse::takeWord(rest);
            if (value != port && !value.ends_with(":" + port))
                continue;
            found += (++count == 1 ? "" : ", ") + file.path + ":" + std::to_string(each.number) + " Listen " + std::string(value);
        }
    }
    return count > 1 ? found : std::string();
}
}

Assessment portConflict(const HopView& view)
{
    Assessment found("port-conflict");
    const std::optional<TakenPort> taken = takenPort(view);
    if (!taken
        || !(isConnectSymptom(view) || isReplySymptom(view)
            || view.isSymptom({ "protocol-mismatch", "tls-handshake-failed", "no-route-configured", "request-rejected" })))
        return found;
    model::Evidence item = view.evidence(*taken->line);
    // Whoever answers in its place has other rules.
    item.rulesOut = { "route-missing-in-proxy", "access-denied", "maintenance-mode", "service-stopped", "process-crashed", "crash-loop",
        "service-failed-to-start", "proxy-stopped", "app-error", "wrong-port" };
    found.supports(0.85, std::move(item));
    for (const model::Listener* listener : view.onPort()) {
        found.supports(0.5, listenerEvidence(view, *listener, "it holds the port"));
        found.values["process"] = listener->process;
        if (listener->pid)
            found.values["pid"] = std::to_string(*listener->pid);
    }
    found.supports(0.3, unitEvidence(view, *taken->unit));
    found.values["unit"] = taken->unit->name;
    // Whoever holds the port now, it is this one that is missing.
    for (const char* name : { "nginx", "openresty", "apache2", "httpd", "haproxy", "caddy", "traefik", "envoy" })
        if (taken->unit->name.starts_with(name))
            found.responsible = "proxy";
    found.firstPlace
        = "ss -ltnp 'sport = :" + std::to_string(view.port()) + "' on " + view.calleeHost->host.value();
    found.onset = taken->unit->inactiveSince;
    const bool isFree = view.knowsListeners() && view.onPort().empty() && view.callee;
    if (const std::string twice = isFree ? listensOfOnePort(view) : std::string(); !twice.empty()) {
        found.because = taken->unit->name + " can't start, because its own configuration opens port " + std::to_string(view.port()) + " more than once ("
            + twice + "), and no other program holds it";
        found.firstPlace = "the lines that open port " + std::to_string(view.port()) + " in its configuration on " + view.calleeHost->host.value() + ": " + twice;
        return found;
    }
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
    if (std::optional<TurnedAway> full = fullProxy(view))
        return std::move(full->assessment);
    return Assessment("connection-limit-reached");
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
        // Neither its file nor a name without an address keeps it out: it was set while HAProxy ran.
        if (!view.hop->declared.isDown && report->state.find("resolution") == std::string::npos)
            found.values["server"] = report->group + "/" + report->server;
        found.values["backend"] = report->group;
        if (view.callerHost)
            found.host = view.callerHost->host;
        found.firstPlace = view.hop->declared.place.text()
            + (view.callerHost ? " on " + view.callerHost->host.value() : std::string());
        found.because = "somebody put " + report->group + "/" + report->server + " into maintenance (" + report->state + ")";
        return found;
    }
    return turnedAwayFor(view, "maintenance-mode");
}

Assessment rateLimited(const HopView& view)
{
    Assessment found = turnedAwayFor(view, "rate-limited");
    const model::HopProbe* probe = view.callerProbe();
    // An app's own limit: its answer says so too.
    if (found.isSupported() || isProxy(view.callee) || !probe || (probe->status != 429 && probe->status != 503))
        return found;
    found = stated(view, "rate-limited", 0.6);
    found.because = calleeName(view) + " turns requests away because of its rate limit";
    return found;
}

Assessment accessDenied(const HopView& view)
{
    Assessment found = turnedAwayFor(view, "access-denied");
    if (found.isSupported() || isProxy(view.callee) || !view.isSymptom({ "reset-before-headers" }))
        return found;
    addAllowedClients(found, view);
    // An app with a list of its own: PHP-FPM's listen.allowed_clients.
    for (const ReadLine* line : statedByCallee(view, "access-denied", fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "process-crashed", "keepalive-race", "worker-timeout", "wrong-protocol" };
        found.supports(0.85, std::move(item));
    }
    fillUnit(found, view);
    found.because = calleeName(view) + " closes the connection, because " + (view.caller ? view.caller->label : std::string("its caller"))
        + "'s address is not in its list of allowed clients"
        + (view.hop->protocol == model::Protocol::FastCgi ? " (listen.allowed_clients)" : "");
    if (found.firstPlace.empty() && view.hop->protocol == model::Protocol::FastCgi && view.calleeHost)
        found.firstPlace = "listen.allowed_clients of the pool, in /etc/php on " + view.calleeHost->host.value();
    return found;
}

Assessment requestTooLarge(const HopView& view) { return turnedAwayFor(view, "request-too-large"); }

Assessment routeMissingInProxy(const HopView& view)
{
    if (view.cluster)
        return routeMissingInCluster(view);
    Assessment found = turnedAwayFor(view, "route-missing-in-proxy");
    if (found.isSupported() || !isProxy(view.caller) || !view.isSymptom({ "no-route-configured" }))
        return found;
    for (const ReadLine* line : statedByCaller(view, "route-missing-in-proxy", fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "app-error", "service-stopped", "proxy-loop" };
        found.supports(0.8, std::move(item));
    }
    blameConfiguration(found, view);
    found.firstPlace += ", and the proxy modules that are loaded (apachectl -M, a2query -m)";
    found.because = view.caller->label + " has no handler for " + std::string(model::id(view.hop->protocol)) + " to " + view.targetWords()
        + ": the module for it (mod_proxy_http, mod_proxy_fcgi …) is not loaded";
    return found;
}

Assessment proxyLoop(const HopView& view)
{
    Assessment found("proxy-loop");
    if (view.isSymptom({ "no-route-configured" }) && isOfRedirectLoop(view))
        return redirectLoop(view);
    if (!view.hop->isLoop || !view.isSymptom({ "no-route-configured" }))
        return found;
    model::Evidence item = view.evidence(view.callerHost, "config", {},
        configPlace(view) + ": " + (view.caller ? view.caller->label : "the proxy") + " passes the request to "
            + view.hop->declared.endpoint.text() + ", where it comes to " + proxyName(view) + " again");
    item.rulesOut = { "connection-limit-reached", "app-error", "app-hung", "slow-endpoint", "fd-exhausted", "timeout-too-short" };
    found.supports(0.93, std::move(item));
    for (const ReadLine* line : statedByCallee(view, "connection-limit-reached", fresh))
        found.supports(0.2, view.evidence(*line));
    blameConfiguration(found, view);
    found.because = "its target " + view.hop->declared.endpoint.text() + " is "
        + (view.hop->from == view.hop->to ? "that very proxy itself" : "a proxy that the request has passed before")
        + ", so each request goes round in a loop until something is used up";
    return found;
}

Assessment circuitBreakerOpen(const HopView& view)
{
    if (!view.isSymptom({ "overloaded", "error-response" }))
        return Assessment("circuit-breaker-open");
    Assessment found = stated(view, "circuit-breaker-open", 0.75);
    found.because = "a circuit breaker refuses requests until what it protects is well again";
    return found;
}

Assessment queueLimitReached(const HopView& view)
{
    Assessment found("queue-limit-reached");
    if (!view.isSymptom({ "overloaded" }) || !isProxy(view.caller))
        return found;
    // An app that let requests run into the proxy's limit of time does not answer: the queue is only its shadow.
    const bool hasWaitedInVain = std::any_of(view.callerLines.begin(), view.callerLines.end(), [&](const ReadLine* line) {
        return line->reading.variant == "response-timed-out" && view.isFresh(*line, fresh);
    });
    for (const ReadLine* line : statedByCaller(view, "queue-limit-reached", fresh)) {
        model::Evidence item = view.evidence(*line);
        if (!hasWaitedInVain)
            item.rulesOut = { "app-hung", "slow-endpoint", "service-stopped", "worker-pool-exhausted", "accept-queue-full" };
        found.supports(0.75, std::move(item));
    }
    if (const auto& report = view.hop->reported; report && report->queued && *report->queued > 0) {
        found.supports(0.6, reportEvidence(view));
        found.values["backend"] = report->group;
        found.values["server"] = report->group + "/" + report->server;
    }
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.firstPlace = configPlace(view);
    found.because = "it lets only "
        + (view.hop->reported && view.hop->reported->sessionLimit ? std::to_string(*view.hop->reported->sessionLimit) : std::string("so many"))
        + " requests at a time through to " + calleeName(view) + " (maxconn), and the others wait in its queue until they are refused";
    return found;
}

Assessment outlierEjected(const HopView& view)
{
    Assessment found("outlier-ejected");
    if (isTakenOutByItsAnswers(view)) {
        model::Evidence item = reportEvidence(view);
        item.rulesOut = { "health-check-failing", "health-check-misconfigured" };
        found.supports(0.9, std::move(item));
        found.responsible = "app";
        if (view.callerHost)
            found.host = view.callerHost->host;
        found.firstPlace = "what " + calleeName(view) + " answered before it was set aside, and the error-limit and on-error of its server line near " + configPlace(view);
        found.because = view.caller->label + " watches the answers of " + calleeName(view) + " (observe) and set it aside after too many errors in a row, whatever its health check says";
        return found;
    }
    if (!view.isSymptom({ "no-healthy-upstream" }) || !isProxy(view.caller) || tellsItsServersHealth(view))
        return found;
    const auto answers = std::find_if(view.callerProbes.begin(), view.callerProbes.end(), [](const model::HopProbe* probe) {
        return probe->reply == model::ReplyResult::Answered && probe->status.value_or(0) < 500;
    });
    if (answers == view.callerProbes.end())
        return found;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend(); ++line)
        if ((*line)->reading.variant == "no-healthy-upstream" && view.isFresh(**line, fresh)) {
            found.supports(0.75, view.evidence(**line));
            break;
        }
    if (!found.isSupported())
        return found;
    model::Evidence item = view.evidence(**answers);
    item.rulesOut = { "service-stopped", "app-hung", "wrong-port", "health-check-failing" };
    found.supports(0.6, std::move(item));
    const model::Declared& declared = view.hop->declared;
    std::string limit;
    if (declared.maxFails)
        limit = "max_fails=" + std::to_string(*declared.maxFails);
    if (declared.failTimeout)
        limit += (limit.empty() ? "" : " ") + std::string("fail_timeout=") + std::to_string(declared.failTimeout->count() / 1000) + "s";
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.firstPlace = configPlace(view);
    found.because = calleeName(view) + " answers again, but after its failures " + (view.caller ? view.caller->label : "the proxy")
        + " keeps it out for a while" + (limit.empty() ? "" : " (" + limit + ")");
    return found;
}

}
