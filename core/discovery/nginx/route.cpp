#include "core/discovery/nginx/route.h"

#include "core/discovery/nginx/flow.h"
#include "core/discovery/nginx/location.h"
#include "core/discovery/nginx/pass.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace hopscope::discovery::nginx {

namespace {
/// Gathers targets, each once; what is on path comes first and stays.
class Gathering {
public:
    void add(std::vector<ProxyTarget> targets)
    {
        for (ProxyTarget& target : targets) {
            const model::Declared& declared = target.declared;
            const auto key = std::tuple(target.from.address, target.from.port, target.from.path,
                declared.endpoint.text(), declared.place.file, declared.place.line);
            if (m_known.insert(key).second)
                m_targets.push_back(std::move(target));
        }
    }

    std::vector<ProxyTarget> take() { return std::move(m_targets); }

private:
    std::set<std::tuple<std::string, base::Port, std::string, std::string, std::string, int>> m_known;
    std::vector<ProxyTarget> m_targets;
};

/// All that `set` may give a variable anywhere in this block, conditions aside.
void gatherSets(const Scope& scope, State& state, int depth)
{
    constexpr int maximumDepth = 64;
    if (depth > maximumDepth)
        return;
    for (const parse::NginxDirective& directive : scope.directives()) {
        if (directive.name == "set" && directive.arguments.size() == 2 && directive.arguments[0].starts_with('$')) {
            Expansion& variable = state.variables[directive.arguments[0].substr(1)];
            variable.certainty = Certainty::Likely;
            for (const std::string& value : expand(state, directive.arguments[1]).values)
                variable.add(value);
        } else if (directive.name == "if") {
            if (const Scope* inner = scope.child(directive))
                gatherSets(*inner, state, depth + 1);
        }
    }
}

void gatherPasses(const Configuration& configuration, const Scope& scope, State state, ProxyRoute& route, Gathering& gathering)
{
    gatherSets(scope, state, 0);
    state.scope = &scope;
    if (const parse::NginxDirective* pass = passOf(scope);
        pass && scope.child(*pass) == nullptr && !scope.own(pass->name).empty()) {
        PassResult found = targetsOf(configuration, state, *pass);
        gathering.add(std::move(found.targets));
        route.warnings.insert(route.warnings.end(), found.warnings.begin(), found.warnings.end());
    }
    for (const std::unique_ptr<Scope>& child : scope.children())
        if (child->name() == "location" || child->name() == "if" || child->name() == "limit_except")
            gatherPasses(configuration, *child, state, route, gathering);
}

/// Whether nginx ignores this server: an earlier one has each of its names at each of its sockets already ("conflicting
/// server name … ignored"), as a backup copy in the same folder has.
bool isShadowed(const Configuration& configuration, const Server& server)
{
    if (server.isStream || server.names.empty() || server.listens.empty())
        return false;
    const auto isTaken = [&](const std::string& name, const Listen& listen) {
        for (const Server& earlier : configuration.servers()) {
            if (&earlier == &server)
                return false;
            const bool hasName = std::find(earlier.names.begin(), earlier.names.end(), name) != earlier.names.end();
            const bool hasSocket = std::any_of(earlier.listens.begin(), earlier.listens.end(),
                [&](const Listen& each) { return each.address == listen.address && each.port == listen.port && each.path == listen.path; });
            if (!earlier.isStream && hasName && hasSocket)
                return true;
        }
        return false;
    };
    return std::all_of(server.listens.begin(), server.listens.end(), [&](const Listen& listen) {
        return !listen.isDefault
            && std::all_of(server.names.begin(), server.names.end(), [&](const std::string& name) { return isTaken(name, listen); });
    });
}

void gatherAll(const Configuration& configuration, const ProxyListener* preferred, ProxyRoute& route, Gathering& gathering)
{
    for (const Server& server : configuration.servers()) {
        if (isShadowed(configuration, server))
            continue;
        Request request;
        State state;
        if (!server.names.empty())
            request.setHost(server.names.front());
        for (const Listen& listen : server.listens)
            if (!state.listen || (preferred && listen.listener(preferred->port) == *preferred))
                state.listen = &listen;
        const ProxyListener from
            = state.listen ? state.listen->listener(preferred ? preferred->port : state.listen->port) : ProxyListener();
        request.port = from.port;
        request.isTls = from.isTls;
        request.socket = from.path;
        state.request = &request;
        state.definitions = &configuration.definitions();
        state.server = &server;
        state.path = "/";
        state.isOnPath = false;
        state.isAnyRequest = true;
        gatherPasses(configuration, *server.scope, state, route, gathering);
    }
}

/// Whether some site at this port is for a name of its own; "_" and the like stand for none.
bool hasNamedSite(const Configuration& configuration, base::Port port)
{
    return std::any_of(configuration.servers().begin(), configuration.servers().end(), [&](const Server& server) {
        const bool isHere = std::any_of(
            server.listens.begin(), server.listens.end(), [&](const Listen& each) { return each.hasPort(port); });
        return isHere && std::any_of(server.names.begin(), server.names.end(), [](const std::string& name) {
            return name.find('.') != std::string::npos && !name.starts_with('~');
        });
    });
}

/// A stream server takes what its socket takes.
void followStream(const Configuration& configuration, State state, ProxyRoute& route, Gathering& gathering)
{
    const Scope::Directives passes = state.server->scope->own("proxy_pass");
    if (passes.empty() || passes.back()->arguments.empty()) {
        route.note = "a stream server that passes nothing on";
        return;
    }
    state.scope = state.server->scope;
    PassResult found = targetsOf(configuration, state, *passes.back());
    gathering.add(std::move(found.targets));
    route.warnings.insert(route.warnings.end(), found.warnings.begin(), found.warnings.end());
}
}

ProxyRoute routeRequest(const Configuration& configuration, const Request& request, const model::HostFacts* host)
{
    ProxyRoute route;
    const ServerChoice choice = chooseServer(configuration.servers(), request);
    route.match = choice.match;
    Gathering gathering;
    if (choice.server) {
        route.listener = choice.listen->listener(request.port);
        route.isUnknownName = choice.match == NameMatch::Default && hasNamedSite(configuration, request.port);
        State state;
        state.request = &request;
        state.definitions = &configuration.definitions();
        state.host = host;
        state.server = choice.server;
        state.listen = choice.listen;
        state.scope = choice.server->scope;
        state.path = normalizedPath(request.path, choice.server->scope->value("merge_slashes", "on") == "on");
        state.query = request.query;
        if (!choice.regexName.empty())
            if (const auto match = Pattern(std::string_view(choice.regexName).substr(1), true).match(request.host))
                state.capture(*match);
        if (choice.server->isStream) {
            followStream(configuration, state, route, gathering);
        } else {
            FlowResult flow = followRequest(configuration, std::move(state));
            gathering.add(std::move(flow.targets));
            route.note = std::move(flow.note);
            route.ownAnswers = std::move(flow.ownAnswers);
            route.warnings = std::move(flow.warnings);
        }
    }
    ProxyRoute others;
    gatherAll(configuration, choice.server ? &route.listener : nullptr, others, gathering);
    route.targets = gathering.take();
    return route;
}

ProxyRoute routeAll(const Configuration& configuration)
{
    ProxyRoute route;
    Gathering gathering;
    gatherAll(configuration, nullptr, route, gathering);
    route.targets = gathering.take();
    return route;
}

}
