#include "core/discovery/containersoftware.h"

#include "core/discovery/image.h"
#include "core/parse/containerlinks.h"

#include <algorithm>
#include <array>

namespace hopscope::discovery {

namespace {
using model::NodeKind;

/// What starts others says nothing; what it started does.
bool isInit(const model::Process& process)
{
    constexpr auto names = std::to_array<std::string_view>(
        { "tini", "dumb-init", "docker-init", "s6-svscan", "sh", "bash", "ash", "sleep", "conmon", "catatonit" });
    return std::find(names.begin(), names.end(), process.name) != names.end();
}
}

Software softwareOf(const model::Container& container, const model::HostFacts& host)
{
    for (const model::Process& process : host.processes)
        if (process.container == container.id && !container.id.empty() && !isInit(process))
            if (const Software software = softwareOf(process); software.id != "unknown")
                return software;
    if (const Software byImage = softwareOfImage(container.image); byImage.id != "unknown" && byImage.kind != NodeKind::App)
        return byImage;
    model::Process shape;
    shape.commandLine = container.command;
    // "docker-entrypoint.sh node server.js"
    if (const std::size_t space = shape.commandLine.find(' ');
        space != std::string::npos && shape.commandLine.substr(0, space).find("entrypoint") != std::string::npos)
        shape.commandLine.erase(0, space + 1);
    if (const Software byCommand = softwareOf(shape); byCommand.id != "unknown")
        return byCommand;
    return softwareOfImage(container.image);
}

std::string hostFolderOf(const model::Container& container)
{
    const std::string& inside = container.workingDirectory;
    for (const model::Container::Mount& mount : container.mounts)
        if (mount.destination.size() > 1 && (inside == mount.destination || inside.starts_with(mount.destination + "/")))
            return mount.source + inside.substr(mount.destination.size());
    return {};
}

const model::Container* unpublishedOwner(const model::HostFacts& host, base::Port port)
{
    const auto only = [&](auto&& fits) -> const model::Container* {
        const model::Container* found = nullptr;
        for (const model::Container& each : host.containers) {
            const bool isPublished = std::any_of(each.ports.begin(), each.ports.end(),
                [&](const model::Container::PublishedPort& published) { return published.containerPort == port; });
            if (!parse::isRunning(each) || isPublished || !fits(each))
                continue;
            if (found)
                return nullptr;
            found = &each;
        }
        return found;
    };
    if (const model::Container* listens
        = only([&](const model::Container& each) { return !parse::listenersInside(host, each, port).empty(); }))
        return listens;
    return only([&](const model::Container& each) {
        return std::find(each.exposed.begin(), each.exposed.end(), port) != each.exposed.end();
    });
}

}
