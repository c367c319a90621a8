#include "core/faults/predicates/writtentarget.h"

#include "core/faults/predicates/addresses.h"
#include "core/faults/predicates/common.h"
#include "core/parse/containerlinks.h"
#include "core/parse/lines.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

namespace hopscope::faults {

namespace {
constexpr std::size_t maximumTargets = 200;

bool isOpenAt(const model::HostFacts& host, base::Port port, bool isOwnHost)
{
    return std::any_of(host.listeners.begin(), host.listeners.end(), [&](const model::Listener& each) {
        return each.kind == model::SocketKind::Tcp && each.port == port && (isOwnHost || !isLoopback(each.address));
    });
}

/// The address that the caller's host, or its own attempt at this very name, gives for a name.
std::string addressOfName(const HopView& view, const std::string& name)
{
    if (familyOf(name))
        return name;
    if (name == view.hop->declared.endpoint.host)
        return view.address();
    const auto known = view.callerHost->hostsFile.find(name);
    return known == view.callerHost->hostsFile.end() || known->second.empty() ? std::string() : known->second.front();
}

bool isWellAt(const HopView& view, const std::string& name, base::Port port)
{
    if (isLoopback(name))
        return view.caller->container.empty() && isOpenAt(*view.callerHost, port, true);
    for (const model::Container& each : view.callerHost->containers)
        if (parse::isRunning(each) && parse::isNamed(each, name) && !parse::listenersInside(*view.callerHost, each, port).empty())
            return true;
    const std::string address = addressOfName(view, name);
    for (const auto& [id, host] : view.facts->hosts) {
        const bool isNamed = id.value() == name
            || (!address.empty() && std::any_of(host.addresses.begin(), host.addresses.end(), [&](const std::string& each) { return isSameAddress(each, address); }));
        if (isNamed && isOpenAt(host, port, &host == view.callerHost))
            return true;
    }
    return false;
}

/// Quoted as a JSON answer has it, or behind a scheme.
bool isInAnswers(const std::vector<const model::ConfigFile*>& answers, const std::string& target, base::Port port)
{
    const std::string socket = "\"port_value\": " + std::to_string(port);
    return std::any_of(answers.begin(), answers.end(), [&](const model::ConfigFile* each) {
        return mentions(each->text, target) || each->text.find(socket) != std::string::npos;
    });
}
}

std::optional<WrittenTarget> writtenTarget(const HopView& view, const model::SoftwareConfig& config)
{
    if (!view.callerHost || !view.caller)
        return std::nullopt;
    std::vector<const model::ConfigFile*> answers;
    for (const model::ConfigFile& file : config.files)
        if (isOfRunning(file.path))
            answers.push_back(&file);
    if (answers.empty())
        return std::nullopt;
    static const re2::RE2 pattern(R"re((?:^|[\s"'/=\[])([A-Za-z0-9][A-Za-z0-9_.-]*):([0-9]{2,5})(?:[\s"'/,\]]|$))re");
    std::set<std::string> seen;
    for (const model::ConfigFile& file : config.files) {
        if (!file.path.starts_with('/'))
            continue;
        for (const parse::Line& each : parse::linesOf(file.text)) {
            if (seen.size() >= maximumTargets)
                return std::nullopt;
            const std::string_view line = each.text.substr(0, each.text.find('#'));
            re2::StringPiece words(line.data(), line.size());
            std::string name;
            int port = 0;
            while (re2::RE2::FindAndConsume(&words, pattern, &name, &port)) {
                const std::string target = name + ":" + std::to_string(port);
                if (port > 65535 || !seen.insert(target).second || isInAnswers(answers, target, static_cast<base::Port>(port))
                    || !isWellAt(view, name, static_cast<base::Port>(port)))
                    continue;
                return WrittenTarget { target, { file.path, each.number }, file.source };
            }
        }
    }
    return std::nullopt;
}

}
