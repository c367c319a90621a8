#include "core/discovery/chain.h"

#include "core/discovery/appruntime.h"
#include "core/discovery/dependency.h"
#include "core/discovery/proxyload.h"
#include "core/parse/configdump.h"

#include <charconv>
#include <algorithm>

namespace hopscope::discovery {

namespace {
constexpr int maximumDepth = 16;
constexpr std::size_t maximumNodes = 2000;

using model::Hop;
using model::Node;
using model::NodeKind;
using model::Protocol;

/// What an app's unit waits for at boot: "starts after postgresql.service". Databases and caches only.
std::string startOrder(const HostIndex& host, const Node& node)
{
    const model::Unit* unit = node.kind == NodeKind::App && !node.unit.empty() ? host.unit(node.unit) : nullptr;
    std::string names;
    for (const std::string& name : unit ? unit->after : std::vector<std::string>())
        if (const model::Unit* earlier = host.unit(name)) {
            const NodeKind kind = softwareOf(*earlier).kind;
            if (kind == NodeKind::Database || kind == NodeKind::Cache)
                names += (names.empty() ? "starts after " : " and ") + name;
        }
    return names;
}
}

Chain::Chain(const Fleet& fleet)
    : m_fleet(fleet)
    , m_nodes(fleet)
    , m_sites(fleet)
{
    for (const FleetProxy& proxy : fleet.proxies())
        for (model::ConfigWarning& warning : proxy.proxy->warnings())
            m_result.warnings.push_back(std::move(warning));
}

Discovered Chain::take()
{
    m_result.topology.nodes = m_nodes.take();
    return std::move(m_result);
}

/// The first one of an id stays: what is on path comes before what is not.
void Chain::addHop(Hop hop)
{
    hop.id = base::HopId(hop.from.value() + ">" + hop.to.value());
    const auto [found, isNew] = m_hops.emplace(hop.id.value(), m_result.topology.hops.size());
    if (isNew)
        m_result.topology.hops.push_back(std::move(hop));
    else if (hop.isOnPath && !m_result.topology.hops[found->second].isOnPath)
        m_result.topology.hops[found->second] = std::move(hop);
}

const FleetProxy* Chain::proxyAt(const Destination& destination, const Request& request, ProxyListener& listener) const
{
    const HostIndex* host = destination.host ? m_fleet.host(*destination.host) : nullptr;
    if (!host)
        return nullptr;
    const FleetProxy* best = nullptr;
    NameMatch bestMatch = NameMatch::NoListener;
    for (const FleetProxy& each : m_fleet.proxies()) {
        const std::string within = destination.container ? destination.container->name : std::string();
        if (each.host != *destination.host || each.config->container != within)
            continue;
        if (!destination.accepting.empty() && !destination.container) {
            const Software software = host->ownerOf(*destination.accepting.front()).software;
            if (software.id != each.config->software && software.id != "unknown")
                continue; // another program holds the port
        }
        Request arriving = request;
        arriving.address = destination.address;
        if (destination.container)
            arriving.port = destination.containerPort;
        const ProxyRoute route = each.proxy->choose(arriving);
        if (route.match > bestMatch) {
            best = &each;
            bestMatch = route.match;
            listener = route.listener;
        }
    }
    return best;
}

/// Whom the proxy's processes run as; masters that are root aside where others are there.
const std::vector<std::string>& Chain::workerUsers(const FleetProxy& proxy)
{
    const auto [found, isNew] = m_workerUsers.try_emplace({ proxy.host.value(), proxy.config->software });
    if (const HostIndex* host = m_fleet.host(proxy.host); isNew && host) {
        for (const model::Process& process : host->facts().processes)
            if (process.user != "root" && softwareOf(process).id == proxy.config->software)
                found->second.push_back(process.user);
    }
    return found->second;
}

/// The workers' user as they run now; the configuration's where they can't be seen.
std::string Chain::callerUser(const FleetProxy& proxy, const std::string& declared)
{
    if (!proxy.config->container.empty())
        return declared; // the host's names for its user ids are not the container's
    const std::vector<std::string>& users = workerUsers(proxy);
    const bool isSeen = std::find(users.begin(), users.end(), declared) != users.end();
    return users.empty() || isSeen ? declared : users.front();
}

namespace {
/// What a note says in words ("answers 403 (/etc/haproxy/haproxy.cfg:12)"), as a value.
std::optional<model::OwnAnswer> answerIn(const std::string& note)
{
    constexpr std::string_view verb = "answers ";
    model::OwnAnswer own;
    int status = 0;
    if (!note.starts_with(verb))
        return std::nullopt;
    const char* const from = note.data() + verb.size();
    if (const auto [end, error] = std::from_chars(from, note.data() + note.size(), status); error != std::errc() || end != from + 3)
        return std::nullopt;
    own.status = status;
    own.isCertain = true;
    const std::size_t open = note.rfind(" (/");
    const std::size_t colon = note.rfind(':');
    if (open != std::string::npos && colon != std::string::npos && colon > open && note.ends_with(')')) {
        own.place.file = note.substr(open + 2, colon - open - 2);
        std::from_chars(note.data() + colon + 1, note.data() + note.size() - 1, own.place.line);
    }
    return own;
}
}

void Chain::noteAnswers(Node& node, const ProxyRoute& route)
{
    if (!route.note.empty() && node.note.empty())
        node.note = route.note;
    for (const model::OwnAnswer& own : route.ownAnswers)
        if (std::find(node.ownAnswers.begin(), node.ownAnswers.end(), own) == node.ownAnswers.end())
            node.ownAnswers.push_back(own);
    if (route.ownAnswers.empty())
        if (std::optional<model::OwnAnswer> own = answerIn(route.note))
            node.ownAnswers.push_back(std::move(*own));
    node.isUnknownName = node.isUnknownName || route.isUnknownName;
}

void Chain::enterProxy(std::size_t node, const FleetProxy& proxy, const Request& request, int depth)
{
    const base::NodeId id = m_nodes[node].id;
    if (depth > maximumDepth || !m_entered.insert(id.value() + " " + request.hostText + " " + request.target()).second)
        return;
    const HostIndex* host = m_fleet.host(proxy.host);
    const ProxyRoute route = proxy.proxy->route(request, host ? &host->facts() : nullptr);
    noteAnswers(m_nodes[node], route);
    const std::string here = id.value() + " " + request.hostText + " " + request.path;
    m_open.push_back(here);
    for (const model::ConfigWarning& warning : route.warnings)
        if (std::find(m_result.warnings.begin(), m_result.warnings.end(), warning) == m_result.warnings.end())
            m_result.warnings.push_back(warning);
    std::set<std::string> onPath;
    for (const ProxyTarget& target : route.targets) {
        if (target.isOnPath) {
            onPath.insert(target.declared.endpoint.text());
            addTarget(node, proxy, target, depth);
        } else if (!onPath.contains(target.declared.endpoint.text())) {
            addTarget(m_nodes.proxyNode(proxy, target.from), proxy, target, depth);
        }
    }
    m_open.pop_back();
}

/// Whether a request that comes here has been here before on its way: as it was, or (with a path that grows) twice.
bool Chain::comesBack(const base::NodeId& node, const Request& request) const
{
    const std::string prefix = node.value() + " " + request.hostText + " ";
    const auto visits = std::count_if(m_open.begin(), m_open.end(), [&](const std::string& each) { return each.starts_with(prefix); });
    return visits >= 2 || std::find(m_open.begin(), m_open.end(), prefix + request.path) != m_open.end();
}

void Chain::addTarget(std::size_t from, const FleetProxy& proxy, const ProxyTarget& target, int depth)
{
    if (m_nodes.size() > maximumNodes)
        return;
    const Destination destination
        = m_fleet.destination(proxy.host, target.declared.endpoint, proxy.config->container);
    ProxyListener listener;
    const FleetProxy* next = proxyAt(destination, target.next, listener);
    const auto arrival = next ? std::nullopt : m_sites.at(proxy.host, target.declared.endpoint, destination.addresses);
    const std::size_t to = next ? m_nodes.proxyNode(*next, listener)
        : arrival               ? enterCluster(*arrival, target.next, target.isOnPath && !target.isMirror)
                                : m_nodes.calleeNode(proxy.host, target.declared.endpoint, destination);
    Hop hop;
    hop.from = m_nodes[from].id;
    hop.to = m_nodes[to].id;
    hop.protocol = target.protocol;
    hop.group = target.group;
    hop.isOnPath = target.isOnPath;
    hop.declared = target.declared;
    hop.reported = target.reported;
    hop.declared.callerUser = callerUser(proxy, target.declared.callerUser);
    for (const model::Listener* each : destination.accepting)
        hop.listening.push_back(*each);
    Request arriving = target.next;
    arriving.address = destination.address;
    if (destination.container)
        arriving.port = destination.containerPort;
    hop.isLoop = next && target.isOnPath && !target.isMirror && comesBack(hop.to, arriving);
    addHop(std::move(hop));
    if (next && target.isOnPath && !target.isMirror) {
        enterProxy(to, *next, arriving, depth + 1);
    }
}

/// A cluster's part of the chain; gives the node where callers come in.
std::size_t Chain::enterCluster(const kubernetes::Arrival& arrival, const Request& request, bool isOnPath)
{
    kubernetes::ClusterMap map(*arrival.cluster);
    const base::NodeId entrance = isOnPath ? map.follow(arrival.entrance, request) : map.enter(arrival.entrance);
    model::Topology part = map.take();
    for (Node& node : part.nodes)
        if (m_nodes.size() < maximumNodes)
            m_nodes.add(std::move(node));
    for (Hop& hop : part.hops)
        if (m_nodes.contains(hop.from) && m_nodes.contains(hop.to))
            addHop(std::move(hop));
    return m_nodes.indexOf(entrance);
}

/// Where no proxy of the profile's hosts takes the url and a cluster does.
bool Chain::startInCluster(const Request& request, const EntrySearch& search)
{
    const bool hasProxy = std::any_of(
        search.entries.begin(), search.entries.end(), [](const Entry& entry) { return entry.proxy != nullptr; });
    const auto arrival = hasProxy ? std::nullopt : m_sites.forUrl(request);
    // A rule's name says less than a program of ours that holds the port.
    const bool isHeld = std::any_of(search.entries.begin(), search.entries.end(), [&](const Entry& entry) {
        const HostIndex* host = m_fleet.host(entry.host);
        return host && !host->onPort(request.port).empty();
    });
    if (!arrival || (isHeld && !arrival->isByAddress))
        return false;
    const std::vector<std::string> addresses = m_sites.urlAddresses(request);
    std::size_t caller = m_nodes.clientNode();
    const std::vector<std::string> known = kubernetes::ClusterMap(*arrival->cluster).addressesOf(arrival->entrance);
    const bool isElsewhere = !arrival->isByAddress && !addresses.empty() && !known.empty()
        && std::none_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
               return m_sites.isNode(*arrival->cluster, address)
                   || std::find(known.begin(), known.end(), address) != known.end();
           });
    Hop hop;
    hop.protocol = request.isTls ? Protocol::Https : Protocol::Http;
    hop.isOnPath = true;
    hop.declared.requestHost = request.hostText;
    hop.declared.requestPath = request.target();
    hop.declared.serverName = request.serverName;
    hop.declared.endpoint = { addresses.empty() ? request.host : addresses.front(), request.port, {} };
    if (isElsewhere) {
        Hop outer = hop;
        const std::size_t boundary = m_nodes.boundaryNode(request);
        m_nodes[boundary].note = "in front of the cluster: its own objects name other addresses";
        outer.from = m_nodes[caller].id;
        outer.to = m_nodes[boundary].id;
        outer.declared.verifiesCertificate = request.isTls;
        addHop(std::move(outer));
        caller = boundary;
        hop.declared.endpoint.host = known.front();
    }
    const std::size_t entrance = enterCluster(*arrival, request, false);
    hop.from = m_nodes[caller].id;
    hop.to = m_nodes[entrance].id;
    hop.declared.verifiesCertificate = request.isTls && !isElsewhere;
    addHop(std::move(hop));
    enterCluster(*arrival, request, true);
    return true;
}

