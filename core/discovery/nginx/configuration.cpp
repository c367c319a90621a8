#include "core/discovery/nginx/configuration.h"

namespace hopscope::discovery::nginx {

Configuration::Configuration(const model::SoftwareConfig& config)
    : m_source(parse::loadNginxConfig(config.files, config.mainFile))
    , m_root(m_source.directives)
    , m_servers(serversOf(m_root))
    , m_definitions(definitionsOf(m_root))
    , m_workerUser(m_root.value("user", "nobody"))
    , m_warnings(m_source.warnings)
{
    readUpstreams(m_root, false);
    for (const std::unique_ptr<Scope>& child : m_root.children())
        if (child->name() == "http" || child->name() == "stream")
            readUpstreams(*child, child->name() == "stream");
}

void Configuration::readUpstreams(const Scope& scope, bool isStream)
{
    for (const std::unique_ptr<Scope>& child : scope.children()) {
        if (child->name() != "upstream")
            continue;
        Upstream upstream = parseUpstream(*child);
        const model::FilePlace place = m_source.place(*child->opening());
        if (upstream.servers.empty())
            m_warnings.push_back({ place, "no server is inside upstream \"" + upstream.name + "\"" });
        const auto [known, isNew] = m_upstreams.emplace(std::pair(upstream.name, isStream), std::move(upstream));
        if (!isNew)
            m_warnings.push_back({ place, "upstream \"" + known->first.first + "\" is there twice; nginx refuses that" });
    }
}

const Upstream* Configuration::upstream(const std::string& name, bool isStream) const
{
    const auto found = m_upstreams.find({ name, isStream });
    return found == m_upstreams.end() ? nullptr : &found->second;
}

}
