// A host, or a process on it, has run out of something.
#include "core/faults/predicates/resources.h"

#include "core/faults/predicates/cluster.h"
#include "core/faults/predicates/common.h"
#include "core/faults/predicates/container.h"
#include "core/faults/predicates/served.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace hopscope::faults {

namespace {
std::string percent(double value)
{
    char text[16];
    std::snprintf(text, sizeof text, "%.0f %%", value);
    return text;
}

/// Fresh lines about the whole of either side's host.
void addStated(Assessment& found, const HopView& view, double weight, base::Milliseconds age)
{
    for (const ReadLine* line : statedByCallee(view, found.cause(), age))
        found.supports(weight, view.evidence(*line));
    for (const ReadLine* line : statedByCaller(view, found.cause(), age))
        found.supports(weight, view.evidence(*line));
}

std::string hostName(const HopView& view)
{
    return view.calleeHost ? view.calleeHost->host.value() : "the host";
}

/// Mounted images are always full; nobody writes to them.
bool isWritable(const model::FileSystem& each)
{
    return !each.isReadOnly && each.sizeBytes > 0 && !each.mountPoint.starts_with("/snap")
        && !each.mountPoint.starts_with("/boot") && !each.mountPoint.starts_with("/sys")
        && !each.mountPoint.starts_with("/proc") && !each.mountPoint.starts_with("/dev");
}

bool isFull(const model::FileSystem& each)
{
    // Root's reserve does not help a service; a megabyte left is none.
    return isWritable(each)
        && (each.availableBytes < 1024 * 1024
            || double(each.availableBytes) / double(each.sizeBytes) < 0.002);
}

bool isOutOfInodes(const model::FileSystem& each)
{
    return isWritable(each) && each.inodes > 0
        && (each.inodesFree < 10 || double(each.inodesFree) / double(each.inodes) < 0.001);
}

bool mayHurt(const HopView& view)
{
    return isReplySymptom(view) || isConnectSymptom(view) || view.isSymptom({ "resource-exhausted" });
}

Assessment storage(
    const HopView& view, const char* cause, bool (*isExhausted)(const model::FileSystem&), const char* words)
{
    Assessment found(cause);
    if (!mayHurt(view) || !view.calleeHost)
        return found;
    addStated(found, view, 0.6, fresh);
    const bool isStated = found.isSupported();
    for (const model::FileSystem& each : view.calleeHost->fileSystems) {
        if (!isExhausted(each))
            continue;
        model::Evidence item = view.evidence(view.calleeHost, "file-systems", each.source,
            each.mountPoint + ": " + std::to_string(each.availableBytes / 1024) + " KiB of "
                + std::to_string(each.sizeBytes / 1024) + " KiB free, " + std::to_string(each.inodesFree)
                + " of " + std::to_string(each.inodes) + " inodes free");
        if (isStated)
            item.rulesOut = { "dependency-down" }; // the log says what the dependency lacks
        // A full disk beside a plainly stopped service is a coincidence until some log says otherwise.
        found.supports(isStated ? 0.85 : isReplySymptom(view) ? 0.6 : 0.4, std::move(item));
        found.values["mount"] = each.mountPoint;
        found.because = std::string(words) + " on " + each.mountPoint + " of " + hostName(view);
    }
    if (found.because.empty())
        found.because = std::string(words) + " on " + hostName(view);
    found.responsible = "host";
    found.firstPlace
        = (std::string(cause) == "disk-full" ? "df -h" : "df -i") + std::string(" on ") + hostName(view);
    return found;
}

/// The control group that the kernel names for a killed process: in the line itself, or in the line about the same
/// pid just before it ("…,task_memcg=/system.slice/shop.service,task=node,pid=812,uid=33").
std::string groupOfKilled(const HopView& view, const ReadLine& line, const std::string& pid)
{
    static constexpr std::string_view key = "task_memcg=";
    const auto groupIn = [](std::string_view text) -> std::string {
        const auto at = text.find(key);
        if (at == std::string_view::npos)
            return {};
        const std::string_view path = text.substr(at + key.size());
        return std::string(path.substr(0, path.find(',')));
    };
    if (std::string group = groupIn(line.line->text); !group.empty())
        return group;
    if (!pid.empty())
        for (const model::LogLine& other : view.calleeHost->logs)
            if (other.origin == model::LogOrigin::Kernel && mentions(other.text, "pid=" + pid))
                if (std::string group = groupIn(other.text); !group.empty())
                    return group;
    return {};
}

/// Whether the callee runs in that control group; unknown where the group is nobody's in particular.
std::optional<bool> isCalleesGroup(const HopView& view, const std::string& group)
{
    if (view.container && !view.container->id.empty() && group.find(view.container->id) != std::string::npos)
        return true;
    const std::string last = group.substr(group.rfind('/') + 1);
    // an engine names a container's group after its whole id: /docker/<id>, docker-<id>.scope, libpod-<id>.scope
    const bool isUnit = last.ends_with(".service") || last.ends_with(".scope");
    const bool isContainer = last.size() >= 64
        && std::all_of(last.end() - 64, last.end(), [](char each) { return std::isxdigit(static_cast<unsigned char>(each)); });
    if (isUnit && view.unit && last == view.unit->name)
        return true;
    if (isUnit || isContainer)
        return view.container || view.unit ? std::optional(false) : std::nullopt;
    return std::nullopt;
}

bool namesCallee(const HopView& view, const ReadLine& line)
{
    const std::string& text = line.line->text;
    if (view.unit && text.find(view.unit->name) != std::string::npos)
        return true;
    const auto pid = line.reading.captures.find("pid");
    if (line.line->origin == model::LogOrigin::Kernel) {
        // Who asked for memory last is not who was killed; the lines after it name that one.
        if (text.find("invoked oom-killer") != std::string::npos)
            return false;
        const std::string group
            = groupOfKilled(view, line, pid == line.reading.captures.end() ? std::string() : pid->second);
        if (const std::optional<bool> isCallees = isCalleesGroup(view, group))
            return *isCallees; // someone else's death, whatever the process was called
        // Over a container's own limit: its engine marks the container, and this one has no mark.
        if (view.container && !view.container->isOomKilled && text.find("Memory cgroup") != std::string::npos)
            return false;
    }
    const auto process = line.reading.captures.find("process");
    if (pid != line.reading.captures.end() && view.unit && std::to_string(view.unit->mainPid) == pid->second)
        return true;
    // A pid that the unit's own log speaks of: the worker or main process that died.
    if (pid != line.reading.captures.end() && pid->second.size() >= 2)
        for (const ReadLine* other : view.calleeLines)
            if (other->line->origin != model::LogOrigin::Kernel && mentions(other->line->text, pid->second))
                return true;
    if (process == line.reading.captures.end() || process->second.size() < 2)
        return false;
    if (view.callee
        && (view.callee->software == process->second || process->second.starts_with(view.callee->software)))
        return true;
    if (view.unit && view.unit->execStart.find(process->second) != std::string::npos)
        return true;
    const auto processes = calleeProcesses(view);
    return std::any_of(processes.begin(), processes.end(),
        [&](const model::Process* each) { return each->name == process->second; });
}
}