void Chain::start(const Request& request, const EntrySearch& search)
{
    if (startInCluster(request, search))
        return;
    std::size_t caller = m_nodes.clientNode();
    const auto hopTo = [&](std::size_t to, const Request& sent, const model::Endpoint& endpoint) {
        Hop hop;
        hop.from = m_nodes[caller].id;
        hop.to = m_nodes[to].id;
        hop.protocol = sent.isTls ? Protocol::Https : Protocol::Http;
        hop.isOnPath = true;
        hop.declared.endpoint = endpoint;
        hop.declared.requestHost = sent.hostText;
        hop.declared.requestPath = sent.target();
        hop.declared.serverName = sent.serverName;
        hop.declared.verifiesCertificate = sent.isTls && !search.isBehindBoundary;
        return hop;
    };
    const std::vector<std::string>& addresses = m_fleet.facts().urlAddresses;
    const model::Endpoint urlEndpoint { addresses.empty() ? request.host : addresses.front(), request.port, {} };
    if (search.isBehindBoundary || search.entries.empty()) {
        const std::size_t boundary = m_nodes.boundaryNode(request);
        Hop hop = hopTo(boundary, request, urlEndpoint);
        hop.declared.verifiesCertificate = request.isTls;
        addHop(std::move(hop));
        caller = boundary;
    }
    for (const Entry& entry : search.entries) {
        const std::size_t node = m_nodes.entryNode(entry);
        model::Endpoint endpoint = urlEndpoint;
        if (!entry.request.address.empty())
            endpoint.host = entry.request.address;
        if (search.isBehindBoundary)
            endpoint = { {}, entry.request.port, {} };
        Hop hop = hopTo(node, entry.request, endpoint);
        if (search.entries.size() > 1)
            hop.group = request.host;
        if (const HostIndex* host = m_fleet.host(entry.host)) {
            const std::vector<const model::Listener*> sockets = entry.request.address.empty()
                ? host->onPort(entry.request.port)
                : host->accepting(entry.request.address, entry.request.port);
            for (const model::Listener* each : sockets)
                hop.listening.push_back(*each);
        }
        addHop(std::move(hop));
        if (entry.proxy && m_nodes[node].software == entry.proxy->config->software)
            enterProxy(node, *entry.proxy, m_fleet.arriving(*entry.proxy, entry.request).value_or(entry.request), 0);
    }
    addDependencies();
    describeApps();
    describeProxies();
}

