#include "core/discovery/gunicornfile.h"

#include "core/discovery/address.h"
#include "core/discovery/commandline.h"
#include "core/discovery/software.h"
#include "core/parse/lines.h"

namespace hopscope::discovery {

namespace {
using model::Setting;

constexpr base::Port gunicornPort = 8000;

/// gunicorn looks into the folder that it is started in.
std::string fileOf(const model::Unit& unit, const std::optional<std::string>& given)
{
    std::string path = given.value_or("gunicorn.conf.py");
    if (path.starts_with("file:"))
        path.erase(0, 5);
    while (path.starts_with("./"))
        path.erase(0, 2);
    if (path.empty() || path.starts_with("python:") || (!path.starts_with('/') && unit.workingDirectory.empty()))
        return {};
    if (path.starts_with('/'))
        return path;
    return unit.workingDirectory + (unit.workingDirectory.ends_with('/') ? "" : "/") + path;
}

void addBinds(std::string_view value, const Setting* setting, std::vector<GunicornBind>& into)
{
    while (!value.empty()) {
        const std::string_view one = parse::trimmed(parse::takeUntil(value, ","));
        if (!one.empty() && !one.starts_with("fd:"))
            into.push_back({ parseAddress(one, gunicornPort).endpoint, setting });
    }
}

void addOptions(const Arguments& words, const Setting* setting, std::vector<GunicornBind>& into)
{
    for (const std::string& each : optionsOf(words, { "-b", "--bind" }))
        addBinds(each, setting, into);
}
}

std::vector<GunicornBind> gunicornBinds(const model::HostFacts& host, const model::Unit& unit)
{
    std::vector<GunicornBind> found;
    if (softwareOf(unit).id != "gunicorn")
        return found;
    Arguments words = argumentWords(unit.execStart);
    addOptions(words, nullptr, found);
    for (const Setting& each : host.settings) {
        if (each.origin != Setting::Origin::Unit || each.unit != unit.name || each.key != "GUNICORN_CMD_ARGS")
            continue;
        Arguments given { "gunicorn" };
        for (std::string& word : argumentWords(each.value))
            given.push_back(std::move(word));
        if (found.empty())
            addOptions(given, &each, found);
        words.insert(words.end(), given.begin() + 1, given.end());
    }
    const std::string path = fileOf(unit, optionOf(words, { "-c", "--config" }));
    if (!found.empty() || path.empty())
        return found;
    int line = 0;
    for (const Setting& each : host.settings) {
        if (each.origin != Setting::Origin::File || each.file != path || (each.key != "bind" && each.key != "computed.bind"))
            continue;
        // A later line replaces what stands before it; a list's items stand on one.
        if (each.line != line || each.key != "bind")
            found.clear();
        line = each.line;
        if (each.key == "bind")
            addBinds(each.value, &each, found);
    }
    return found;
}

}