/// Whether a kill may be what the caller saw. A connection that something accepted is cut by a kill of that very
/// moment; a port that nobody holds may have lost its process at any time since it last served.
bool mayBeWhatHappened(const HopView& view, const ReadLine& line)
{
    if (!line.line->at)
        return false;
    const base::TimePoint killedAt = *line.line->at;
    if (isConnectSymptom(view)) {
        const auto served = servedBefore(view);
        return !served || served->at <= killedAt;
    }
    if (view.isSymptom({ "response-timed-out", "overloaded" }))
        return false; // a killed process closes its connections
    constexpr auto atOnce = std::chrono::seconds(15);
    const auto isThen = [&](base::TimePoint failure) { return std::chrono::abs(failure - killedAt) <= atOnce; };
    return (view.symptom.isProbed && isThen(view.nowOn(view.calleeHost)))
        || std::any_of(view.callerLines.begin(), view.callerLines.end(), [&](const ReadLine* each) {
               return each->line->at && each->reading.variant == view.symptom.variant && isThen(*each->line->at);
           });
}

Assessment oomKilled(const HopView& view)
{
    if (view.cluster)
        return podOutOfMemory(view);
    if (Assessment contained = containedOomKill(view); contained.isSupported())
        return contained;
    Assessment found("oom-killed");
    if (!view.calleeHost || !(isConnectSymptom(view) || isReplySymptom(view)))
        return found;
    const std::vector<std::string> excluded { "process-crashed", "crash-loop", "service-stopped",
        "service-failed-to-start", "keepalive-race", "wrong-port" };
    if (view.unit && view.unit->result == "oom-kill" && !isUp(*view.unit)) {
        model::Evidence item = unitEvidence(view, *view.unit);
        item.rulesOut = excluded;
        found.supports(0.92 * view.unitCertainty, std::move(item));
        found.onset = view.unit->inactiveSince;
    }
    // One that was stopped on purpose did not die of memory, whatever the kernel wrote before that.
    if (view.unit && view.unit->activeState == "inactive" && view.unit->result == "success")
        return found;
    const bool wasKilled = view.unit && view.unit->mainExitStatus == 9;
    for (const ReadLine* line : statedByCallee(view, "oom-killed", std::chrono::hours(24))) {
        // Old kills explain nothing, unless the unit has been down since.
        const bool isOld = !view.isFresh(*line, sameHour);
        const bool isDownSince = view.unit && isDown(*view.unit);
        if ((isOld && !isDownSince) || !namesCallee(view, *line) || !mayBeWhatHappened(view, *line))
            continue;
        if (view.unit && isUp(*view.unit) && isConnectSymptom(view) && view.accepting())
            continue;
        model::Evidence item = view.evidence(*line);
        item.rulesOut = excluded;
        found.supports(wasKilled || isOld ? 0.85 : 0.8, std::move(item));
        if (!found.onset)
            found.onset = line->line->at;
        const auto process = line->reading.captures.find("process");
        if (process != line->reading.captures.end())
            found.values["process"] = process->second;
    }
    if (found.isSupported() && wasKilled)
        found.supports(0.5, unitEvidence(view, *view.unit));
    fillUnit(found, view);
    found.responsible = "host";
    found.because = "the kernel killed " + calleeName(view) + " because " + hostName(view)
        + " (or the service's limit) ran out of memory";
    found.firstPlace = "journalctl -k | grep -i 'killed process' on " + hostName(view);
    return found;
}

