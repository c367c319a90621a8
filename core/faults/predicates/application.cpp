// The app answers, and its answer is the failure: an error of its own, of its script, of what it depends on,
// or a reply that the caller cannot read.
#include "core/faults/predicates/unixsocket.h"
#include "core/faults/predicates/application.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/awaited.h"
#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/dependency.h"
#include "core/faults/predicates/failedcontext.h"
#include "core/faults/predicates/refusedname.h"
#include "core/model/checkids.h"
#include "core/model/protocolfamily.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
bool isApp(const HopView& view)
{
    return !view.callee
        || (view.callee->kind != model::NodeKind::Proxy
            && view.callee->kind != model::NodeKind::LoadBalancer);
}

/// Lines of the callee that state a cause, as one assessment: for causes that logs alone can show.
Assessment statedOnly(
    const HopView& view, const char* cause, double weight, std::vector<std::string> rulesOut)
{
    Assessment found(cause);
    for (const ReadLine* line : statedByCallee(view, cause, fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = rulesOut;
        found.supports(weight, std::move(item));
    }
    for (const ReadLine* line : statedByCaller(view, cause, fresh)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = rulesOut;
        found.supports(weight, std::move(item));
    }
    fillUnit(found, view);
    return found;
}

/// What the dependency itself said to our attempt.
void addRefusal(Assessment& found, const HopView& view)
{
    for (const model::HopProbe* probe : view.callerProbes)
        if (const auto refusal = refusalIn(*probe, view.hop->protocol); refusal && refusal->cause == found.cause()) {
            model::Evidence item = view.evidence(*probe);
            item.observed += ": " + refusal->words;
            item.rulesOut = { "app-error", "dependency-down", "service-stopped" };
            found.supports(0.93, std::move(item));
        }
}

bool answersError(const HopView& view)
{
    return view.isSymptom({ "error-response", "response-timed-out", "reset-before-headers" });
}
}

namespace {
/// The app's own word for its error, out of a line of a log; empty where the line has none: the head of a traceback, a
/// request's line.
std::string errorIn(std::string_view line)
{
    constexpr std::string_view ofPhp = "PHP message: ";
    if (const std::size_t at = line.find(ofPhp); at != std::string_view::npos) {
        line.remove_prefix(at + ofPhp.size());
        line = line.substr(0, line.find("\" while "));
    }
    static constexpr std::array<std::string_view, 5> telling { "rror:", "xception:", ".errors.", "rror in ", "xception in " };
    const bool isTelling = std::any_of(telling.begin(), telling.end(), [&](std::string_view word) { return line.find(word) != std::string_view::npos; });
    if (!isTelling || line.find(" HTTP/") != std::string_view::npos)
        return {};
    constexpr std::size_t limit = 160;
    std::string text(line.substr(0, limit));
    while (!text.empty() && (text.back() == '.' || text.back() == ' '))
        text.pop_back();
    return text + (line.size() > limit ? "…" : "");
}
}

namespace {
/// Whether a log of the callee could be read, whatever stands in it.
bool hasReadLogOfCallee(const HopView& view)
{
    if (!view.capture)
        return false;
    const bool isFastCgi = view.hop->protocol == model::Protocol::FastCgi; // its errors stand in its caller's log
    return std::any_of(view.capture->checks.begin(), view.capture->checks.end(), [&](const model::CheckResult& check) {
        const std::string& id = check.check.value();
        const bool isOwn = (id == model::checkid::unitLog && view.unit && check.subject == view.unit->name)
            || (id == model::checkid::containerLog && view.callee && check.subject == view.callee->container)
            || ((id == model::checkid::appLog || id == model::checkid::processLog) && !check.output.empty());
        const bool isOnCallee = isOwn && view.calleeHost && check.host == view.calleeHost->host;
        const bool isOnCaller = isFastCgi && id == model::checkid::proxyErrorLog && view.callerHost && check.host == view.callerHost->host;
        return (isOnCallee || isOnCaller || id == model::checkid::clusterLog) && model::isCaptured(check.outcome);
    });
}
}

