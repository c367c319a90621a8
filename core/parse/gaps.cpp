#include "core/parse/gaps.h"

#include "core/model/checkids.h"
#include "core/parse/lines.h"

#include <array>
#include <set>

namespace hopscope::parse {
namespace {

namespace outcome = model::outcome;

std::string firstLine(std::string_view text)
{
    for (const Line& line : linesOf(text)) {
        if (!trimmed(line.text).empty())
            return textOf(trimmed(line.text).substr(0, 300));
    }
    return {};
}

/// The words to show: journalctl's hint runs over three lines and names no fault.
std::string wordsOfError(std::string_view text)
{
    if (text.find("not seeing messages from other users") != std::string_view::npos)
        return "only this user's own messages can be seen";
    return firstLine(text);
}

bool speaksOfPermission(std::string_view text)
{
    constexpr std::array<std::string_view, 6> words { "ermission denied", "peration not permitted",
        "insufficient permissions", "not seeing messages from other users", "must be root", "Access denied" };
    for (const std::string_view word : words) {
        if (text.find(word) != std::string_view::npos)
            return true;
    }
    return false;
}

/// Checks whose program may well not be there: no nginx, no containers is an answer.
bool isAbsenceAnswer(const base::CheckId& check)
{
    static const std::set<std::string_view> checks { model::checkid::nginxConfig, model::checkid::apacheConfig,
        model::checkid::caddyConfig, model::checkid::traefikConfig, model::checkid::envoyConfig,
        model::checkid::haproxyConfig, model::checkid::haproxyStatus, model::checkid::phpFpmConfig,
        model::checkid::containers, model::checkid::kubernetes, model::checkid::firewall };
    return checks.contains(check.value());
}

std::string seconds(base::Milliseconds time)
{
    std::string text = std::to_string(double(time.count()) / 1000.0);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.'))
        text.pop_back();
    return text + " s";
}

struct ReasonOf {
    const model::CheckResult& result;
    const std::string& user;

    std::string operator()(const outcome::Captured&) const
    {
        if (result.isTruncated)
            return "the output was cut at " + std::to_string(result.output.size()) + " bytes";
        if (speaksOfPermission(result.errorOutput))
            return wordsOfError(result.errorOutput) + grantFor(result.check, user);
        return {};
    }
    std::string operator()(const outcome::ExitedNonZero& exit) const
    {
        const std::string words = wordsOfError(result.errorOutput);
        if (words.starts_with("only "))
            return words + grantFor(result.check, user);
        std::string reason = "exit status " + std::to_string(exit.status) + (words.empty() ? "" : ": " + words);
        return speaksOfPermission(result.errorOutput) ? reason + grantFor(result.check, user) : reason;
    }
    std::string operator()(const outcome::TimedOut& timedOut) const { return "not done after " + seconds(timedOut.limit); }
    std::string operator()(const outcome::Denied& denied) const
    {
        // the check's own words name the grant already where it could tell
        const bool tells = denied.reason.find("allow ") != std::string::npos
            || denied.reason.find("add ") != std::string::npos || denied.reason.find("even as root") != std::string::npos;
        return denied.reason + (tells ? "" : grantFor(result.check, user));
    }
    std::string operator()(const outcome::NotInstalled& missing) const
    {
        return isAbsenceAnswer(result.check) ? std::string() : missing.program + " is not installed";
    }
    std::string operator()(const outcome::TransportLost& lost) const { return "connection lost: " + lost.error.text(); }
    std::string operator()(const outcome::Skipped& skipped) const { return "skipped: " + skipped.reason; }
};

}

std::string grantFor(const base::CheckId& check, const std::string& user)
{
    namespace id = model::checkid;
    const std::string_view name = check.value();
    const std::string who = user.empty() ? "this user" : user;
    if (name == id::journal || name == id::unitLog)
        return "; add " + who + " to group systemd-journal, or allow sudo -n journalctl";
    if (name == id::kernelLog)
        return "; add " + who + " to group adm, or allow sudo -n dmesg";
    if (name == id::listeners || name == id::connections || name == id::listenerQueue)
        return "; allow sudo -n ss for " + who;
    if (name == id::firewall)
        return "; allow sudo -n nft list ruleset for " + who;
    if (name == id::nginxConfig)
        return "; allow sudo -n nginx -T for " + who;
    if (name == id::haproxyStatus)
        return "; add " + who + " to group haproxy, or allow sudo -n socat for " + who;
    if (name == id::containers || name == id::containerLog)
        return "; add " + who + " to group docker";
    if (name == id::proxyErrorLog || name == id::proxyAccessLog || name == id::appLog
        || name == id::processLog)
        return "; add " + who + " to group adm";
    return "; log in as root, or allow sudo -n for " + who;
}

std::optional<model::Gap> gapOf(const model::CheckResult& result, const std::string& user)
{
    std::string reason = std::visit(ReasonOf { result, user }, result.outcome);
    if (reason.empty())
        return std::nullopt;
    std::string check = result.check.value();
    if (!result.subject.empty())
        check += " " + textOf(result.subject);
    return model::Gap { result.host, std::move(check), textOf(reason) };
}

}
