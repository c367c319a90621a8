#include "core/discovery/appsettings.h"

#include <algorithm>
#include <array>

namespace hopscope::discovery {

namespace {
using model::Setting;

/// Folders that many apps share: a file in one of them is nobody's in particular.
bool isShared(std::string_view folder)
{
    static constexpr auto shared = std::to_array<std::string_view>({ "", "/", "/root", "/home", "/var", "/usr", "/etc",
        "/tmp", "/srv", "/opt", "/run", "/var/lib", "/var/www", "/usr/local", "/usr/share", "/var/tmp" });
    return std::find(shared.begin(), shared.end(), folder) != shared.end();
}

std::string_view folderOf(std::string_view path) { return path.substr(0, path.rfind('/')); }

/// A file in the folder, in one just above it (Laravel's public/), or a few levels below (config/database.yml).
bool isInFolder(std::string_view file, std::string_view folder)
{
    while (folder.size() > 1 && folder.ends_with('/'))
        folder.remove_suffix(1);
    if (isShared(folder))
        return false;
    const std::string_view own = folderOf(file);
    if (own == folder || (own == folderOf(folder) && !isShared(own)))
        return true;
    if (!own.starts_with(folder) || own.size() <= folder.size() || own[folder.size()] != '/')
        return false;
    const std::string_view below = own.substr(folder.size() + 1);
    return std::count(below.begin(), below.end(), '/') <= 1;
}

bool isOfContainer(const HostIndex& host, const model::Process& process, const std::string& name)
{
    if (process.container == name)
        return true;
    return std::any_of(host.facts().containers.begin(), host.facts().containers.end(), [&](const model::Container& each) {
        return (each.name == name || each.id == name) && !process.container.empty()
            && (each.name == process.container || each.id.starts_with(process.container)
                || process.container.starts_with(each.id.substr(0, 64)));
    });
}
}

std::set<int> processesOf(const HostIndex& host, const model::Node& app)
{
    std::set<int> pids;
    if (app.pid > 0)
        for (const model::Process* process : host.family(app.pid))
            pids.insert(process->pid);
    for (const model::Process& process : host.facts().processes)
        if ((!app.unit.empty() && process.unit == app.unit)
            || (!app.container.empty() && isOfContainer(host, process, app.container)))
            pids.insert(process.pid);
    return pids;
}

std::vector<const Setting*> settingsOf(
    const HostIndex& host, const model::Node& app, const std::vector<std::string>& folders)
{
    const std::set<int> pids = processesOf(host, app);
    std::vector<std::string> places = folders;
    places.push_back(app.workingDirectory);
    std::set<std::string> given;
    std::vector<const Setting*> found;
    for (const Setting& setting : host.facts().settings) {
        bool isIts = false;
        switch (setting.origin) {
        case Setting::Origin::Environment:
            isIts = pids.contains(setting.pid) && given.insert(setting.key).second;
            break;
        case Setting::Origin::Unit:
            isIts = !app.unit.empty() && setting.unit == app.unit;
            break;
        case Setting::Origin::File:
            isIts = setting.pid > 0 ? pids.contains(setting.pid)
                                    : std::any_of(places.begin(), places.end(),
                                          [&](const std::string& place) { return isInFolder(setting.file, place); });
            break;
        }
        if (isIts)
            found.push_back(&setting);
    }
    return found;
}

}