Assessment appError(const HopView& view)
{
    Assessment found("app-error");
    if (!view.isSymptom({ "error-response" }) || !isApp(view))
        return found;
    // An app's 500 has many reasons, and its log tells which: where nobody could read that, the error itself explains little.
    const double trust = hasReadLogOfCallee(view) ? 1 : 0.6;
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->reply == model::ReplyResult::Answered && probe->status && *probe->status >= 500) {
                model::Evidence item = view.evidence(*probe);
                item.rulesOut = { "service-stopped", "app-hung", "firewall-drop" };
                found.supports(trust * (probe->seat == model::Seat::Caller ? 0.6 : 0.3), std::move(item));
            }
    if (!view.symptom.share.empty() && !view.symptom.evidence.empty())
        found.supports(0.6, view.symptom.evidence.front());
    int lines = 0;
    std::string said;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && (lines < 3 || (said.empty() && lines < 12)); ++line)
        if (((*line)->reading.cause == "app-error" || (*line)->reading.variant == "error-response")
            && view.isFresh(**line, fresh)) {
            const std::string error = said.empty() ? errorIn((*line)->line->text) : std::string();
            if (lines < 3 || !error.empty())
                found.supports(0.5, view.evidence(**line));
            said = said.empty() ? error : said;
            ++lines;
        }
    // What a FastCGI app prints about its errors stands in its caller's log.
    lines = 0;
    for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && lines < 2; ++line)
        if ((*line)->reading.cause == "app-error" && view.isFresh(**line, fresh)) {
            found.supports(0.5, view.evidence(**line));
            said = said.empty() ? errorIn((*line)->line->text) : said;
            ++lines;
        }
    fillUnit(found, view);
    found.because = calleeName(view) + " answers with an error of its own" + (said.empty() ? "" : ": " + said);
    if (auto failed = failedContext(view)) {
        found.supports(0.85, std::move(*failed));
        found.because = calleeName(view) + " runs, but the application behind this address could not start in it, so all of it is 404";
    }
    if (view.unit && view.calleeHost)
        found.firstPlace = "journalctl -u " + view.unit->name + " -n 50 on " + view.calleeHost->host.value();
    return found;
}

namespace {
/// The last words of a unit that is down (or comes and goes): lines from its end, however long ago that was.
bool isOfItsEnd(const HopView& view, const ReadLine& line)
{
    constexpr base::Milliseconds around = std::chrono::minutes(1);
    if (view.isFresh(line, fresh))
        return true;
    const auto end = view.unit && isDown(*view.unit) ? view.unit->inactiveSince : std::nullopt;
    return end && line.line->at && std::chrono::abs(*line.line->at - *end) < around;
}

/// The setting that a line names: "KeyError: 'SECRET_KEY'", "environment variable: SECRET_KEY".
std::string settingIn(std::string_view text)
{
    static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    std::string_view best;
    while (!text.empty()) {
        const std::size_t start = text.find_first_of(letters);
        if (start == std::string_view::npos)
            break;
        text.remove_prefix(start);
        const std::string_view word = text.substr(0, text.find_first_not_of(letters));
        const bool isName = word.find('_') != std::string_view::npos && word.front() >= 'A' && word.size() >= 5 && word.size() <= 64;
        if (isName && word.size() > best.size())
            best = word;
        text.remove_prefix(word.size());
    }
    return std::string(best);
}

/// The name in `database "shop" does not exist` and `Unknown database 'shop'`; empty where there is none.
std::string missingDatabase(std::string_view text)
{
    for (const std::string_view before : { std::string_view("database \""), std::string_view("Unknown database '") }) {
        const std::size_t at = text.find(before);
        if (at == std::string_view::npos)
            continue;
        const std::string_view rest = text.substr(at + before.size());
        return std::string(rest.substr(0, std::min(rest.find_first_of("\"'"), std::size_t(80))));
    }
    return {};
}

/// The mount that a path is on, as the host sees it.
const model::FileSystem* mountOf(const model::HostFacts& host, std::string_view path)
{
    const model::FileSystem* best = nullptr;
    for (const model::FileSystem& each : host.fileSystems) {
        const bool isAbove = each.mountPoint == "/" || path == each.mountPoint || path.starts_with(each.mountPoint + "/");
        if (isAbove && (!best || each.mountPoint.size() > best->mountPoint.size()))
            best = &each;
    }
    return best;
}

/// The app meets a read-only file system where the host has none: its unit shuts it off (ProtectSystem=, ProtectHome=).
Assessment shutOffFolder(const HopView& view)
{
    Assessment found("app-misconfigured");
    if (!view.unit || !view.calleeHost || !view.isSymptom({ "error-response", "reset-before-headers", "connection-refused" }))
        return found;
    const auto& logs = view.calleeHost->logs;
    for (auto line = logs.rbegin(); line != logs.rend(); ++line) {
        const std::size_t at = line->text.find("Read-only file system");
        const bool isFresh = line->at && view.nowOn(view.calleeHost) - *line->at <= fresh;
        if (line->place != view.unit->name || at == std::string::npos || !isFresh)
            continue;
        const std::size_t start = line->text.find('/', at);
        std::string path = start == std::string::npos ? std::string() : line->text.substr(start);
        path = path.substr(0, path.find_first_of("'\" ,)"));
        const model::FileSystem* mount = mountOf(*view.calleeHost, path.empty() ? "/" : path);
        if (!mount || mount->isReadOnly)
            return found; // the disk itself is: that is its own story
        model::Evidence item = evidenceFrom(*view.capture, view.calleeHost->host, "journal", line->source,
            base::toIso8601(*line->at) + " " + line->text);
        item.rulesOut = { "app-error", "disk-full" };
        found.supports(0.8, std::move(item));
        fillUnit(found, view);
        found.because = view.unit->name + " may not write" + (path.empty() ? std::string() : " " + path)
            + ": its unit makes the folder read-only for it (ProtectSystem= or the like), the disk is not";
        found.firstPlace = "systemctl show " + view.unit->name + " -p ProtectSystem,ProtectHome,ReadWritePaths on " + view.calleeHost->host.value();
        return found;
    }
    return found;
}
}

