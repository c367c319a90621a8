#include "core/discovery/caddy/caddyconfig.h"

#include "core/discovery/routing/walk.h"

#include <algorithm>
#include <map>
#include <set>

namespace hopscope::discovery::caddy {

namespace {
using routing::Configuration;
using routing::Rules;

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

/// The same rules with the places that the Caddyfile has; what it does not have keeps its own.
class Relocation {
public:
    explicit Relocation(const std::multimap<std::string, model::FilePlace>& places)
        : m_places(places)
    {
    }

    Rules rules(const Rules& old, const ProxyListener& listener, int depth)
    {
        Rules all = old;
        if (depth > 40)
            return all;
        for (routing::Rule& rule : all)
            for (routing::Step& step : rule.steps) {
                if (auto* pass = std::get_if<routing::Pass>(&step)) {
                    for (routing::Upstream& upstream : pass->upstreams)
                        relocate(upstream.declared, listener);
                } else if (auto* nested = std::get_if<routing::Nested>(&step); nested && nested->rules) {
                    nested->rules = std::make_shared<const Rules>(rules(*nested->rules, listener, depth + 1));
                }
            }
        return all;
    }

    /// Targets that run but stand in no file any more.
    const std::set<std::string>& missing() const { return m_missing; }

private:
    void relocate(model::Declared& declared, const ProxyListener& listener)
    {
        const std::string target = declared.endpoint.text();
        const auto found = m_places.find(std::to_string(listener.port) + listener.path + ">" + target);
        if (found != m_places.end()) {
            declared.place = found->second;
            return;
        }
        const auto elsewhere = std::find_if(m_places.begin(), m_places.end(),
            [&](const auto& each) { return each.first.ends_with(">" + target); });
        if (elsewhere != m_places.end())
            declared.place = elsewhere->second;
        else
            m_missing.insert(target);
    }

    const std::multimap<std::string, model::FilePlace>& m_places;
    std::set<std::string> m_missing;
};

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
        [](const model::ConfigFile& file) { return file.path.starts_with(adminPrefix); });
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
    Relocation relocation(places);
    for (routing::Server& server : running.servers)
        if (!server.listeners.empty()) {
            server.rules = relocation.rules(server.rules, server.listeners.front(), 0);
            server.otherRules = relocation.rules(server.otherRules, server.listeners.front(), 0);
        }
    for (const std::string& target : relocation.missing())
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
