#include "core/profile/sshconfigentry.h"

#include "core/base/text.h"
#include "core/profile/sshpattern.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <map>

#include <pwd.h>
#include <unistd.h>

namespace hopscope::profile {
namespace {

    using Arguments = std::vector<std::string>;

    bool isYes(const std::string& word)
    {
        const std::string value = base::lowered(word);
        return value == "yes" || value == "true";
    }

    /// "30", "5m", "1h30m" as seconds.
    std::optional<int> seconds(std::string_view text)
    {
        int total = 0;
        bool isAny = false;
        while (!text.empty()) {
            int value = 0;
            const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
            if (problem != std::errc() || value < 0 || value > 1000000)
                return std::nullopt;
            text.remove_prefix(std::size_t(end - text.data()));
            int unit = 1;
            if (!text.empty()) {
                switch (text.front()) {
                case 's': case 'S': break;
                case 'm': case 'M': unit = 60; break;
                case 'h': case 'H': unit = 3600; break;
                case 'd': case 'D': unit = 86400; break;
                default: return std::nullopt;
                }
                text.remove_prefix(1);
            }
            total += value * unit;
            isAny = true;
        }
        return isAny ? std::optional(total) : std::nullopt;
    }

    void setFirst(std::string& field, const std::string& value)
    {
        if (field.empty())
            field = value;
    }

    void setFirst(std::vector<std::string>& field, const Arguments& values)
    {
        if (field.empty())
            field = values;
    }

    std::string localUser()
    {
        const passwd* const entry = ::getpwuid(::getuid());
        return entry ? entry->pw_name : "";
    }

    std::string localHostName()
    {
        char name[256] = {};
        ::gethostname(name, sizeof name - 1);
        return name;
    }

    std::string expandedTokens(const std::string& text, const std::map<char, std::string>& tokens)
    {
        std::string result;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto token = text[i] == '%' && i + 1 < text.size() ? tokens.find(text[i + 1]) : tokens.end();
            if (token == tokens.end()) {
                result += text[i];
            } else {
                result += token->second;
                ++i;
            }
        }
        return result;
    }

}

std::string expandedVariables(std::string text)
{
    std::size_t from = 0;
    while ((from = text.find("${", from)) != std::string::npos) {
        const std::size_t end = text.find('}', from);
        if (end == std::string::npos)
            break;
        const char* const value = std::getenv(text.substr(from + 2, end - from - 2).c_str());
        if (!value) {
            from = end;
            continue;
        }
        text.replace(from, end - from + 1, value);
        from += std::char_traits<char>::length(value);
    }
    return text;
}

void applyKeyword(
    SshConfigEntry& entry, const std::string& keyword, const Arguments& arguments, const std::string& rest)
{
    const std::string& first = arguments.front();
    // The words that are kept as they stand.
    const std::map<std::string_view, std::string SshConfigEntry::*> texts {
        { "hostname", &SshConfigEntry::hostName },
        { "user", &SshConfigEntry::user },
        { "identityagent", &SshConfigEntry::identityAgent },
        { "hostkeyalias", &SshConfigEntry::hostKeyAlias },
        { "stricthostkeychecking", &SshConfigEntry::strictHostKeyChecking },
        { "addressfamily", &SshConfigEntry::addressFamily },
        { "hostkeyalgorithms", &SshConfigEntry::hostKeyAlgorithms },
        { "kexalgorithms", &SshConfigEntry::kexAlgorithms },
        { "ciphers", &SshConfigEntry::ciphers },
        { "macs", &SshConfigEntry::macs },
        { "pubkeyacceptedalgorithms", &SshConfigEntry::publicKeyAlgorithms },
        { "pubkeyacceptedkeytypes", &SshConfigEntry::publicKeyAlgorithms },
    };
    if (const auto text = texts.find(keyword); text != texts.end()) {
        setFirst(entry.*(text->second), first);
    } else if (keyword == "port") {
        unsigned port = 0;
        const auto parsed = std::from_chars(first.data(), first.data() + first.size(), port);
        if (!entry.port && parsed.ec == std::errc() && port > 0 && port < 65536)
            entry.port = base::Port(port);
    } else if (keyword == "identityfile") {
        if (std::find(entry.identityFiles.begin(), entry.identityFiles.end(), first) == entry.identityFiles.end())
            entry.identityFiles.push_back(first);
    } else if (keyword == "identitiesonly") {
        if (!entry.isIdentitiesOnlyGiven)
            entry.identitiesOnly = isYes(first);
        entry.isIdentitiesOnlyGiven = true;
    } else if (keyword == "userknownhostsfile") {
        setFirst(entry.userKnownHostsFiles, arguments);
    } else if (keyword == "globalknownhostsfile") {
        setFirst(entry.globalKnownHostsFiles, arguments);
    } else if (keyword == "connecttimeout") {
        if (!entry.connectTimeoutSeconds)
            entry.connectTimeoutSeconds = seconds(first);
    } else if (keyword == "serveraliveinterval") {
        if (!entry.serverAliveIntervalSeconds)
            entry.serverAliveIntervalSeconds = seconds(first);
    } else if (keyword == "compression") {
        if (!entry.compression)
            entry.compression = isYes(first);
    } else if (keyword == "pubkeyauthentication") {
        entry.allowsPublicKey = entry.allowsPublicKey && base::lowered(first) != "no";
    } else if (keyword == "passwordauthentication") {
        entry.allowsPassword = entry.allowsPassword && base::lowered(first) != "no";
    } else if (keyword == "kbdinteractiveauthentication" || keyword == "challengeresponseauthentication") {
        entry.allowsKeyboardInteractive = entry.allowsKeyboardInteractive && base::lowered(first) != "no";
    } else if (keyword == "proxyjump" || keyword == "proxycommand") {
        // Whichever of the two comes first wins.
        if (entry.proxyJump.empty() && entry.proxyCommand.empty())
            (keyword == "proxyjump" ? entry.proxyJump : entry.proxyCommand) = keyword == "proxyjump" ? first : rest;
    }
}

