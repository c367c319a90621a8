#include "core/parse/cpugroups.h"

#include "core/parse/lines.h"
#include "core/parse/processes.h"

#include <algorithm>
#include <map>

namespace hopscope::parse {
namespace {

constexpr std::size_t mostGroups = 200;
constexpr double usualPeriod = 100'000; // microseconds; the kernel's own

model::CpuGroup& groupAt(std::vector<model::CpuGroup>& groups, std::string_view path)
{
    for (model::CpuGroup& each : groups)
        if (each.path == path)
            return each;
    model::CpuGroup added;
    added.path = textOf(path);
    GroupOwner owner = ownerOfControlGroup(path);
    added.unit = textOf(owner.unit);
    added.container = textOf(owner.container);
    groups.push_back(std::move(added));
    return groups.back();
}

struct Limit {
    double quota = 0;
    double period = usualPeriod;
};

}

std::vector<model::CpuGroup> parseCpuGroups(std::string_view output)
{
    std::vector<model::CpuGroup> groups;
    std::map<std::string, Limit, std::less<>> limits;
    for (const Line& line : linesOf(output)) { // ./system.slice/shop.service/cpu.stat:nr_periods 20
        const std::size_t colon = line.text.rfind(':');
        const std::string_view place = line.text.substr(0, colon);
        const std::size_t slash = place.rfind('/');
        if (colon == std::string_view::npos || slash == std::string_view::npos || !place.starts_with('.') || groups.size() >= mostGroups)
            continue;
        const std::string_view file = place.substr(slash + 1);
        const std::string_view path = slash == 1 ? "/" : place.substr(1, slash - 1);
        std::string_view rest = line.text.substr(colon + 1);
        const std::string_view first = takeWord(rest);
        const std::string_view second = takeWord(rest);
        model::CpuGroup& group = groupAt(groups, path);
        group.source.line = line.number;
        Limit& limit = limits[group.path];
        if (file == "cpu.stat" && first == "nr_periods")
            group.periods = numberOf<std::uint64_t>(second).value_or(0);
        else if (file == "cpu.stat" && first == "nr_throttled")
            group.throttled = numberOf<std::uint64_t>(second).value_or(0);
        else if (file == "cpu.max" || file == "cpu.cfs_quota_us")
            limit.quota = numberOf<double>(first).value_or(0);
        if (file == "cpu.cfs_period_us" || file == "cpu.max")
            limit.period = numberOf<double>(file == "cpu.max" ? second : first).value_or(usualPeriod);
    }
    std::erase_if(groups, [&](model::CpuGroup& group) {
        const Limit& limit = limits[group.path];
        group.limitPercent = limit.period > 0 ? 100 * limit.quota / limit.period : 0;
        return group.limitPercent <= 0;
    });
    return groups;
}

void addLaterLook(std::vector<model::CpuGroup>& groups, std::vector<model::CpuGroup> later)
{
    for (model::CpuGroup& each : later) {
        const auto known = std::find_if(
            groups.begin(), groups.end(), [&](const model::CpuGroup& group) { return group.path == each.path; });
        if (known == groups.end()) {
            groups.push_back(std::move(each));
            continue;
        }
        // Fewer than before is another group of that name: its unit was started anew.
        const bool isSame = each.periods >= known->periods && each.throttled >= known->throttled;
        known->laterPeriods = isSame ? std::optional(each.periods) : std::nullopt;
        known->laterThrottled = isSame ? std::optional(each.throttled) : std::nullopt;
        known->source = each.source;
    }
}

}
