#include "core/discovery/routing/routedproxy.h"

#include "core/discovery/hostindex.h"
#include "core/discovery/routing/walk.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace hopscope::discovery::routing {

namespace {
bool isAny(const std::string& address) { return address.empty() || address == "0.0.0.0" || address == "::" || address == "*"; }

/// 0: it does not take this connection; 1: as one of every address; 2: as this very one.
int takes(const ProxyListener& listener, const Request& request)
{
    if (!request.socket.empty())
        return listener.path == request.socket ? 2 : 0;
    if (!listener.path.empty() || listener.port != request.port)
        return 0;
    if (isAny(listener.address) || request.address.empty())
        return 1;
    const std::string plain = plainAddress(listener.address);
    if (plain == request.address)
        return 2;
    return (plain == "localhost" && isThisHost(request.address)) ? 2 : 0;
}

/// Gathers targets, each once; what is on path comes first and stays.
class Gathering {
public:
    void add(std::vector<ProxyTarget> targets)
    {
        for (ProxyTarget& target : targets) {
            const model::Declared& declared = target.declared;
            const auto key = std::tuple(target.from.address, target.from.port, target.from.path, declared.endpoint.text(),
                declared.place.file, declared.place.line);
            if (m_known.insert(key).second)
                m_targets.push_back(std::move(target));
        }
    }
    std::vector<ProxyTarget> take() { return std::move(m_targets); }

private:
    std::set<std::tuple<std::string, base::Port, std::string, std::string, std::string, int>> m_known;
    std::vector<ProxyTarget> m_targets;
};
}

RoutedProxy::Choice RoutedProxy::chosen(const Request& request) const
{
    Choice best;
    std::tuple<int, std::size_t, int> bestRank { 0, 0, 0 };
    for (const Server& server : m_configuration.servers)
        for (const ProxyListener& listener : server.listeners) {
            const int taken = takes(listener, request);
            if (taken == 0)
                continue;
            // A chain for this very server name comes before one for a wildcard, and that before one for all.
            std::size_t named = 1;
            for (const std::string& name : server.serverNames)
                if (matchesName(name, request.serverName, false))
                    named = std::max(named, 1 + name.size() + (name.find('*') == std::string::npos ? 10'000 : 0));
            if (named == 1 && !server.serverNames.empty())
                continue;
            NameMatch match = NameMatch::Default;
            for (const Rule& rule : server.rules)
                match = std::max(match, hostMatch(rule.condition, request));
            const std::tuple<int, std::size_t, int> rank { taken, named, static_cast<int>(match) };
            if (rank > bestRank) {
                bestRank = rank;
                best = { &server, listener, match };
            }
        }
    return best;
}

ProxyRoute RoutedProxy::choose(const Request& request) const
{
    const Choice choice = chosen(request);
    ProxyRoute route;
    route.match = choice.match;
    route.listener = choice.listener;
    return route;
}

ProxyRoute RoutedProxy::route(const Request& request, const model::HostFacts* host) const
{
    const Choice choice = chosen(request);
    ProxyRoute route;
    route.match = choice.match;
    route.listener = choice.listener;
    Gathering gathering;
    if (choice.server) {
        State state;
        state.request = request;
        state.originalPath = request.path;
        state.originalQuery = request.query;
        state.host = host;
        Walk way = walk(*choice.server, choice.listener, std::move(state));
        route.note = std::move(way.note);
        route.isUnknownName = !way.isTaken && way.targets.empty();
        gathering.add(std::move(way.targets));
    }
    gathering.add(routeAll().targets);
    route.targets = gathering.take();
    if (host)
        for (ProxyTarget& target : route.targets)
            for (const model::ServerReport& report : host->serverReports)
                if (!target.reported && report.software == m_configuration.software
                    && (report.address == target.declared.endpoint.text() || report.server == target.declared.endpoint.text())
                    && (report.group.empty() || target.declared.name.empty() || report.group == target.declared.name))
                    target.reported = report;
    return route;
}

ProxyRoute RoutedProxy::routeAll() const
{
    ProxyRoute route;
    Gathering gathering;
    for (const Server& server : m_configuration.servers)
        for (const ProxyListener& listener : server.listeners)
            gathering.add(targetsOf(server, listener));
    route.targets = gathering.take();
    return route;
}

std::vector<ProxyListener> RoutedProxy::listeners() const
{
    std::vector<ProxyListener> all;
    for (const Server& server : m_configuration.servers)
        for (const ProxyListener& listener : server.listeners)
            if (listener != ProxyListener() && std::find(all.begin(), all.end(), listener) == all.end())
                all.push_back(listener);
    return all;
}

}
