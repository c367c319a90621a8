#include "core/diagnosis/containedcommands.h"

#include "core/parse/containerlinks.h"

#include <string_view>

namespace hopscope::diagnosis {

namespace {
const model::Container* callersContainer(const faults::HopView& view)
{
    return view.callerHost && view.caller ? parse::containerNamed(*view.callerHost, view.caller->container) : nullptr;
}

bool mayAskWithoutSudo(const model::HostFacts& host)
{
    return !host.isRoot && !host.mayUseSudo && !host.containers.empty();
}

struct Rewriter {
    const model::HostFacts& host;
    bool isPodman = false;

    std::vector<std::string> operator()(const std::vector<std::string>& commands) const
    {
        std::vector<std::string> result;
        for (const std::string& command : commands)
            result.push_back(inWordsOfEngine(command));
        return result;
    }

    std::string inWordsOfEngine(std::string command) const
    {
        if (mayAskWithoutSudo(host) && command.starts_with("sudo docker "))
            command.erase(0, 5);
        const std::size_t at = command.starts_with("sudo ") ? 5 : 0;
        if (isPodman && command.compare(at, 7, "docker ") == 0)
            command.replace(at, 6, "podman");
        return command;
    }
};
}

void fitToContainers(std::vector<model::Remediation>& remedies, const faults::HopView& view)
{
    const model::HostFacts* host = view.calleeHost ? view.calleeHost : view.callerHost;
    if (!host || host->containers.empty())
        return;
    const std::string& engine = view.container ? view.container->engine : host->containers.front().engine;
    const Rewriter rewrite { *host, engine == "podman" };
    for (model::Remediation& each : remedies) {
        each.commands = rewrite(each.commands);
        each.undo = rewrite(each.undo);
        each.verify = rewrite.inWordsOfEngine(each.verify);
    }
}

std::string fileOnHost(const faults::HopView& view, const std::string& path)
{
    if (!path.starts_with('/')) // what an admin interface told, or a variable of a process
        return {};
    const model::Container* caller = callersContainer(view);
    if (!caller)
        return path;
    for (const model::Container::Mount& mount : caller->mounts)
        if (path == mount.destination || (mount.destination.size() > 1 && path.starts_with(mount.destination + "/")))
            return mount.source + path.substr(mount.destination.size());
    return {};
}

}
