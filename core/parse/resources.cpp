#include "core/parse/resources.h"

#include "core/parse/lines.h"

#include <map>

namespace hopscope::parse {
namespace {

using Values = std::map<std::string, std::uint64_t, std::less<>>;

std::optional<std::uint64_t> at(const Values& values, std::string_view key)
{
    const auto found = values.find(key);
    return found == values.end() ? std::nullopt : std::optional(found->second);
}

std::optional<double> share(std::optional<std::uint64_t> used, std::optional<std::uint64_t> all)
{
    if (!used || !all || *all == 0)
        return std::nullopt;
    return 100.0 * double(*used) / double(*all);
}

/// /proc/net/netstat and snmp: "TcpExt: SyncookiesSent …" then "TcpExt: 0 …". Together they are nstat's names.
void readCounters(std::string_view names, std::string_view values, model::Resources& resources)
{
    std::string_view prefix = takeWord(names);
    takeWord(values);
    if (!prefix.ends_with(':'))
        return;
    prefix.remove_suffix(1);
    for (std::string_view name = takeWord(names); !name.empty(); name = takeWord(names)) {
        if (const auto value = numberOf<std::uint64_t>(takeWord(values)))
            resources.counters[std::string(prefix) + textOf(name)] = *value;
    }
}

/// "some avg10=0.00 avg60=…"
std::optional<double> pressureOf(std::string_view line)
{
    std::string_view rest = line;
    if (takeWord(rest) != "some")
        return std::nullopt;
    const auto value = valueOf(takeWord(rest), "avg10");
    return value ? numberOf<double>(*value) : std::nullopt;
}

void setMemory(model::Resources& resources, const Values& values)
{
    auto total = at(values, "MemTotal");
    auto available = at(values, "MemAvailable");
    if (!available && at(values, "MemFree")) // kernels before 3.14
        available = *at(values, "MemFree") + at(values, "Cached").value_or(0);
    if (total && available) {
        resources.memoryTotalBytes = *total * 1024;
        resources.memoryAvailableBytes = std::min(*available, *total) * 1024;
        // inside a container its own limit counts
        const auto limit = at(values, "memory.max") ? at(values, "memory.max") : at(values, "memory.limit_in_bytes");
        const auto used
            = at(values, "memory.current") ? at(values, "memory.current") : at(values, "memory.usage_in_bytes");
        if (limit && used && *limit > 0 && *limit < *resources.memoryTotalBytes) {
            resources.memoryTotalBytes = *limit;
            resources.memoryAvailableBytes = *limit > *used ? *limit - *used : 0;
        }
        resources.memoryUsedPercent
            = share(*resources.memoryTotalBytes - *resources.memoryAvailableBytes, resources.memoryTotalBytes);
    }
    const auto swapTotal = at(values, "SwapTotal");
    const auto swapFree = at(values, "SwapFree");
    if (swapTotal && swapFree)
        resources.swapUsedPercent
            = *swapTotal == 0 ? 0.0 : share(*swapTotal - std::min(*swapFree, *swapTotal), swapTotal);
}

/// Files that hold one number, by their names; also under the counters, so that a rule can read them.
void readSingle(std::string_view path, std::string_view text, Values& values, model::Resources& resources)
{
    const std::string_view name = path.substr(path.rfind('/') + 1);
    if (name == "file-nr") { // in use, free (always 0), limit
        const auto words = wordsOf(text);
        if (words.size() == 3) {
            const auto used = numberOf<std::uint64_t>(words[0]);
            const auto limit = numberOf<std::uint64_t>(words[2]);
            resources.fdUsedPercent = share(used, limit);
        }
    } else if (name == "ip_local_port_range") {
        const auto words = wordsOf(text);
        if (words.size() == 2) {
            if (const auto first = numberOf<std::uint64_t>(words[0]))
                resources.counters["ip_local_port_range.first"] = *first;
            if (const auto last = numberOf<std::uint64_t>(words[1]))
                resources.counters["ip_local_port_range.last"] = *last;
        }
    } else if (const auto value = numberOf<std::uint64_t>(trimmed(text))) {
        values[std::string(name)] = *value;
        resources.counters[textOf(name)] = *value;
    }
}

}

std::optional<CpuTicks> cpuTicksOf(std::string_view line)
{
    if (takeWord(line) != "cpu")
        return std::nullopt;
    CpuTicks ticks;
    for (int i = 0; i < 8; ++i) { // user nice system idle iowait irq softirq steal; guest time is within user
        const std::string_view word = takeWord(line);
        const auto value = numberOf<std::uint64_t>(word);
        if (!value) {
            if (i < 4)
                return std::nullopt;
            break;
        }
        ticks.total += *value;
        if (i == 3 || i == 4)
            ticks.idle += *value;
        if (i == 7)
            ticks.steal = *value;
    }
    return ticks;
}

void setCpuUse(model::Resources& resources, const CpuTicks& before, const CpuTicks& after)
{
    constexpr std::uint64_t fewest = 10; // a tenth of a second of one core: below that a tick is a tenth of the answer
    if (after.total < before.total + fewest || after.idle < before.idle || after.steal < before.steal)
        return;
    const double all = double(after.total - before.total);
    resources.cpuPercent = 100.0 * (1.0 - std::min(1.0, double(after.idle - before.idle) / all));
    resources.stealPercent = 100.0 * std::min(1.0, double(after.steal - before.steal) / all);
}

model::Resources parseResources(std::string_view output)
{
    model::Resources resources;
    Values values;
    std::string_view counterNames;
    int cores = 0;
    for (const Line& line : linesOf(output)) {
        if (const auto count = valueOf(line.text, "cores")) {
            resources.cores = numberOf<int>(*count);
            continue;
        }
        std::string_view rest = line.text;
        const std::string_view path = takeUntil(rest, ":");
        if (path == "/proc/stat") {
            if (const auto ticks = cpuTicksOf(rest)) {
                setCpuUse(resources, CpuTicks(), *ticks);
                resources.source.line = line.number;
            } else if (rest.starts_with("cpu")) {
                ++cores;
            }
        } else if (path == "/proc/loadavg") {
            resources.load1 = numberOf<double>(takeWord(rest));
        } else if (path == "/proc/meminfo") {
            const std::string_view key = takeUntil(rest, ":");
            if (const auto value = numberOf<std::uint64_t>(takeWord(rest)))
                values[std::string(key)] = std::min<std::uint64_t>(*value, std::uint64_t(1) << 50);
        } else if (path == "/proc/net/netstat" || path == "/proc/net/snmp") {
            if (counterNames.empty()) {
                counterNames = rest;
            } else {
                readCounters(counterNames, rest, resources);
                counterNames = {};
            }
        } else if (path == "/proc/net/sockstat") { // TCP: inuse 5 orphan 0 tw 12 …
            const std::string_view family = takeUntil(rest, ":");
            for (std::string_view key = takeWord(rest); !key.empty(); key = takeWord(rest)) {
                if (const auto value = numberOf<std::uint64_t>(takeWord(rest)))
                    resources.counters["sockstat." + textOf(family) + "." + textOf(key)] = *value;
            }
        } else if (path.starts_with("/proc/pressure/")) {
            const auto pressure = pressureOf(rest);
            const std::string_view what = path.substr(15);
            if (pressure && what == "cpu")
                resources.pressureCpu = pressure;
            else if (pressure && what == "memory")
                resources.pressureMemory = pressure;
            else if (pressure && what == "io")
                resources.pressureIo = pressure;
        } else if (path.ends_with("/cpu.stat")) { // nr_throttled 12
            const std::string_view key = takeWord(rest);
            if (const auto value = numberOf<std::uint64_t>(trimmed(rest)))
                resources.counters["cpu.stat." + textOf(key)] = *value;
        } else {
            readSingle(path, rest, values, resources);
        }
    }
    if (!resources.cores && cores > 0)
        resources.cores = cores;
    setMemory(resources, values);
    resources.conntrackUsedPercent = share(at(values, "nf_conntrack_count"), at(values, "nf_conntrack_max"));
    return resources;
}

}
