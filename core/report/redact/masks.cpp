#include "core/report/redact/masks.h"

#include "core/base/text.h"
#include "core/report/redact/names.h"
#include "core/report/redact/secrets.h"

#include <re2/re2.h>

#include <array>
#include <memory>
#include <vector>

namespace hopscope::report {
namespace {

    /// Accounts that every system has: which of them runs something is half of a diagnosis, and names nobody.
    constexpr std::string_view systemUsers = " root nobody daemon www-data www nginx apache http httpd caddy haproxy traefik envoy postgres "
                                             "mysql mariadb redis memcache memcached mongodb rabbitmq node nodejs php-fpm tomcat java systemd "
                                             "systemd-network systemd-resolve sshd syslog messagebus docker git bin sys mail nogroup app unknown "
                                             "x the name is not and or in to of for ";

    constexpr std::array userPatternTexts {
        R"re(([A-Za-z_][A-Za-z0-9_.-]*)@[A-Za-z0-9\[])re",
        R"re((?:/home/|/Users/)([A-Za-z_][A-Za-z0-9_.-]*))re",
        R"re((?i)\b(?:user|username|login|owner|logname)\s*[=:]\s*["']?([A-Za-z_][A-Za-z0-9_.-]*))re",
        R"re((?i)\b(?:for|invalid|by|as) user ["']?([A-Za-z_][A-Za-z0-9_.-]*))re",
        R"re((?i)\buser "([A-Za-z_][A-Za-z0-9_.-]*)")re",
        R"re(\bsudo (?:-n )?-u ?([A-Za-z_][A-Za-z0-9_.-]*))re",
        R"re(\bnot allowed for ([A-Za-z_][A-Za-z0-9_.-]*))re",
        R"re(\b[ug]id=[0-9]+\(([A-Za-z_][A-Za-z0-9_.-]*)\))re",
    };

    /// Compiled once; RE2 patterns are safe to share among threads.
    const std::vector<std::unique_ptr<const RE2>>& userPatterns()
    {
        static const std::vector<std::unique_ptr<const RE2>> patterns = [] {
            RE2::Options options(RE2::Quiet);
            options.set_encoding(RE2::Options::EncodingLatin1); // bytes as they came
            std::vector<std::unique_ptr<const RE2>> compiled;
            for (const char* each : userPatternTexts)
                compiled.push_back(std::make_unique<const RE2>(each, options));
            return compiled;
        }();
        return patterns;
    }

    bool isSystemUser(std::string_view name) { return systemUsers.find(" " + base::lowered(name) + " ") != std::string_view::npos; }

    /// What is no host of anybody's.
    bool isNoHost(const std::string& lower)
    {
        return lower.empty() || lower == "localhost" || lower == "laptop" || lower == "_" || lower == "localhost.localdomain";
    }

    /// Services call each other by such names everywhere; masking them would mask half of what a text says.
    constexpr std::string_view commonServices = " app apps web www api db database backend frontend front back node nginx apache caddy haproxy "
                                                "traefik envoy redis postgres postgresql mysql mariadb mongo rabbitmq kafka memcached php fpm php-fpm "
                                                "proxy server service upstream cache worker auth gateway django rails flask uwsgi gunicorn puma ";

    std::string trimmed(std::string_view name)
    {
        while (!name.empty() && (name.back() == '.' || name.back() == '-'))
            name.remove_suffix(1);
        return std::string(name);
    }

}

void Masks::addHost(std::string_view name)
{
    const std::string lower = base::lowered(trimmed(name));
    const auto parts = namesIn(lower);
    if (parts.size() == 1 && parts[0].kind == Name::Kind::Address && parts[0].length == lower.size())
        return addAddress(parts[0].canonical);
    if (!isNoHost(lower))
        m_hosts.emplace(lower, "host-" + std::to_string(m_hosts.size() + 1));
}

void Masks::addTarget(std::string_view name)
{
    if (commonServices.find(" " + base::lowered(name) + " ") == std::string_view::npos)
        addHost(name);
}

void Masks::addUser(std::string_view name)
{
    const std::string user = trimmed(name);
    if (!user.empty() && !isSystemUser(user))
        m_users.emplace(user, "user-" + std::to_string(m_users.size() + 1));
}

void Masks::addAddress(const std::string& canonical)
{
    if (!isImpersonal(canonical))
        m_addresses.emplace(canonical, "ip-" + std::to_string(m_addresses.size() + 1));
}

void Masks::learnUsers(std::string_view text)
{
    for (const auto& pattern : userPatterns()) {
        re2::StringPiece rest(text.data(), text.size());
        std::string user;
        while (RE2::FindAndConsume(&rest, *pattern, &user))
            addUser(user);
    }
}

void Masks::learn(std::string_view text)
{
    const std::string plain = withoutSecrets(std::string(text));
    for (const Name& name : namesIn(plain)) {
        switch (name.kind) {
        case Name::Kind::Address: addAddress(name.canonical); break;
        case Name::Kind::Domain: addHost(name.canonical); break;
        case Name::Kind::HardwareAddress:
        case Name::Kind::Word: break;
        }
    }
    learnUsers(plain);
}

std::string Masks::maskedWord(const std::string& word) const
{
    if (const auto host = m_hosts.find(base::lowered(word)); host != m_hosts.end())
        return host->second;
    if (const auto user = m_users.find(word); user != m_users.end())
        return user->second;
    // "shop.example.conf", "edge.log": a known name in front of or behind a dot is still that name. No name has more
    // dots than a few; a hostile text may.
    constexpr int mostDots = 20;
    int dots = 0;
    for (std::size_t dot = word.rfind('.'); dot != std::string::npos && dot > 0 && dots < mostDots; dot = word.rfind('.', dot - 1), ++dots) {
        const std::string front = word.substr(0, dot);
        if (const auto host = m_hosts.find(base::lowered(front)); host != m_hosts.end())
            return host->second + word.substr(dot);
        if (const auto user = m_users.find(front); user != m_users.end())
            return user->second + word.substr(dot);
    }
    dots = 0;
    for (std::size_t dot = word.find('.'); dot != std::string::npos && dots < mostDots; dot = word.find('.', dot + 1), ++dots)
        if (const auto host = m_hosts.find(base::lowered(word.substr(dot + 1))); host != m_hosts.end())
            return word.substr(0, dot + 1) + host->second;
    return word;
}

std::string Masks::masked(const std::string& text) const
{
    const std::string plain = withoutSecrets(text);
    std::string result;
    std::size_t done = 0;
    for (const Name& name : namesIn(plain)) {
        result += plain.substr(done, name.at - done);
        const std::string original = plain.substr(name.at, name.length);
        switch (name.kind) {
        case Name::Kind::Address: {
            const auto mask = m_addresses.find(name.canonical);
            result += mask != m_addresses.end() ? mask->second : original;
            break;
        }
        case Name::Kind::HardwareAddress: result += "[hardware address]"; break;
        case Name::Kind::Domain:
        case Name::Kind::Word: result += maskedWord(original); break;
        }
        done = name.at + name.length;
    }
    return result + plain.substr(done);
}

}