Assessment appMisconfigured(const HopView& view)
{
    if (view.cluster && view.cluster->pod)
        return podMisconfigured(view);
    if (Assessment hidden = hiddenSocket(view); hidden.isSupported())
        return hidden;
    if (Assessment shut = shutOffFolder(view); shut.isSupported())
        return shut;
    Assessment found("app-misconfigured");
    // In a container the engine's own state tells the story; its crash loop is the headline there.
    const bool isAway = isConnectSymptom(view) && view.calleeHost && !view.accepting() && !view.container;
    const bool isAnswered = view.isSymptom({ "error-response", "request-rejected" });
    // Tomcat opens a connector's port before it finds that its settings are wrong, and then takes no call.
    const bool isDeaf = view.isSymptom({ "response-timed-out" }) && view.callee && view.callee->software == "tomcat"
        && view.hop->protocol == model::Protocol::Ajp;
    if (!isAway && !isAnswered && !isDeaf && (view.container || !view.isSymptom({ "reset-before-headers" })))
        return found;
    int lines = 0;
    std::string setting;
    std::string missing;
    std::string said;
    for (auto line = view.calleeLines.rbegin(); line != view.calleeLines.rend() && lines < 3; ++line)
        if ((*line)->reading.cause == "app-misconfigured" && isOfItsEnd(view, **line)) {
            model::Evidence item = view.evidence(**line);
            item.rulesOut = { "wrong-port", "service-stopped" };
            if (isDeaf)
                item.rulesOut.insert(item.rulesOut.end(), { "worker-pool-exhausted", "app-hung", "accept-queue-full", "slow-endpoint" });
            found.supports(isDeaf ? 0.85 : 0.75, std::move(item));
            ++lines;
            if (setting.empty())
                setting = settingIn((*line)->line->text);
            missing = missing.empty() && isDependencyHop(view) ? missingDatabase((*line)->line->text) : missing;
            said = said.empty() ? errorIn((*line)->line->text) : said;
        }
    if (isDependencyHop(view))
        for (auto line = view.callerLines.rbegin(); line != view.callerLines.rend() && lines < 3; ++line)
            if ((*line)->reading.cause == "app-misconfigured" && (*line)->reading.role == Role::Dependency && view.isFresh(**line, fresh)) {
                model::Evidence item = view.evidence(**line);
                item.rulesOut = { "app-error", "dependency-auth-failed" };
                found.supports(0.8, std::move(item));
                missing = missing.empty() ? missingDatabase((*line)->line->text) : missing;
                ++lines;
            }
    if (auto refused = refusedName(view)) {
        refused->rulesOut = { "app-error", "access-denied" };
        found.supports(0.85, std::move(*refused));
        fillUnit(found, view);
        found.because = calleeName(view) + " does not serve the name that visitors use: it is not in its list of hosts (ALLOWED_HOSTS or the like)";
        return found;
    }
    fillUnit(found, view);
    found.because = calleeName(view) + (isAway ? " can't start: it is configured wrongly" : " is configured wrongly")
        + (!setting.empty() ? " (" + setting + ")" : said.empty() ? std::string() : ": " + said);
    if (!missing.empty()) {
        found.values["unit"] = ""; // it runs well, and knows nothing of the app's settings
        found.because = calleeName(view) + " has no database called \"" + missing + "\", which " + view.caller->label + " asks for";
        found.firstPlace = "the databases of " + calleeName(view) + (view.calleeHost ? " on " + view.calleeHost->host.value() : std::string())
            + " against the name in the app's settings";
    }
    return found;
}