/// How busy the proxies are, by their own words.
void Chain::describeProxies()
{
    for (Node& node : m_nodes) {
        if (node.kind != NodeKind::Proxy || !node.host || node.pid == 0)
            continue;
        for (const FleetProxy& proxy : m_fleet.proxies()) {
            const int master = parse::masterOf(*proxy.config);
            if (proxy.host != *node.host || proxy.config->software != node.software || proxy.config->container != node.container
                || (node.container.empty() && master != 0 && master != node.pid))
                continue;
            if (const std::string text = loadTextOf(*proxy.config); !text.empty())
                node.note += (node.note.empty() ? "" : "; ") + text;
            break;
        }
    }
}

/// Version, workers and limits of all that runs.
void Chain::describeApps()
{
    for (Node& node : m_nodes) {
        const HostIndex* host = node.host && node.kind != NodeKind::Proxy ? m_fleet.host(*node.host) : nullptr;
        if (!host || node.pid == 0)
            continue;
        const AppRuntime runtime = appRuntime(*host, node);
        if (node.version.empty())
            node.version = runtime.version;
        std::string text = textOf(runtime);
        if (const std::string order = startOrder(*host, node); !order.empty())
            text += (text.empty() ? "" : ", ") + order;
        if (!text.empty())
            node.note += (node.note.empty() ? "" : "; ") + text;
    }
}

