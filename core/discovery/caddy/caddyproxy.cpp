#include "core/discovery/caddy/caddyconfig.h"

#include "core/discovery/routing/walk.h"

#include <algorithm>
#include <map>
#include <set>

namespace hopscope::discovery::caddy {

namespace {
using routing::Configuration;

const model::ConfigFile* fileNamed(const model::SoftwareConfig& config, const std::string& path)
{
    for (const model::ConfigFile& file : config.files)
        if (file.path == path)
            return &file;
    return nullptr;
}

/// Where the Caddyfile declares each target, in its order.
std::multimap<std::string, model::FilePlace> placesOf(const Configuration& configuration)
{
    std::multimap<std::string, model::FilePlace> places;
    for (const routing::Server& server : configuration.servers)
        for (const ProxyListener& listener : server.listeners)
            for (const ProxyTarget& target : routing::targetsOf(server, listener))
                places.emplace(std::to_string(listener.port) + listener.path + ">" + target.declared.endpoint.text(), target.declared.place);
    return places;
}

bool isJson(const model::ConfigFile& file)
{
    const std::size_t start = file.text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (file.path.ends_with(".json"))
        return true;
    // A Caddyfile may begin with "{" too, but no key of it is quoted.
    return start != std::string::npos && file.text[start] == '{'
        && file.text.find_first_not_of(" \t\r\n", start + 1) != std::string::npos
        && file.text[file.text.find_first_not_of(" \t\r\n", start + 1)] == '"';
}

Configuration read(const model::SoftwareConfig& config)
{
    const model::ConfigFile* main = fileNamed(config, config.mainFile);
    const auto admin = std::find_if(config.files.begin(), config.files.end(),
        [](const model::ConfigFile& file) { return file.path == adminConfig; });
    Configuration written;
    if (main)
        written = isJson(*main) ? fromJson(*main) : fromCaddyfile(config.files, config.mainFile);
    if (admin == config.files.end())
        return written;
    Configuration running = fromJson(*admin);
    running.warnings = written.warnings;
    if (!main)
        return running;
    const auto places = placesOf(written);
    std::set<std::string> missing; // targets that run but stand in no file any more
    for (routing::Server& server : running.servers) {
        const ProxyListener listener = server.listeners.empty() ? ProxyListener() : server.listeners.front();
        routing::relocate(server, [&](model::Declared& declared) {
            const std::string target = ">" + declared.endpoint.text();
            auto found = places.find(std::to_string(listener.port) + listener.path + target);
            if (found == places.end())
                found = std::find_if(places.begin(), places.end(), [&](const auto& each) { return each.first.ends_with(target); });
            if (found != places.end())
                declared.place = found->second;
            else
                missing.insert(declared.endpoint.text());
        });
    }
    for (const std::string& target : missing)
        running.warnings.push_back({ { config.mainFile, 0 }, "Caddy runs with the target " + target
            + ", which its file does not have (any more): the file was edited and not reloaded, or Caddy is configured by its API" });
    return running;
}
}

Configuration configurationOf(const model::SoftwareConfig& config)
{
    Configuration result = read(config);
    result.software = "caddy";
    return result;
}

}