Assessment scriptNotFound(const HopView& view)
{
    if (!view.isSymptom({ "error-response" }))
        return Assessment("script-not-found");
    Assessment found = statedOnly(view, "script-not-found", 0.8, { "app-error", "service-stopped" });
    const std::string& script = view.hop->declared.scriptFile;
    if (view.calleeHost && !script.empty())
        for (const model::FileStatus& file : view.calleeHost->files)
            if (file.path == script && !file.exists)
                found.supports(0.6,
                    view.evidence(view.calleeHost, "socket-status", file.source, script + " does not exist"));
    found.values["path"] = script;
    found.because = "PHP-FPM does not find the script" + (script.empty() ? std::string() : " " + script)
        + " that the proxy asks for";
    if (!view.hop->declared.place.file.empty())
        found.firstPlace
            = view.hop->declared.place.file + (view.callerHost ? " on " + view.callerHost->host.value() : "");
    return found;
}

Assessment dependencyDown(const HopView& view)
{
    const bool isApplicable
        = answersError(view) || isConnectSymptom(view) || view.isSymptom({ "dns-resolution-failed" });
    if (!isApplicable)
        return Assessment("dependency-down");
    const bool isDependency = view.callee && view.caller && view.caller->kind == model::NodeKind::App
        && (view.callee->kind == model::NodeKind::Database || view.callee->kind == model::NodeKind::Cache
            || view.callee->kind == model::NodeKind::External);
    // Where the dependency's own host can be looked at, there is a more exact cause than this one.
    if (isDependency && view.calleeHost)
        return Assessment("dependency-down");
    Assessment found = statedOnly(view, "dependency-down", 0.7, { "app-error", "app-hung" });
    if (isDependency && isConnectSymptom(view) && !view.symptom.evidence.empty())
        found.supports(0.75, view.symptom.evidence.front());
    found.responsible = "dependency";
    found.because = isDependency ? calleeName(view) + " does not answer"
                                 : "something that " + calleeName(view) + " depends on does not answer";
    return found;
}

namespace {
/// What a dependency said while it still took connections explains no connection that comes to nothing now.
bool isOutOfReach(const HopView& view) { return isDependencyHop(view) && isConnectSymptom(view); }
}

namespace {
/// The word in quotes behind `name` in PostgreSQL's own sentence; empty where there is none.
std::string quotedAfter(std::string_view text, std::string_view name)
{
    const std::size_t at = text.find(std::string(name) + " \"");
    if (at == std::string_view::npos)
        return {};
    const std::string_view rest = text.substr(at + name.size() + 2);
    return std::string(rest.substr(0, std::min(rest.find('"'), std::size_t(80))));
}

/// No password was asked for: `no pg_hba.conf entry for host "10.1.0.17", user "vet", database "vets", …`.
void addMissingEntry(Assessment& found, const HopView& view)
{
    for (const model::Evidence& item : found.evidence()) {
        const std::size_t at = item.observed.find("no pg_hba.conf entry for host");
        if (item.bearing != model::Bearing::Supports || at == std::string::npos)
            continue;
        const std::string_view words = std::string_view(item.observed).substr(at);
        const std::string client = quotedAfter(words, "host");
        const std::string user = quotedAfter(words, "user");
        const std::string database = quotedAfter(words, "database");
        const auto family = familyOf(client);
        if (!family || user.empty() || database.empty())
            continue;
        found.values["rule"] = "host " + database + " " + user + " " + client + (*family == Family::Ipv4 ? "/32" : "/128") + " scram-sha-256";
        found.because = "no line of pg_hba.conf lets " + user + " into the database " + database + " from " + client;
        found.firstPlace = "pg_hba.conf" + (view.calleeHost ? " on " + view.calleeHost->host.value() : std::string(" of the database"))
            + " (its path: show hba_file), against the address " + client;
        return;
    }
}
}

