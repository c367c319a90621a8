// The callee takes the connection, or would, and then does not answer in time.
#include "core/faults/predicates/waiting.h"

#include "core/faults/predicates/common.h"
#include "core/faults/predicates/container.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace hopscope::faults {

namespace {
using model::ReplyResult;

std::string seconds(double milliseconds)
{
    char text[32];
    std::snprintf(text, sizeof text, milliseconds < 9950 ? "%.1f s" : "%.0f s", milliseconds / 1000);
    return text;
}

std::optional<double> readTimeout(const HopView& view)
{
    if (!view.hop->declared.timeouts.read)
        return std::nullopt;
    return static_cast<double>(view.hop->declared.timeouts.read->count());
}

/// The quickest proper answer that any seat got, if one did.
const model::HopProbe* answered(const HopView& view)
{
    const model::HopProbe* best = nullptr;
    for (const auto* probes : { &view.callerProbes, &view.calleeProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->reply == ReplyResult::Answered && probe->firstByteMs
                && (!best || *probe->firstByteMs < *best->firstByteMs))
                best = probe;
    return best;
}

/// A FastCGI probe asks for no page of the app. Answered at once while the user's request times out, it shows
/// that workers are free: it is this request that is slow.
const model::HopProbe* freeWorkerWhileRequestWaits(const HopView& view)
{
    const model::HopProbe* answer = answered(view);
    const auto timeout = readTimeout(view);
    const bool isPrompt = answer && timeout && *answer->firstByteMs <= *timeout * 0.9;
    return view.hop->protocol == model::Protocol::FastCgi && isPrompt ? answer : nullptr;
}

/// Software that serves from a fixed pool of workers or threads.
bool isPooled(const HopView& view)
{
    static constexpr std::array<const char*, 8> pooled { "php-fpm", "gunicorn", "uwsgi", "puma", "unicorn",
        "passenger", "tomcat", "apache" };
    if (view.hop->protocol == model::Protocol::FastCgi)
        return true;
    return view.callee && std::find(pooled.begin(), pooled.end(), view.callee->software) != pooled.end();
}

const char* callee(const HopView& view) { return view.callee ? view.callee->label.c_str() : "the app"; }

/// Whether the app took connections from its queue between two looks: it works, if slowly.
bool hasShrunk(const model::Listener& listener)
{
    return listener.receiveQueue
        && std::any_of(listener.earlierQueues.begin(), listener.earlierQueues.end(),
            [&](std::uint64_t earlier) { return earlier > *listener.receiveQueue; });
}

model::Evidence queueEvidence(const HopView& view, const model::Listener& listener)
{
    std::string words = "waiting to be accepted at each look:";
    for (const std::uint64_t earlier : listener.earlierQueues)
        words += " " + std::to_string(earlier) + ",";
    return listenerEvidence(
        view, listener, words + " " + std::to_string(*listener.receiveQueue) + ": it works them off");
}

/// Somebody stopped it (SIGSTOP, a debugger, a snapshot that never thawed): it works on nothing until it is told to go on.
const model::Process* stoppedProcess(const HopView& view)
{
    const model::Listener* listener = view.accepting();
    const auto processes = calleeProcesses(view);
    const auto isStopped = [](const model::Process* each) { return each->state == 'T' || each->state == 't'; };
    for (const model::Process* each : processes)
        if (isStopped(each) && listener && listener->pid == each->pid)
            return each;
    return !processes.empty() && std::all_of(processes.begin(), processes.end(), isStopped) ? processes.front() : nullptr;
}

/// A timer this short is more likely wrong than the app's answer is slow.
constexpr double shortTimerMs = 10'000;
}

Assessment appHung(const HopView& view)
{
    if (Assessment paused = containedPause(view); paused.isSupported())
        return paused;
    Assessment found("app-hung");
    if (!view.isSymptom({ "response-timed-out", "connection-timed-out", "overloaded" }))
        return found;
    if (const model::HopProbe* answer = answered(view)) {
        found.contradicts(0.9, view.evidence(*answer));
        return found;
    }
    fillUnit(found, view);
    for (const auto* probes : { &view.callerProbes, &view.calleeProbes, &view.loopProbes })
        for (const model::HopProbe* probe : *probes)
            if (probe->connect == model::ConnectResult::Connected && probe->reply == ReplyResult::TimedOut) {
                model::Evidence item = view.evidence(*probe);
                item.rulesOut = { "service-stopped", "firewall-drop", "host-down", "wrong-port" };
                found.supports(0.6, std::move(item));
            }
    if (!found.isSupported())
        return found;
    if (const model::Listener* listener = view.accepting(); listener && hasShrunk(*listener)) {
        found.contradicts(0.8, queueEvidence(view, *listener));
        return found;
    }
    const model::Process* stopped = stoppedProcess(view);
    if (stopped) {
        model::Evidence item = view.evidence(view.calleeHost, "processes", stopped->source,
            stopped->name + " pid " + std::to_string(stopped->pid) + " is stopped (state " + stopped->state + ")");
        item.rulesOut = { "worker-pool-exhausted", "slow-endpoint", "slow-dependency", "accept-queue-full" };
        found.supports(0.9, std::move(item));
        found.values["stoppedPid"] = std::to_string(stopped->pid);
        found.because = calleeName(view) + " is stopped: something sent its process " + std::to_string(stopped->pid)
            + " the signal STOP, and nobody let it go on";
        return found;
    }
    if (isPooled(view))
        found.contradicts(0.25,
            view.evidence(view.calleeHost, "processes", {},
                "it serves from a pool of workers, which may just be full"));
    if (const model::Listener* listener = view.accepting();
        listener && listener->receiveQueue && *listener->receiveQueue > 0)
        found.supports(0.3,
            listenerEvidence(view, *listener,
                std::to_string(*listener->receiveQueue) + " connections wait to be accepted"));
    for (const model::Process* process : calleeProcesses(view))
        if (process->state == 'T' || process->state == 'D') {
            found.supports(0.6,
                view.evidence(view.calleeHost, "processes", process->source,
                    process->name + " pid " + std::to_string(process->pid) + " is in state "
                        + process->state));
            break;
        }
    if (const model::HopProbe* local = view.connectedLocally();
        local && local->reply == ReplyResult::NotTried)
        found.supports(0.3, view.evidence(*local));
    if (view.unit && isUp(*view.unit))
        found.supports(0.2, unitEvidence(view, *view.unit));
    else if (const auto alive = calleeProcesses(view); !view.unit && !alive.empty())
        found.supports(0.2,
            view.evidence(view.calleeHost, "processes", alive.front()->source,
                alive.front()->name + " pid " + std::to_string(alive.front()->pid) + " runs"));
    found.because = calleeName(view) + " takes connections but never answers: it hangs";
    return found;
}

Assessment slowEndpoint(const HopView& view)
{
    Assessment found("slow-endpoint");
    if (!view.isSymptom({ "response-timed-out" }))
        return found;
    const auto timeout = readTimeout(view);
    const model::HopProbe* answer = answered(view);
    if (!answer && view.callerProbe() && view.callerProbe()->reply == ReplyResult::TimedOut) {
        // Our own patience has an end too: an answer may still have come after it.
        found.supports(0.2, view.evidence(*view.callerProbe()));
        if (const model::Listener* listener = view.accepting(); listener && hasShrunk(*listener))
            found.supports(0.6, queueEvidence(view, *listener));
        fillUnit(found, view);
        found.because = calleeName(view) + " works on requests one after the other and needs longer than "
            + (timeout ? "the " + seconds(*timeout) + " that the proxy waits" : std::string("anyone waits"));
        return found;
    }
    if (const model::HopProbe* prompt = freeWorkerWhileRequestWaits(view)) {
        model::Evidence item = view.evidence(*prompt);
        item.rulesOut = { "app-hung", "worker-pool-exhausted", "service-stopped", "firewall-drop" };
        found.supports(*timeout >= shortTimerMs ? 0.7 : 0.35, std::move(item));
        fillUnit(found, view);
        found.because = calleeName(view) + " answers others at once, but this request takes longer than the "
            + seconds(*timeout) + " that are allowed";
        return found;
    }
    if (!answer || !timeout || *answer->firstByteMs <= *timeout * 0.9)
        return found;
    model::Evidence item = view.evidence(*answer);
    item.rulesOut = { "app-hung", "service-stopped", "firewall-drop" };
    found.supports(*timeout >= shortTimerMs ? 0.85 : 0.35, std::move(item));
    fillUnit(found, view);
    found.because = calleeName(view) + " answers after " + seconds(*answer->firstByteMs) + ", and "
        + (view.caller ? view.caller->label : std::string("the proxy")) + " gives up after "
        + seconds(*timeout);
    return found;
}

Assessment timeoutTooShort(const HopView& view)
{
    Assessment found("timeout-too-short");
    if (!view.isSymptom({ "response-timed-out" }))
        return found;
    const auto timeout = readTimeout(view);
    const model::HopProbe* answer = answered(view);
    const model::HopProbe* prompt = freeWorkerWhileRequestWaits(view);
    if (!prompt && (!answer || !timeout || *answer->firstByteMs <= *timeout * 0.9))
        return found;
    model::Evidence item = view.evidence(prompt ? *prompt : *answer);
    item.rulesOut = { "app-hung", "service-stopped", "firewall-drop" };
    if (prompt)
        item.rulesOut.push_back("worker-pool-exhausted");
    const bool isShort = *timeout < shortTimerMs;
    found.supports(isShort ? (prompt ? 0.7 : 0.85) : 0.35, std::move(item));
    const std::string who = view.caller ? view.caller->label : std::string("the proxy");
    found.because = prompt
        ? std::string(callee(view)) + " answers others at once, but this request takes longer than the "
            + seconds(*timeout) + " that " + who + " waits"
        : std::string(callee(view)) + " answers after " + seconds(*answer->firstByteMs) + ", but " + who
            + " waits only " + seconds(*timeout);
    found.values["timeout"] = std::to_string(static_cast<long>(*timeout / 1000));
    found.firstPlace = "the read timeout near " + configPlace(view);
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    return found;
}

namespace {
/// Of the Connector of server.xml that has this port: "port:8080,maxThreads:3,…"; Tomcat's own default where it says none.
int threadLimit(const HopView& view)
{
    constexpr int tomcatsOwn = 200;
    for (const model::Setting& setting : view.calleeHost->settings) {
        if (setting.key != "Connector" || !mentions(setting.value, "port:" + std::to_string(view.port())))
            continue;
        constexpr std::string_view word = "maxThreads:";
        const std::size_t at = setting.value.find(word);
        int limit = 0;
        if (at != std::string::npos)
            std::from_chars(setting.value.data() + at + word.size(), setting.value.data() + setting.value.size(), limit);
        return limit > 0 ? limit : tomcatsOwn;
    }
    return tomcatsOwn;
}

/// Tomcat takes connections whether or not it has a thread for them, so no queue shows: what lies unanswered does.
void addTakenThreads(Assessment& found, const HopView& view)
{
    if (!view.calleeHost || !view.callee || view.callee->software != "tomcat" || view.isUnix())
        return;
    const int limit = threadLimit(view);
    const auto& connections = view.calleeHost->connections;
    const model::Connection* first = nullptr;
    const auto waiting = std::count_if(connections.begin(), connections.end(), [&](const model::Connection& each) {
        const bool isAsked = each.localPort == view.port() && each.state == "ESTAB" && each.container.empty() && each.receivedAgo
            && (!each.sentAgo || *each.receivedAgo <= *each.sentAgo);
        if (isAsked && !first)
            first = &each;
        return isAsked;
    });
    if (waiting <= limit)
        return;
    model::Evidence item = view.evidence(view.calleeHost, "connections", first->source,
        std::to_string(waiting) + " requests are unanswered, and it has " + std::to_string(limit) + " threads (maxThreads)");
    item.rulesOut = { "app-hung", "slow-endpoint", "service-stopped", "firewall-drop" };
    found.supports(0.85, std::move(item));
    found.values["workers"] = std::to_string(limit);
}
}

namespace {
/// A server that answers 503 itself while its log says, in this very run, that it has no room: no error of the app's. What
/// PHP-FPM says of its children comes beside answers of the scripts.
bool isTurnedAwayFromFullPool(const HopView& view, const ReadLine& line)
{
    return view.callee && view.callee->software != "php-fpm" && view.isFresh(line, std::chrono::seconds(30))
        && std::any_of(view.callerProbes.begin(), view.callerProbes.end(), [](const model::HopProbe* probe) { return probe->status == 503; });
}
}

Assessment workerPoolExhausted(const HopView& view)
{
    Assessment found("worker-pool-exhausted");
    if (!view.isSymptom({ "response-timed-out", "overloaded", "error-response", "connection-timed-out" }) || stoppedProcess(view))
        return found;
    for (const ReadLine* line : statedByCallee(view, "worker-pool-exhausted", sameHour)) {
        model::Evidence item = view.evidence(*line);
        item.rulesOut = { "service-stopped", "firewall-drop" };
        if (isTurnedAwayFromFullPool(view, *line))
            item.rulesOut.insert(item.rulesOut.end(), { "app-error", "dependency-down", "app-misconfigured", "maintenance-mode" });
        found.supports(view.isFresh(*line, fresh) ? 0.8 : 0.5, std::move(item));
    }
    const model::Listener* listener = view.accepting();
    const bool isWaiting = listener && listener->receiveQueue && *listener->receiveQueue > 0;
    if (isWaiting && (isPooled(view) || found.isSupported())) {
        model::Evidence item = listenerEvidence(
            view, *listener, std::to_string(*listener->receiveQueue) + " connections wait for a free worker");
        item.rulesOut = { "service-stopped", "slow-endpoint" };
        found.supports(0.65, std::move(item));
    }
    addTakenThreads(found, view);
    if (isPooled(view) && found.isSupported())
        for (const model::HopProbe* probe : view.loopProbes)
            if (probe->reply == ReplyResult::TimedOut)
                found.supports(0.3, view.evidence(*probe));
    if (const auto workers = calleeProcesses(view); found.isSupported() && workers.size() > 1) {
        found.values["workers"] = std::to_string(workers.size() - 1);
    }
    fillUnit(found, view);
    found.because
        = "all workers of " + calleeName(view) + " are busy, so "
        + (view.isSymptom({ "error-response" }) ? "it turns further requests away" : "requests wait in line until they time out");
    return found;
}

Assessment workerTimeout(const HopView& view)
{
    Assessment found("worker-timeout");
    if (!isReplySymptom(view))
        return found;
    // What PHP says of its own limit stands in its caller's log.
    for (const auto& lines : { statedByCallee(view, "worker-timeout", fresh), statedByCaller(view, "worker-timeout", fresh) })
        for (const ReadLine* line : lines) {
            model::Evidence item = view.evidence(*line);
            item.rulesOut = { "process-crashed", "keepalive-race" };
            found.supports(0.8, std::move(item));
        }
    fillUnit(found, view);
    found.because = calleeName(view) + " kills its own workers because requests take longer than its limit";
    return found;
}

namespace {
/// "GC(41) Pause Full (Ergonomics) 690M->689M(700M) 1234.567ms", "[Full GC (Ergonomics) … , 2.3456789 secs]": how long
/// the program stood still; 0 for any other line.
double fullPauseMs(std::string_view text)
{
    const bool isUnified = text.find(" Pause Full") != std::string_view::npos;
    if (!isUnified && text.find("[Full GC") == std::string_view::npos)
        return 0;
    const std::string_view unit = isUnified ? "ms" : " secs";
    const std::size_t end = text.rfind(unit);
    if (end == std::string_view::npos)
        return 0;
    const std::size_t start = text.find_last_not_of("0123456789.", end - 1);
    double value = 0;
    const std::string digits(text.substr(start + 1, end - start - 1));
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return isUnified ? value : value * 1000;
}

/// What the collector's log adds up to over the last minutes.
void addFullPauses(Assessment& found, const HopView& view)
{
    constexpr base::Milliseconds lately = std::chrono::minutes(2);
    constexpr double muchMs = 2000; // many short pauses stop an app as well as one long
    if (!view.calleeHost)
        return;
    double total = 0;
    int count = 0;
    const model::LogLine* longest = nullptr;
    double longestMs = 0;
    for (const model::LogLine& line : view.calleeHost->logs) {
        const double pause = fullPauseMs(line.text);
        const ReadLine asRead { view.calleeHost->host, &line, {} };
        if (pause <= 0 || !line.at || !view.isFresh(asRead, lately) || !isOfCallee(view, asRead))
            continue;
        total += pause;
        ++count;
        if (pause > longestMs) {
            longestMs = pause;
            longest = &line;
        }
    }
    if (!longest || total < muchMs)
        return;
    model::Evidence item = view.evidence(ReadLine { view.calleeHost->host, longest, {} });
    item.observed += " (" + std::to_string(count) + " full collections in the last 2 minutes, " + seconds(total) + " in all)";
    item.rulesOut = { "app-hung", "slow-endpoint", "timeout-too-short", "worker-pool-exhausted" };
    found.supports(0.85, std::move(item));
}
}

Assessment gcPause(const HopView& view)
{
    Assessment found("gc-pause");
    if (!view.isSymptom({ "response-timed-out", "connection-timed-out", "overloaded" }))
        return found;
    addFullPauses(found, view);
    if (!found.isSupported())
        for (const ReadLine* line : statedByCallee(view, "gc-pause", std::chrono::minutes(2)))
            found.supports(0.6, view.evidence(*line));
    if (view.calleeHost && view.callee)
        for (const model::JavaMemory& memory : view.calleeHost->javaMemory)
            if (memory.pid == view.callee->pid && memory.oldPercent >= 97 && memory.fullCollections >= 3) {
                char text[96];
                std::snprintf(text, sizeof text, "its old generation is %.0f %% full after %llu full collections", memory.oldPercent,
                    static_cast<unsigned long long>(memory.fullCollections));
                found.supports(0.6, view.evidence(view.calleeHost, "runtimes", memory.source, text));
            }
    fillUnit(found, view);
    found.because = calleeName(view) + " stands still while it collects garbage: its memory is nearly full";
    return found;
}

Assessment acceptQueueFull(const HopView& view)
{
    Assessment found("accept-queue-full");
    if (!view.isSymptom({ "connection-timed-out", "overloaded", "response-timed-out" }))
        return found;
    const model::Listener* listener = view.accepting();
    const bool isFull = listener && listener->receiveQueue && listener->backlog && *listener->receiveQueue > 0
        && *listener->receiveQueue >= *listener->backlog;
    if (isFull) {
        model::Evidence item = listenerEvidence(view, *listener,
            std::to_string(*listener->receiveQueue) + " connections wait where "
                + std::to_string(*listener->backlog) + " fit");
        item.rulesOut = { "firewall-drop", "host-down", "service-stopped", "network-partition" };
        found.supports(view.symptom.variant == "response-timed-out" ? 0.4 : 0.85, std::move(item));
    }
    if (view.symptom.variant == "overloaded" && view.isUnix() && !view.symptom.evidence.empty())
        found.supports(0.6, view.symptom.evidence.front());
    if (found.isSupported())
        for (const auto* probes : { &view.calleeProbes, &view.loopProbes })
            for (const model::HopProbe* probe : *probes)
                if (probe->connect == model::ConnectResult::TimedOut
                    || probe->connect == model::ConnectResult::QueueFull) {
                    model::Evidence item = view.evidence(*probe);
                    item.rulesOut = { "firewall-drop", "network-partition" };
                    found.supports(0.5, std::move(item));
                }
    fillUnit(found, view);
    found.because = calleeName(view) + " accepts no more connections: its queue is full";
    return found;
}

}