bool matchesCriteria(const Arguments& criteria, const SshConfigEntry& soFar, const std::string& destination)
{
    const std::string host = soFar.hostName.empty() ? destination : soFar.hostName;
    const std::map<std::string_view, std::function<std::string()>> subjects {
        { "host", [&] { return expandedTokens(host, { { 'h', destination }, { '%', "%" } }); } },
        { "originalhost", [&] { return destination; } },
        { "user", [&] { return soFar.user.empty() ? localUser() : soFar.user; } },
        { "localuser", [] { return localUser(); } },
    };
    if (criteria.empty())
        return false;
    for (std::size_t i = 0; i < criteria.size(); ++i) {
        std::string name = base::lowered(criteria[i]);
        if (name == "all")
            return criteria.size() == 1;
        const bool isNegated = name.starts_with('!');
        if (isNegated)
            name.erase(0, 1);
        std::string patterns;
        if (const std::size_t equals = name.find('='); equals != std::string::npos) {
            patterns = criteria[i].substr(equals + 1 + (isNegated ? 1 : 0));
            name.resize(equals);
        } else if (i + 1 < criteria.size() && subjects.contains(name)) {
            patterns = criteria[++i];
        }
        const auto subject = subjects.find(name);
        if (subject == subjects.end())
            return false;
        if (matchesSshPatterns(subject->second(), splitAtCommas(patterns)) == isNegated)
            return false;
    }
    return true;
}

void expandEntry(SshConfigEntry& entry, const std::string& destination)
{
    if (entry.hostName.empty())
        entry.hostName = destination;
    entry.hostName = expandedTokens(entry.hostName, { { 'h', destination }, { '%', "%" } });
    const std::string user = entry.user.empty() ? localUser() : entry.user;
    const std::string host = localHostName();
    const std::map<char, std::string> tokens {
        { '%', "%" },
        { 'h', entry.hostName },
        { 'n', destination },
        { 'p', std::to_string(entry.port.value_or(22)) },
        { 'r', user },
        { 'u', localUser() },
        { 'd', expandedHome("~") },
        { 'i', std::to_string(::getuid()) },
        { 'k', entry.hostKeyAlias.empty() ? destination : entry.hostKeyAlias },
        { 'l', host },
        { 'L', host.substr(0, host.find('.')) },
        { 'j', entry.proxyJump },
    };
    const auto expanded = [&](const std::string& text) {
        return expandedVariables(expandedHome(expandedTokens(text, tokens)));
    };
    for (auto* files : { &entry.identityFiles, &entry.userKnownHostsFiles, &entry.globalKnownHostsFiles }) {
        for (std::string& file : *files)
            file = expanded(file);
    }
    entry.identityAgent = expanded(entry.identityAgent);
    entry.hostKeyAlias = expandedTokens(entry.hostKeyAlias, tokens);
    entry.proxyJump = expandedTokens(entry.proxyJump, tokens);
}

}