Assessment dependencyAuthFailed(const HopView& view)
{
    // Who is turned away gets an answer.
    const bool hasNoAnswer = isDependencyHop(view) && view.isSymptom({ "response-timed-out" });
    if (isOutOfReach(view) || hasNoAnswer)
        return Assessment("dependency-auth-failed");
    Assessment found = statedOnly(view, "dependency-auth-failed", 0.8, { "app-error", "dependency-down" });
    addRefusal(found, view);
    found.responsible = "dependency";
    found.because = isDependencyHop(view) ? calleeName(view) + " does not accept the credentials or the address of " + view.caller->label
                                          : calleeName(view) + " is turned away by its database: the credentials are wrong";
    addMissingEntry(found, view);
    if (isDependencyHop(view))
        found.values["unit"] = ""; // the password stands in the caller's settings, not in the database's unit
    return found;
}

Assessment dependencyLimitReached(const HopView& view)
{
    if (isOutOfReach(view))
        return Assessment("dependency-limit-reached");
    Assessment found = statedOnly(view, "dependency-limit-reached", 0.75, { "app-error", "dependency-down" });
    addRefusal(found, view);
    found.responsible = "dependency";
    const auto isOfMemory = [](const model::Evidence& each) { return each.observed.find("OOM command not allowed") != std::string::npos; };
    if (const auto evidence = found.evidence(); std::any_of(evidence.begin(), evidence.end(), isOfMemory)) {
        const std::string whose = isDependencyHop(view) ? calleeName(view) : "the Redis behind " + calleeName(view);
        found.because = whose + " has reached the memory that it was given (maxmemory) and refuses writes";
        return found;
    }
    found.because = isDependencyHop(view) ? "every connection that " + calleeName(view) + " allows is in use" : "the connections to what " + calleeName(view) + " depends on are used up";
    return found;
}

namespace {
bool answersAnybody(model::Protocol protocol)
{
    const model::ProtocolFamily family = model::familyOf(protocol);
    return family == model::ProtocolFamily::Http || family == model::ProtocolFamily::Stream;
}
}

Assessment slowDependency(const HopView& view)
{
    // A database whose processes somebody stopped is not slow.
    const auto processes = calleeProcesses(view);
    const bool isStopped = std::any_of(processes.begin(), processes.end(), [](const model::Process* each) { return each->state == 'T'; });
    if (!view.isSymptom({ "response-timed-out" }) || isStopped)
        return Assessment("slow-dependency");
    Assessment found = statedOnly(view, "slow-dependency", 0.7, { "app-hung" });
    const bool isDependency = isFromApp(view);
    bool isForLock = false;
    int items = 0;
    for (Awaited& each : awaitedAnswers(view)) {
        if (++items > 3)
            break;
        isForLock = isForLock || each.isForLock;
        each.evidence.rulesOut = { "app-hung", "worker-pool-exhausted", "dependency-down" };
        found.supports(each.isForLock || each.since >= std::chrono::seconds(1) ? 0.8 : 0.6, std::move(each.evidence));
    }
    // Nobody can look further than this: it takes the call and keeps the app waiting.
    if (isDependency && !view.calleeHost)
        for (const model::HopProbe* probe : view.callerProbes)
            if (probe->connect == model::ConnectResult::Connected && probe->reply == model::ReplyResult::TimedOut) {
                model::Evidence item = view.evidence(*probe);
                item.rulesOut = { "app-hung", "dependency-down", "slow-endpoint" };
                found.supports(0.8, std::move(item));
            }
    const bool isService = answersAnybody(view.hop->protocol); // else a database: ours, whoever keeps it
    found.responsible = isService && view.callee && view.callee->kind == model::NodeKind::External ? "third-party" : "dependency";
    found.because = !isDependency ? "what " + calleeName(view) + " depends on is slow"
        : isForLock              ? view.caller->label + " waits in " + calleeName(view) + " for a lock that another session holds"
                    : view.caller->label + " waits for an answer from " + calleeName(view);
    return found;
}