Assessment heapExhausted(const HopView& view)
{
    Assessment found("heap-exhausted");
    if (!isReplySymptom(view) && !isConnectSymptom(view))
        return found;
    // What PHP says of its own limit stands in its caller's log.
    for (const auto& lines : { statedByCallee(view, "heap-exhausted", fresh), statedByCaller(view, "heap-exhausted", fresh) })
        for (const ReadLine* line : lines) {
            model::Evidence item = view.evidence(*line);
            item.rulesOut = { "process-crashed", "app-error", "crash-loop" };
            found.supports(0.75, std::move(item));
        }
    fillUnit(found, view);
    found.because = calleeName(view) + " ran out of the memory that its runtime allows";
    return found;
}

Assessment cpuSaturated(const HopView& view)
{
    Assessment found("cpu-saturated");
    if (!view.isSymptom({ "response-timed-out", "connection-timed-out" }) || !view.calleeHost)
        return found;
    const model::Resources& resources = view.calleeHost->resources;
    const bool isBusy = resources.cpuPercent && *resources.cpuPercent >= 95;
    const bool isLoaded = resources.load1 && resources.cores && *resources.load1 >= 2.0 * *resources.cores;
    const bool isPressed = resources.pressureCpu && *resources.pressureCpu >= 50;
    if (!isBusy || !(isLoaded || isPressed))
        return found;
    // Whoever waits for a processor is runnable; an app that sleeps on a busy host waits for something else.
    const auto processes = calleeProcesses(view);
    const bool isWaiting = std::any_of(processes.begin(), processes.end(), [](const model::Process* each) { return each->state == 'R'; });
    found.supports(isWaiting ? 0.7 : 0.35,
        view.evidence(view.calleeHost, "resources", resources.source,
            "CPU " + percent(*resources.cpuPercent)
                + (resources.load1 ? ", load " + std::to_string(*resources.load1).substr(0, 4) : "")
                + (resources.cores ? " on " + std::to_string(*resources.cores) + " cores" : "")));
    found.responsible = "host";
    found.because = "all processors of " + hostName(view) + " are busy";
    found.firstPlace = "top on " + hostName(view);
    return found;
}

