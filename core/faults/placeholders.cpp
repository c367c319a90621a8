#include "core/faults/placeholders.h"

#include <algorithm>
#include <array>
#include <functional>

namespace hopscope::faults {
namespace {

    constexpr std::array names = { "actualAddress", "actualPort", "actualSocket", "address", "backend", "blockedHost", "callerAddress",
        "callerHost", "callerSoftware", "callerUnit", "callerUser", "chain", "command", "container", "containerPort", "dropIn", "file",
        "firewall", "flag", "folder", "host", "hostPort", "line", "maskedUnit", "module", "mount", "name", "namespace", "network", "path", "pid",
        "pod", "pool", "port", "process", "project", "resolver", "restriction", "restrictionName", "rule", "server", "serverName", "service",
        "setting", "socket", "software", "status", "stoppedPid", "table", "timeout", "unit", "url", "user", "workers", "workload" };

    bool isWord(std::string_view text)
    {
        return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        });
    }

    struct Placeholder {
        std::string_view name;
        std::optional<std::string_view> fallback;
    };

    using OnText = std::function<void(std::string_view)>;
    using OnPlaceholder = std::function<void(const Placeholder&)>;

    void visit(std::string_view text, const OnText& onText, const OnPlaceholder& onPlaceholder)
    {
        std::size_t from = 0;
        for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
            const std::size_t close = text.find('}', open);
            if (close == std::string_view::npos)
                break;
            const std::string_view inside = text.substr(open + 1, close - open - 1);
            const std::size_t bar = inside.find('|');
            const std::string_view name = inside.substr(0, bar);
            if (!isWord(name) || (open > 0 && (text[open - 1] == '$' || text[open - 1] == '%')))
                continue;
            onText(text.substr(from, open - from));
            Placeholder placeholder { name, std::nullopt };
            if (bar != std::string_view::npos)
                placeholder.fallback = inside.substr(bar + 1);
            onPlaceholder(placeholder);
            from = close + 1;
            open = close;
        }
        onText(text.substr(from));
    }

    bool isUsable(const std::string& value)
    {
        return !value.empty() && value.front() != '-' && std::none_of(value.begin(), value.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte < 0x20 || byte == 0x7f;
        });
    }

}

bool isPlaceholderName(std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string unknownPlaceholder(std::string_view text)
{
    std::string unknown;
    visit(text, [](std::string_view) {}, [&](const Placeholder& placeholder) {
        if (unknown.empty() && !isPlaceholderName(placeholder.name))
            unknown = placeholder.name;
    });
    return unknown;
}

bool hasPlaceholder(std::string_view text)
{
    bool has = false;
    visit(text, [](std::string_view) {}, [&](const Placeholder&) { has = true; });
    return has;
}

PlaceholderValues usableValues(const PlaceholderValues& values)
{
    PlaceholderValues usable;
    for (const auto& [name, value] : values) {
        if (isUsable(value))
            usable[name] = value;
    }
    const auto address = usable.find("address");
    const auto port = usable.find("port");
    if (address != usable.end() && port != usable.end() && !usable.contains("hostPort")) {
        std::string host = address->second;
        if (host.find(':') != std::string::npos && host.front() != '[')
            host = "[" + host + "]";
        usable["hostPort"] = host + ":" + port->second;
    }
    return usable;
}

std::optional<std::string> filled(std::string_view text, const PlaceholderValues& usable)
{
    std::string result;
    bool isComplete = true;
    visit(text, [&](std::string_view plain) { result += plain; }, [&](const Placeholder& placeholder) {
        if (const auto value = usable.find(std::string(placeholder.name)); value != usable.end())
            result += value->second;
        else if (placeholder.fallback)
            result += *placeholder.fallback;
        else
            isComplete = false;
    });
    if (!isComplete)
        return std::nullopt;
    return result;
}

std::string filledProse(std::string_view text, const PlaceholderValues& usable)
{
    std::string result;
    visit(text, [&](std::string_view plain) { result += plain; }, [&](const Placeholder& placeholder) {
        if (const auto value = usable.find(std::string(placeholder.name)); value != usable.end())
            result += value->second;
        else if (placeholder.fallback)
            result += *placeholder.fallback;
        else
            result += "the " + std::string(placeholder.name);
    });
    return result;
}

}