/// The folders of the scripts that FastCGI callers ask this node for.
std::vector<std::string> Chain::scriptFolders(const base::NodeId& app) const
{
    std::vector<std::string> folders;
    for (const Hop& hop : m_result.topology.hops)
        if (hop.to == app && hop.isOnPath && hop.declared.scriptFile.starts_with('/'))
            folders.push_back(hop.declared.scriptFile.substr(0, hop.declared.scriptFile.rfind('/')));
    return folders;
}

/// What listens there decides, then what the setting says, then the port.
Protocol Chain::spokenTo(const Dependency& dependency, const Node& node)
{
    if (dependency.protocol == Protocol::Tls)
        return Protocol::Tls;
    const Protocol byNode = protocolOf({ node.software, node.kind });
    if (byNode != Protocol::Tcp)
        return byNode;
    if (dependency.protocol != Protocol::Tcp)
        return dependency.protocol;
    return node.software == "unknown" ? protocolOf(softwareByPort(dependency.endpoint.port)) : Protocol::Tcp;
}

/// Behind every app on the path: what it uses. Apps found so are looked behind as well.
void Chain::addDependencies()
{
    std::set<std::string> onPath;
    for (const Hop& hop : m_result.topology.hops)
        if (hop.isOnPath)
            onPath.insert(hop.to.value());
    constexpr std::size_t maximumHops = 200;
    for (std::size_t i = 0; i < m_nodes.size(); ++i) {
        const Node app = m_nodes[i];
        const HostIndex* host = app.host ? m_fleet.host(*app.host) : nullptr;
        if (!host || app.kind != NodeKind::App || !onPath.contains(app.id.value()))
            continue;
        for (const Dependency& dependency : dependenciesOf(m_fleet, *host, app, scriptFolders(app.id))) {
            if (++m_followed > maximumHops)
                return;
            const Destination destination = m_fleet.destination(*app.host, dependency.endpoint, app.container);
            const std::size_t to = m_nodes.dependencyNode(*app.host, app.container, dependency, destination);
            Node& node = m_nodes[to];
            if (node.id == app.id || m_hops.contains(node.id.value() + ">" + app.id.value()))
                continue;
            for (const std::string& source : dependency.sources)
                ChainNodes::addSource(node, source);
            Hop hop;
            hop.from = app.id;
            hop.to = node.id;
            hop.protocol = spokenTo(dependency, node);
            hop.group = dependency.group;
            hop.isOnPath = true;
            hop.declared.endpoint = dependency.endpoint;
            hop.declared.place = dependency.place;
            hop.declared.callerUser = app.user;
            hop.declared.requestHost = dependency.endpoint.host;
            for (const model::Listener* each : destination.accepting)
                hop.listening.push_back(*each);
            onPath.insert(node.id.value());
            addHop(std::move(hop));
        }
    }
}

}
