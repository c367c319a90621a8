#include "core/faults/remedy.h"

#include "core/base/quote.h"
#include "core/faults/placeholders.h"

#include <algorithm>

namespace hopscope::faults {
namespace {

    const std::string* contextValue(const RemedyContext& context, const std::string& key)
    {
        if (key == "osFamily")
            return &context.osFamily;
        if (key == "initSystem")
            return &context.initSystem;
        if (key == "firewall")
            return &context.firewall;
        if (key == "platform")
            return &context.platform;
        if (key == "software")
            return &context.software;
        return nullptr;
    }

    /// What is not known (an empty value) satisfies no condition.
    bool fits(const Remedy& remedy, const RemedyContext& context)
    {
        return std::all_of(remedy.when.begin(), remedy.when.end(), [&](const auto& condition) {
            const std::string* value = contextValue(context, condition.first);
            return value
                && std::find(condition.second.begin(), condition.second.end(), *value) != condition.second.end();
        });
    }

    struct Filler {
        PlaceholderValues values;
        std::map<std::string, std::string> procedures;
        bool usesSudo = false;

        std::string asRoot(const std::string& shellLine) const
        {
            return usesSudo ? "sudo sh -c " + base::shellQuoted(shellLine) : shellLine;
        }

        std::optional<std::string> operator()(const CommandTemplate& command) const
        {
            if (!command.procedure.empty()) {
                const auto line = procedures.find(command.procedure);
                return line == procedures.end() ? std::nullopt : std::optional(asRoot(line->second));
            }
            if (!command.shellLine.empty())
                return asRoot(command.shellLine);
            std::vector<std::string> words;
            if (usesSudo)
                words.emplace_back("sudo");
            for (const std::string& word : command.words) {
                const std::optional<std::string> value = filled(word, values);
                if (!value)
                    return std::nullopt;
                words.push_back(*value);
            }
            return base::shellCommand(words);
        }

        std::vector<std::string> operator()(const std::vector<CommandTemplate>& commands) const
        {
            std::vector<std::string> lines;
            for (const CommandTemplate& command : commands) {
                if (const std::optional<std::string> line = (*this)(command))
                    lines.push_back(*line);
            }
            return lines;
        }
    };

    std::optional<model::Remediation> filledRemedy(const Remedy& remedy, const RemedyContext& context,
        const PlaceholderValues& values)
    {
        const Filler fill { values, context.procedures, remedy.needsRoot && !context.isRoot };
        model::Remediation result;
        result.commands = fill(remedy.commands);
        // Of a look, what can be done stays; of a change, half the steps are worse than none.
        const bool isWhole = result.commands.size() == remedy.commands.size();
        if (!isWhole && (result.commands.empty() || remedy.risk != model::Risk::ReadOnly))
            return std::nullopt;
        result.title = filledProse(remedy.title, values);
        result.why = filledProse(remedy.why, values);
        result.risk = remedy.risk;
        result.expect = filledProse(remedy.expect, values);
        if (remedy.verify)
            result.verify = Filler { values, context.procedures, false }(*remedy.verify).value_or("");
        result.undo = fill(remedy.undo);
        const base::HostId& host
            = remedy.seat == RemedySeat::Caller && !context.callerHost.isEmpty() ? context.callerHost : context.host;
        if (!host.isEmpty())
            result.host = host;
        return result;
    }

}

std::vector<model::Remediation> filledRemedies(const std::vector<Remedy>& remedies, const RemedyContext& context)
{
    const PlaceholderValues values = usableValues(context.values);
    std::vector<model::Remediation> result;
    for (const Remedy& remedy : remedies) {
        if (!fits(remedy, context))
            continue;
        if (std::optional<model::Remediation> item = filledRemedy(remedy, context, values))
            result.push_back(std::move(*item));
    }
    return result;
}

}
