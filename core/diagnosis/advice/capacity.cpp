#include "core/diagnosis/advice/parts.h"

#include "core/base/quote.h"
#include "core/discovery/appruntime.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace hopscope::diagnosis {

namespace {
constexpr std::uint64_t mebi = 1024ULL * 1024;

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes / mebi) + " MiB"; }

void fullDisks(const AdviceContext& context)
{
    std::set<std::string> told;
    for (const auto& [name, host] : context.facts.hosts)
        for (const model::FileSystem& disk : host.fileSystems) {
            if (disk.isReadOnly || disk.sizeBytes < 64 * mebi || disk.mountPoint.starts_with("/snap")
                || disk.mountPoint.starts_with("/boot") || disk.mountPoint.starts_with("/dev")
                || disk.mountPoint.starts_with("/sys") || disk.device.starts_with("/dev/loop"))
                continue;
            const double used = 100.0 * (1 - double(disk.availableBytes) / double(disk.sizeBytes));
            const std::string node = nodeOn(context.topology, name);
            if (used < 90 || !told.insert(node + " " + disk.device).second)
                continue;
            char percent[16];
            std::snprintf(percent, sizeof percent, "%.0f", used);
            context.add("disk-nearly-full", used >= 97 ? model::Severity::Critical : model::Severity::Warning, node,
                disk.mountPoint + " of " + name.value() + " (" + disk.device + ") is " + percent + " % full.",
                { lookAt(&host, "See what takes the space",
                    { "sudo du -xh --max-depth=2 " + base::shellQuoted(disk.mountPoint) + " | sort -h | tail -20" }) });
        }
}

/// Big logs that nothing rotates end as a full disk.
void logsThatGrow(const AdviceContext& context)
{
    for (const auto& [name, host] : context.facts.hosts)
        for (const model::LogFile& log : host.logFiles) {
            const bool isGrowing = log.writtenAt && host.now && *host.now - *log.writtenAt < std::chrono::hours(24);
            if (log.isRotated || !isGrowing)
                continue;
            model::Remediation rotate = changeOf(&host, "Let logrotate turn it over",
                { "sudo editor /etc/logrotate.d/" + base::shellQuoted(log.path.substr(log.path.rfind('/') + 1)) },
                log.path + " { weekly rotate 8 compress missingok notifempty copytruncate }");
            rotate.verify = "sudo logrotate -d /etc/logrotate.conf 2>&1 | grep -F " + base::shellQuoted(log.path);
            context.add("log-not-rotated", model::Severity::Warning, nodeOn(context.topology, name),
                log.path + " on " + name.value() + " has grown to " + mebibytes(log.sizeBytes)
                    + ", and no rule of logrotate covers it.",
                { lookAt(&host, "See how fast it grows", { "ls -l " + base::shellQuoted(log.path) }), rotate });
        }
}

/// PHP-FPM that may start more workers than the memory holds: under load it ends in swap or in a kill.
void poolsLargerThanMemory(const AdviceContext& context)
{
    std::set<std::string> told;
    for (const model::Hop& hop : context.topology.hops) {
        const model::Node* app = context.topology.node(hop.to);
        if (!hop.isOnPath || !app || !app->host || app->software != "php-fpm" || !context.facts.hosts.contains(*app->host))
            continue;
        const model::HostFacts& host = context.facts.hosts.at(*app->host);
        const discovery::HostIndex index(host);
        const discovery::AppRuntime runtime = discovery::appRuntime(index, *app);
        if (!runtime.workers || !host.resources.memoryTotalBytes || !told.insert(app->id.value()).second)
            continue;
        std::vector<std::uint64_t> sizes;
        for (const model::Process* each : index.family(app->pid))
            if (each->pid != app->pid && each->residentBytes > 0)
                sizes.push_back(each->residentBytes);
        if (sizes.empty())
            continue;
        std::sort(sizes.begin(), sizes.end());
        const std::uint64_t typical = sizes[sizes.size() / 2];
        std::uint64_t memory = *host.resources.memoryTotalBytes;
        if (const model::Unit* unit = index.unit(app->unit); unit && unit->memoryMaxBytes)
            memory = std::min(memory, *unit->memoryMaxBytes);
        // Workers share part of what they hold, so only a plain excess is told.
        const std::uint64_t needed = typical * std::uint64_t(*runtime.workers);
        if (needed < memory + memory / 2)
            continue;
        const int fitting = int(std::max<std::uint64_t>(1, memory * 7 / 10 / typical));
        context.add("pool-larger-than-memory", model::Severity::Warning, app->id.value(),
            app->label + " may start " + std::to_string(*runtime.workers) + " workers; at " + mebibytes(typical)
                + " each (the middle one now) they need " + mebibytes(needed) + ", and there are " + mebibytes(memory)
                + ": under load the kernel ends processes.",
            { changeOf(&host, "Allow as many workers as the memory holds", {}, "pm.max_children = " + std::to_string(fitting)) });
    }
}
}

void adviseOnCapacity(const AdviceContext& context)
{
    fullDisks(context);
    logsThatGrow(context);
    poolsLargerThanMemory(context);
}

}