namespace {
bool isLimitOfCallee(const HopView& view, const model::CpuGroup& group)
{
    if (!group.container.empty())
        return view.container && !view.container->id.empty()
            && (view.container->id.starts_with(group.container) || group.container.starts_with(view.container->id));
    return view.unit && !view.container && group.unit == view.unit->name;
}

/// In how many of the periods it ran in between the looks it was held back; empty where it hardly ran.
std::optional<double> heldBackShare(const model::CpuGroup& group)
{
    constexpr std::uint64_t few = 3;
    if (!group.laterPeriods || !group.laterThrottled || *group.laterPeriods < group.periods + few)
        return std::nullopt;
    return double(*group.laterThrottled - group.throttled) / double(*group.laterPeriods - group.periods);
}
}

Assessment cpuThrottled(const HopView& view)
{
    Assessment found("cpu-throttled");
    if (!view.isSymptom({ "response-timed-out", "connection-timed-out", "overloaded" }) || !view.calleeHost)
        return found;
    const bool isAnswered = std::any_of(view.callerProbes.begin(), view.callerProbes.end(),
        [](const model::HopProbe* probe) { return probe->reply == model::ReplyResult::Answered; });
    for (const model::CpuGroup& group : view.calleeHost->cpuGroups) {
        const auto share = heldBackShare(group);
        if (!share || *share < 0.5 || !isLimitOfCallee(view, group))
            continue;
        const std::string limit = percent(group.limitPercent) + " of one processor";
        model::Evidence item = view.evidence(view.calleeHost, "cpu-groups", group.source,
            group.path + " may use " + limit + ", and was held back in " + std::to_string(*group.laterThrottled - group.throttled)
                + " of the last " + std::to_string(*group.laterPeriods - group.periods) + " periods");
        // With so little, any work takes long; with more, an endless loop would look the same, unless an answer came.
        const bool isTight = group.limitPercent <= 25;
        if (isAnswered || isTight)
            item.rulesOut = { "app-hung", "slow-endpoint", "timeout-too-short", "cpu-saturated", "slow-dependency" };
        found.supports(isAnswered ? 0.9 : isTight ? 0.8 : 0.6, std::move(item));
        found.because = calleeName(view) + " may use only " + limit + " and spends its time waiting for more";
        break;
    }
    fillUnit(found, view);
    if (view.container)
        found.firstPlace = "docker stats --no-stream " + view.container->name + " on " + hostName(view);
    else if (view.unit)
        found.firstPlace = "systemctl show " + view.unit->name + " -p CPUQuotaPerSecUSec on " + hostName(view);
    return found;
}

Assessment memoryExhausted(const HopView& view)
{
    Assessment found("memory-exhausted");
    if (!view.isSymptom(
            { "response-timed-out", "connection-timed-out", "resource-exhausted", "error-response" })
        || !view.calleeHost)
        return found;
    addStated(found, view, 0.6, fresh);
    const model::Resources& resources = view.calleeHost->resources;
    const bool isUsedUp = resources.memoryUsedPercent && *resources.memoryUsedPercent >= 97;
    const bool isSwapping = resources.swapUsedPercent && *resources.swapUsedPercent >= 90;
    const bool isPressed = resources.pressureMemory && *resources.pressureMemory >= 20;
    if (isUsedUp && (isSwapping || isPressed))
        found.supports(0.65,
            view.evidence(view.calleeHost, "resources", resources.source,
                "memory " + percent(*resources.memoryUsedPercent) + " used"));
    found.responsible = "host";
    found.because = hostName(view) + " has no memory left";
    found.firstPlace = "free -m on " + hostName(view);
    return found;
}

Assessment diskFull(const HopView& view) { return storage(view, "disk-full", isFull, "no space is left"); }

Assessment inodesExhausted(const HopView& view)
{
    return storage(view, "inodes-exhausted", isOutOfInodes, "no inodes are left for new files");
}

