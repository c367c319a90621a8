#include "core/diagnosis/advice/parts.h"

#include "core/base/quote.h"
#include "core/diagnosis/proxycommands.h"
#include "core/diagnosis/timeline.h"
#include "core/parse/configdump.h"
#include "core/parse/reloads.h"

#include <algorithm>

namespace hopscope::diagnosis {

using model::Advice;
using model::Severity;

namespace {
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

}

/// What stands in a proxy's files and what runs.
void adviseOnConfigurations(const AdviceContext& context)
{
    for (const auto& [name, host] : context.facts.hosts) {
        const std::vector<parse::FailedReload> failures = parse::failedReloads(host);
        for (const model::SoftwareConfig& config : host.configs) {
            const model::Node* node = runningNode(context.topology, name, config);
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
                // what a test says first may be no complaint: "[NOTICE] (468) : haproxy version is …"
                const auto complaint = std::find_if(config.validatorLines.begin(), config.validatorLines.end(),
                    [](const std::string& line) { return !line.starts_with("[NOTICE]") && !line.starts_with("[WARNING]"); });
                item.summary = config.software + " on " + name.value()
                    + " runs with an old configuration; what stands in its files now would not load"
                    + (complaint == config.validatorLines.end() ? "." : ": " + *complaint);
                if (!commands.test.empty())
                    item.remediation.push_back(lookAt(&host, "Test the configuration", { "sudo " + commands.test }));
                context.advice.push_back(std::move(item));
                continue;
            }
            if (failure != failures.end()) {
                item.id = "reload-failed";
                item.severity = Severity::Critical;
                item.summary = config.software + " on " + name.value() + " refused to load its configuration at "
                    + clockTime(failure->at) + " and goes on with the one of "
                    + (config.loadedAt ? clockTime(*config.loadedAt) : "before") + ": " + failure->reason;
                item.remediation.push_back(lookAt(&host, "See why it refused",
                    { "sudo " + failure->look + " | tail -n 5" }));
                context.advice.push_back(std::move(item));
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
                        item.remediation.push_back(lookAt(&host, "Test the configuration", { "sudo " + commands.test }));
                        if (!commands.reload.empty())
                            item.remediation.push_back(
                                changeOf(&host, "Load it", { "sudo " + commands.reload }, "the new configuration is in force"));
                    }
                    context.advice.push_back(std::move(item));
                    break;
                }
        }
    }
}

}
