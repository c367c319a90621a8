#include "core/discovery/gunicornfile.h"

#include "core/discovery/address.h"
#include "core/discovery/commandline.h"
#include "core/discovery/software.h"

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
}

std::optional<GunicornBind> gunicornBind(const model::HostFacts& host, const model::Unit& unit)
{
    if (softwareOf(unit).id != "gunicorn")
        return {};
    Arguments words = argumentWords(unit.execStart);
    for (const Setting& each : host.settings)
        if (each.origin == Setting::Origin::Unit && each.unit == unit.name && each.key == "GUNICORN_CMD_ARGS")
            for (std::string& word : argumentWords(each.value))
                words.push_back(std::move(word));
    if (const auto given = optionOf(words, { "-b", "--bind" }))
        return GunicornBind { parseAddress(*given, gunicornPort).endpoint, nullptr };
    const std::string path = fileOf(unit, optionOf(words, { "-c", "--config" }));
    const Setting* said = nullptr;
    for (const Setting& each : host.settings) {
        if (each.origin != Setting::Origin::File || path.empty() || each.file != path)
            continue;
        if (each.key == "bind")
            said = &each;
        else if (each.key == "computed.bind")
            said = nullptr;
    }
    if (!said || said->value.find(',') != std::string::npos || said->value.starts_with("fd:"))
        return {};
    return GunicornBind { parseAddress(said->value, gunicornPort).endpoint, said };
}

}