Assessment fdExhausted(const HopView& view)
{
    Assessment found("fd-exhausted");
    if (!mayHurt(view))
        return found;
    addStated(found, view, 0.7, fresh);
    for (const model::Process* process : calleeProcesses(view))
        if (process->openFiles && process->openFilesLimit && *process->openFilesLimit > 0
            && *process->openFiles >= *process->openFilesLimit - *process->openFilesLimit / 50)
            found.supports(0.75,
                view.evidence(view.calleeHost, "processes", process->source,
                    process->name + " pid " + std::to_string(process->pid) + " has "
                        + std::to_string(*process->openFiles) + " of "
                        + std::to_string(*process->openFilesLimit) + " files open"));
    if (view.calleeHost && view.calleeHost->resources.fdUsedPercent
        && *view.calleeHost->resources.fdUsedPercent >= 99)
        found.supports(0.6,
            view.evidence(view.calleeHost, "resources", view.calleeHost->resources.source,
                "open files of the whole system: " + percent(*view.calleeHost->resources.fdUsedPercent)));
    found.responsible = "host";
    // Who has none left: the one that says so. A caller that can't open a socket says nothing of its callee.
    const bool isCallers = view.callerHost && view.caller && statedByCallee(view, "fd-exhausted", fresh).empty()
        && !statedByCaller(view, "fd-exhausted", fresh).empty();
    if (isCallers) {
        found.host = view.callerHost->host;
        found.values["unit"] = view.caller->unit;
        found.values["pid"] = view.caller->pid > 0 ? std::to_string(view.caller->pid) : std::string();
        found.firstPlace = "the limit of open files of " + view.caller->label + " (worker_rlimit_nofile, LimitNOFILE=)";
        found.because = view.caller->label + " has no file descriptors left";
        return found;
    }
    fillUnit(found, view);
    found.because = calleeName(view) + " has no file descriptors left";
    return found;
}

Assessment conntrackFull(const HopView& view)
{
    Assessment found("conntrack-full");
    if (!view.isSymptom({ "connection-timed-out", "resource-exhausted", "dns-resolution-failed" }))
        return found;
    const std::vector<std::string> excluded { "host-down", "network-partition", "firewall-drop", "route-missing", "mtu-black-hole" };
    for (const auto& lines : { statedByCallee(view, "conntrack-full", fresh), statedByCaller(view, "conntrack-full", fresh) })
        for (const ReadLine* line : lines) {
            model::Evidence item = view.evidence(*line);
            item.rulesOut = excluded;
            found.supports(0.85, std::move(item));
        }
    for (const model::HostFacts* host : { view.callerHost, view.calleeHost })
        if (host && host->resources.conntrackUsedPercent && *host->resources.conntrackUsedPercent >= 99) {
            model::Evidence item = view.evidence(host, "resources", host->resources.source,
                "connection tracking on " + host->host.value() + ": "
                    + percent(*host->resources.conntrackUsedPercent) + " used");
            item.rulesOut = excluded;
            found.supports(0.85, std::move(item));
            found.host = host->host;
        }
    found.responsible = "host";
    found.because = "the kernel's connection tracking table is full, so it drops new connections";
    return found;
}

Assessment neighbourTableFull(const HopView& view)
{
    Assessment found("neighbour-table-full");
    if (!view.isSymptom({ "host-unreachable", "connection-timed-out", "resource-exhausted" }))
        return found;
    addStated(found, view, 0.8, fresh);
    for (const model::HostFacts* host : { view.callerHost, view.calleeHost }) {
        const auto limit = host ? host->resources.counters.find("gc_thresh3") : std::map<std::string, std::uint64_t>::const_iterator();
        if (!host || limit == host->resources.counters.end() || limit->second == 0 || host->neighbours.size() < limit->second)
            continue;
        model::Evidence item = view.evidence(host, "neighbours", host->resources.source,
            std::to_string(host->neighbours.size()) + " neighbours where " + std::to_string(limit->second) + " fit (gc_thresh3)");
        item.rulesOut = { "host-down", "network-partition" };
        found.supports(0.7, std::move(item));
        found.host = host->host;
    }
    found.responsible = "host";
    found.because = "the kernel's table of network neighbours is full, so some machines beside it can't be reached";
    return found;
}

Assessment ephemeralPortsExhausted(const HopView& view)
{
    Assessment found("ephemeral-ports-exhausted");
    if (!view.isSymptom({ "resource-exhausted" }))
        return found;
    addStated(found, view, 0.75, fresh);
    for (const model::HopProbe* probe : view.callerProbes)
        if (probe->connect == model::ConnectResult::NoLocalPort)
            found.supports(0.85, view.evidence(*probe));
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.responsible = "proxy";
    found.because = "the proxy's host has no free local port left for " + view.hop->declared.endpoint.text();
    return found;
}

}
