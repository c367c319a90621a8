#include "core/discovery/apache/flow.h"
#include "core/discovery/apache/layers.h"
#include "core/discovery/apache/rewrite.h"
#include "core/discovery/apache/worker.h"

namespace hopscope::discovery::apache {

namespace {
/// All that a block and those in it pass on.
class EveryTarget {
public:
    EveryTarget(const Configuration& configuration, const Server& server, const ProxyListener& from)
        : m_server(server)
        , m_from(from)
    {
        m_state.configuration = &configuration;
        m_state.server = &server;
        m_state.path = "/";
        m_state.isTls = from.isTls;
        m_state.request.port = from.port;
        if (!server.name.empty())
            m_state.request.setHost(server.name);
    }

    FlowResult run()
    {
        Layers layers;
        if (m_server.main)
            layers.add(m_server.main);
        layers.add(m_server.own);
        walk(*m_server.own, layers, 0);
        return std::move(m_result);
    }

private:
    void walk(const Block& block, const Layers& layers, int depth)
    {
        constexpr int maximumDepth = 64;
        for (const parse::ApacheDirective& each : block) {
            if (each.isSection) {
                if (each.name == "virtualhost" || each.name == "proxy" || depth > maximumDepth)
                    continue;
                Layers inner = layers;
                inner.add(&each.block);
                walk(each.block, inner, depth + 1);
                continue;
            }
            const std::string url = urlOf(each, depth);
            if (url.empty() || url == "!")
                continue;
            Pass what;
            what.directive = &each;
            what.url = url;
            what.parameters = each.name.starts_with("proxypass") ? parametersOf(each.arguments, 1) : std::vector<std::string>();
            PassResult found = targetsOf(m_state, layers, m_from, what);
            std::move(found.targets.begin(), found.targets.end(), std::back_inserter(m_result.targets));
            m_result.warnings.insert(m_result.warnings.end(), found.warnings.begin(), found.warnings.end());
        }
    }

    static std::string urlOf(const parse::ApacheDirective& each, int depth)
    {
        const std::vector<std::string>& words = each.arguments;
        if (each.name == "proxypass" || each.name == "proxypassmatch") {
            const bool hasPath = words.size() > 1 && words[1].find('=') == std::string::npos;
            if (depth > 0 && !words.empty() && (!hasPath || words.front().find("://") != std::string::npos))
                return words.front();
            return words.size() > 1 ? words[1] : std::string();
        }
        if (each.name == "rewriterule")
            return proxiedUrl(each);
        if ((each.name == "sethandler" || each.name == "addhandler") && !words.empty())
            return proxyHandler(words.front());
        return {};
    }

    const Server& m_server;
    ProxyListener m_from;
    State m_state;
    FlowResult m_result;
};
}

FlowResult everyTarget(const Configuration& configuration, const Server& server, const ProxyListener& from)
{
    return EveryTarget(configuration, server, from).run();
}

}