namespace {
constexpr const char* uwsgiWords = "uwsgi, its own protocol";

/// What a program speaks on its port, where that is not HTTP; empty where it may be HTTP, or is not known.
std::string protocolOfProgram(const std::string& process)
{
    struct Spoken {
        std::string_view program;
        const char* protocol;
    };
    static constexpr std::array programs { Spoken { "php-fpm", "FastCGI" }, Spoken { "redis-server", "Redis" },
        Spoken { "valkey-server", "Redis" }, Spoken { "postgres", "PostgreSQL" }, Spoken { "mysqld", "MySQL" },
        Spoken { "mariadbd", "MySQL" }, Spoken { "memcached", "memcached" }, Spoken { "mongod", "MongoDB" },
        Spoken { "sshd", "SSH" }, Spoken { "uwsgi", uwsgiWords } };
    for (const Spoken& each : programs)
        if (process.starts_with(each.program))
            return each.protocol;
    return {};
}
}

Assessment wrongProtocol(const HopView& view)
{
    Assessment found("wrong-protocol");
    if (!view.isSymptom({ "protocol-mismatch", "invalid-response", "reset-before-headers" }))
        return found;
    static constexpr std::array<const char*, 7> greetings { "SSH-", "-ERR", "220 ", "+OK", "E\0\0\0", "AMQP",
        "-DENIED" };
    bool isHttpInstead = false;
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes) {
            const bool greets = std::any_of(greetings.begin(), greetings.end(),
                [&](const char* each) { return probe->firstBytes.starts_with(each); });
            const bool isFcgiAsked
                = view.hop->protocol == model::Protocol::FastCgi && probe->firstBytes.starts_with("HTTP/");
            const bool answersHttp = probe->worksWith == "http/1.1"
                && (view.hop->protocol == model::Protocol::FastCgi || view.hop->protocol == model::Protocol::Uwsgi
                    || view.hop->protocol == model::Protocol::Ajp);
            isHttpInstead = isHttpInstead || answersHttp;
            if (!answersHttp && (probe->reply != model::ReplyResult::InvalidReply || !(greets || isFcgiAsked)))
                continue;
            model::Evidence item = view.evidence(*probe);
            if (answersHttp)
                item.observed += " (asked in HTTP, it answers)";
            else
                item.observed += "; it began with \"" + probe->firstBytes.substr(0, 24) + "\"";
            item.rulesOut = { "process-crashed", "keepalive-race", "app-error" };
            found.supports(0.85, std::move(item));
        }
    // Whoever listens there is known to speak something else than HTTP.
    const bool isHttp = view.hop->protocol == model::Protocol::Http || view.hop->protocol == model::Protocol::Https
        || view.hop->protocol == model::Protocol::Http2;
    std::string spoken;
    if (const model::Listener* listener = view.accepting(); listener && isHttp)
        if (spoken = protocolOfProgram(listener->process); !spoken.empty()) {
            model::Evidence item = listenerEvidence(view, *listener, "it speaks " + spoken);
            item.rulesOut = { "process-crashed", "keepalive-race", "app-error", "response-malformed", "proxy-protocol-mismatch" };
            found.supports(spoken == uwsgiWords ? 0.75 : 0.88, std::move(item));
        }
    for (const char* cause : { "wrong-protocol", "http-version-mismatch" })
        for (const auto& lines : { statedByCaller(view, cause, fresh), statedByCallee(view, cause, fresh) })
            for (const ReadLine* line : lines)
                found.supports(0.75, view.evidence(*line));
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.firstPlace = configPlace(view);
    found.because = "the proxy speaks " + std::string(model::id(view.hop->protocol)) + " to "
        + view.targetWords() + ", which speaks " + (!spoken.empty() ? spoken : isHttpInstead ? "HTTP" : "something else");
    return found;
}

