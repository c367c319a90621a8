#include "core/exec/outcomes.h"

#include <optional>
#include <string_view>

namespace hopscope::exec {
namespace {

    constexpr std::size_t longestReason = 400;

    std::string lastLine(std::string_view text)
    {
        while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
            text.remove_suffix(1);
        const std::size_t newline = text.rfind('\n');
        if (newline != std::string_view::npos)
            text.remove_prefix(newline + 1);
        return std::string(text.substr(0, longestReason));
    }

    /// The program that a shell did not find: ours "not installed: P", dash "sh: 1: P: not found",
    /// bash "sh: line 1: P: command not found", "timeout: failed to run command 'P': No such file or directory".
    std::string missingProgram(const CheckSpec& spec, std::string_view errorOutput)
    {
        const std::string line = lastLine(errorOutput);
        constexpr std::string_view ours = "not installed: ";
        if (line.starts_with(ours))
            return line.substr(ours.size());
        std::string_view rest = line;
        for (const std::string_view tail : { ": command not found", ": not found", ": No such file or directory" }) {
            if (!rest.ends_with(tail))
                continue;
            rest.remove_suffix(tail.size());
            const std::size_t colon = rest.rfind(": ");
            return std::string(colon == std::string_view::npos ? rest : rest.substr(colon + 2));
        }
        return spec.command.substr(0, spec.command.find(' '));
    }

    std::optional<std::string> sudoRefusal(std::string_view errorOutput)
    {
        const std::string line = lastLine(errorOutput);
        if (line.starts_with("sudo: ")
            && (line.find("password is required") != std::string::npos || line.find("tty") != std::string::npos))
            return line;
        return std::nullopt;
    }

}

model::Outcome outcomeOf(const CheckSpec& spec, const CheckEnd& end)
{
    // What was cut off ended by the broken pipe: its status says nothing of the check.
    if (end.status == 0 || end.isTruncated)
        return model::outcome::Captured {};
    const bool isOverTime = end.duration >= spec.limit;
    if (end.status == 124 || ((end.status == 137 || end.status == 143) && isOverTime))
        return model::outcome::TimedOut { spec.limit };
    if (end.status == 77 || end.status == 126)
        return model::outcome::Denied { lastLine(end.errorOutput) };
    if (end.status == 127)
        return model::outcome::NotInstalled { missingProgram(spec, end.errorOutput) };
    if (const auto refusal = sudoRefusal(end.errorOutput))
        return model::outcome::Denied { *refusal };
    return model::outcome::ExitedNonZero { end.status };
}

}