namespace {
/// What fits into the caller's buffer for a header, by its defaults; only a hint, as a file may say otherwise.
std::size_t usualHeaderRoom(const HopView& view)
{
    const std::string software = view.caller ? view.caller->software : std::string();
    if (software == "haproxy")
        return 15'000; // tune.bufsize less tune.maxrewrite
    return software == "nginx" ? 4'000 : 8'000;
}

const model::HopProbe* probeWithHeader(const HopView& view)
{
    for (const auto* probes : { &view.callerProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->headerBytes)
                return probe;
    return nullptr;
}
}

Assessment responseHeaderTooBig(const HopView& view)
{
    if (!view.isSymptom({ "invalid-response", "reset-before-headers" }))
        return Assessment("response-header-too-big");
    Assessment found = statedOnly(
        view, "response-header-too-big", 0.85, { "process-crashed", "keepalive-race", "response-malformed" });
    const model::HopProbe* probe = probeWithHeader(view);
    if (probe && view.isSymptom({ "invalid-response" }) && *probe->headerBytes > usualHeaderRoom(view)) {
        model::Evidence item = view.evidence(*probe);
        item.observed += "; its header has " + std::to_string(*probe->headerBytes) + " bytes";
        item.rulesOut = { "response-malformed", "process-crashed" };
        found.supports(0.8, std::move(item));
    }
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.because = "the answer's headers are larger than the proxy's buffer";
    return found;
}

Assessment responseMalformed(const HopView& view)
{
    Assessment found("response-malformed");
    if (!view.isSymptom({ "invalid-response", "protocol-mismatch" }))
        return found;
    found = statedOnly(view, "response-malformed", 0.75, {});
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->reply == model::ReplyResult::InvalidReply)
            found.supports(0.5, view.evidence(*probe));
    // The caller refuses the answer and another reader does not, nor is it large: what is wrong with it is small.
    const model::HopProbe* probe = probeWithHeader(view);
    if (view.isSymptom({ "invalid-response" }) && probe && probe->reply == model::ReplyResult::Answered
        && *probe->headerBytes <= usualHeaderRoom(view) && !view.symptom.evidence.empty()) {
        found.supports(0.6, view.symptom.evidence.front());
        found.supports(0.2, view.evidence(*probe));
    }
    found.because = calleeName(view) + " answers with something that is no proper reply";
    return found;
}

namespace {
/// Whether the caller sends requests over connections that it keeps: nginx only where it is told to.
bool reusesConnections(const HopView& view)
{
    if (view.hop->declared.keepalive)
        return *view.hop->declared.keepalive > 0;
    static constexpr std::array<const char*, 5> always { "haproxy", "apache", "caddy", "traefik", "envoy" };
    return view.caller && std::find(always.begin(), always.end(), view.caller->software) != always.end();
}
}

Assessment keepaliveRace(const HopView& view)
{
    Assessment found("keepalive-race");
    if (!view.isSymptom({ "reset-before-headers" }))
        return found;
    found = statedOnly(view, "keepalive-race", 0.75, {});
    const bool isReused = reusesConnections(view);
    // A fresh connection works while kept ones fail: only then.
    for (const model::HopProbe* probe : view.callerProbes)
        if (!view.symptom.isProbed && probe->reply == model::ReplyResult::Answered && isReused)
            found.supports(view.symptom.share.empty() ? 0.5 : 0.6, view.evidence(*probe));
        else if (view.symptom.isProbed)
            found.contradicts(0.9, view.evidence(*probe));
    const bool isUnbroken = view.unit && view.calleeHost && isUp(*view.unit) && view.unit->activeSince
        && view.nowOn(view.calleeHost) - *view.unit->activeSince > fresh;
    if (found.isSupported() && !view.symptom.share.empty() && view.unit && isUp(*view.unit) && (isUnbroken || view.unit->restarts == 0))
        found.supports(0.3, unitEvidence(view, *view.unit)); // whatever closes them, no process died
    fillUnit(found, view);
    found.because = calleeName(view) + " closes idle connections that the proxy still uses";
    return found;
}

}
