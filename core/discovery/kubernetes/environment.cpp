// What an app calls by itself: the names in its environment.
#include "core/base/text.h"
#include "core/discovery/kubernetes/clustermap.h"
#include "core/discovery/kubernetes/names.h"
#include "core/discovery/namedservice.h"
#include "core/discovery/software.h"
#include "core/parse/cluster/lookup.h"
#include "core/parse/lines.h"

#include <re2/re2.h>

#include <algorithm>

namespace hopscope::discovery::kubernetes {

namespace {
namespace c = model::cluster;
namespace look = parse::cluster;
using model::Protocol;

constexpr int deepest = 8;

/// "postgres://db:5432", "redis:6379", "api.shop.svc.cluster.local"
struct Named {
    std::string scheme;
    std::string host;
    base::Port port = 0;
};

std::vector<Named> namesIn(const std::string& value)
{
    std::vector<Named> found;
    std::string_view rest(value);
    std::string scheme;
    if (const std::size_t end = rest.find("://"); end != std::string_view::npos) {
        scheme = base::lowered(std::string(rest.substr(0, end)));
        rest.remove_prefix(end + 3);
    }
    while (!rest.empty() && found.size() < 8) {
        const std::size_t comma = rest.find(',');
        std::string_view each = rest.substr(0, comma);
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        const std::size_t colon = each.rfind(':');
        Named name { scheme, base::lowered(std::string(each.substr(0, colon))), 0 };
        if (colon != std::string_view::npos)
            name.port = parse::numberOf<base::Port>(each.substr(colon + 1)).value_or(0);
        if (!name.host.empty())
            found.push_back(std::move(name));
    }
    return found;
}

base::Port portOfScheme(std::string_view scheme)
{
    if (scheme.starts_with("jdbc:"))
        scheme.remove_prefix(5);
    if (scheme.starts_with("postgres"))
        return 5432;
    if (scheme.starts_with("mysql") || scheme.starts_with("mariadb"))
        return 3306;
    if (scheme.starts_with("redis"))
        return 6379;
    if (scheme.starts_with("mongodb"))
        return 27017;
    if (scheme.starts_with("amqp"))
        return 5672;
    return scheme == "https" ? 443 : scheme == "http" ? 80 : 0;
}

/// A url that is only for calling, on a port of its own: a broker's, a queue's.
bool isPlainCall(const std::string& scheme, const std::string& variable)
{
    const std::string name = base::lowered(variable);
    for (const char* word : { "listen", "bind", "advertis" })
        if (name.find(word) != std::string::npos)
            return false;
    for (const char* known : { "tcp", "ssl", "nats", "mqtt", "mqtts", "stomp", "grpc", "grpcs", "ldap", "ldaps", "clickhouse", "memcached" })
        if (scheme == known)
            return true;
    return false;
}

/// Not what a template or another variable would fill in, and not the pod itself.
bool isHostName(const std::string& host)
{
    return host != "localhost" && !host.starts_with("127.")
        && std::all_of(host.begin(), host.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'; });
}

bool isClusterName(const std::string& host)
{
    return host.find('.') == std::string::npos || host.ends_with(".svc") || host.find(".svc.") != std::string::npos;
}

/// What names the app itself to browsers, and whom it lets in.
bool isForVisitors(const std::string& variable)
{
    const std::string name = base::lowered(variable);
    for (const char* word : { "origin", "cors", "public", "allowed", "external", "redirect", "callback" })
        if (name.find(word) != std::string::npos)
            return true;
    return false;
}

/// A variable for an address elsewhere: an API, or the base of one, which the cluster's own names are not.
bool isOutsideApi(const c::Cluster& cluster, const std::string& variable, const std::string& host)
{
    if (namesOutsideApi(variable))
        return true;
    const auto domainOf = [](const std::string& name) {
        const std::size_t last = name.rfind('.');
        const std::size_t before = last == std::string::npos || last == 0 ? std::string::npos : name.rfind('.', last - 1);
        return before == std::string::npos ? name : name.substr(before + 1);
    };
    // "CATALOG_BASE_URL", where the cluster's own domains are known and this is none of them
    bool isKnown = false;
    for (const c::Route& route : cluster.routes)
        for (const c::RouteRule& rule : route.rules)
            for (const std::string& own : rule.hosts) {
                isKnown = true;
                if (domainOf(own) == domainOf(host))
                    return false;
            }
    const std::string name = base::lowered(variable);
    constexpr std::string_view ending = "_base_url";
    return isKnown && name.ends_with(ending) && namesOutsideApi(name.substr(0, name.size() - ending.size()) + "_api_url");
}

/// The port of a service that a variable beside the name tells: DB_HOST and DB_PORT.
base::Port portBeside(const c::Container& container, const std::string& variable)
{
    const std::size_t cut = variable.rfind('_');
    if (cut == std::string::npos)
        return 0;
    for (const auto& [name, value] : container.environment)
        if (name == variable.substr(0, cut) + "_PORT")
            return parse::numberOf<base::Port>(value).value_or(0);
    return 0;
}
}

/// What the app's environment names: services of this cluster, and databases elsewhere.
void ClusterMap::addDependencies(const base::NodeId& from, const c::Pod& pod, bool isOnPath, int depth)
{
    // Replicas are alike: one of them stands for all. So do the ports of one workload.
    const std::string key = pod.meta.ownerName.empty() ? from.value().substr(0, from.value().find(':'))
                                                       : pod.meta.space + "/" + pod.meta.ownerName;
    if (depth >= deepest || !m_entered.insert(key + (isOnPath ? "+" : "")).second)
        return;
    for (const c::Container& container : pod.containers) {
        if (container.isInit || !look::meshOf(container).empty())
            continue;
        for (const auto& [variable, value] : settingsOf(container))
            for (const Named& each : namesIn(value)) {
                Call next;
                next.from = from;
                next.space = pod.meta.space;
                next.isOnPath = isOnPath;
                next.place = placeOf(pod.meta, "pod", container.line);
                next.depth = depth + 1;
                next.protocol = each.scheme == "http" ? Protocol::Http : each.scheme == "https" ? Protocol::Https : Protocol::Tcp;
                base::Port number = each.port != 0 ? each.port : portBeside(container, variable);
                const c::Service* service = look::serviceOfHost(m_cluster, each.host, pod.meta.space);
                if (service) {
                    // A word that happens to be a service's name needs a port, or a variable that speaks of a host.
                    const std::string name = base::lowered(variable);
                    const bool isMeant = number != 0 || !each.scheme.empty() || each.host.find('.') != std::string::npos
                        || name.find("host") != std::string::npos || name.find("addr") != std::string::npos
                        || name.find("url") != std::string::npos || name.find("server") != std::string::npos
                        || name.find("endpoint") != std::string::npos;
                    if (!isMeant || (service->ports.empty() && service->externalName.empty()))
                        continue;
                    if (number == 0 && !each.scheme.empty() && look::portOf(*service, std::to_string(portOfScheme(each.scheme))))
                        number = portOfScheme(each.scheme);
                    next.word = number == 0 ? std::string() : std::to_string(number);
                    const c::ServicePort* port = look::portOf(*service, next.word);
                    if (!port && number == 0 && !service->ports.empty())
                        port = &service->ports.front();
                    if (!port && number != 0) {
                        callMissing(next, service->meta.space, service->meta.name, next.word,
                            "the service has no port " + next.word);
                        continue;
                    }
                    call(next, *service, port);
                    continue;
                }
                // Elsewhere: a database's url says for sure that something is called
                const base::Port byScheme = portOfScheme(each.scheme);
                if (number == 0)
                    number = byScheme;
                // … and DB_HOST with DB_PORT, where the port is a database's
                const bool isPair = each.scheme.empty() && number != 0 && base::lowered(variable).find("host") != std::string::npos
                    && protocolOf(softwareByPort(number)) != Protocol::Tcp;
                // … and, among manifests, a name that only clusters give: its service stands somewhere else.
                const bool isWeb = each.scheme == "http" || each.scheme == "https";
                const bool isOfCluster = isWeb && m_cluster.isManifest && isClusterName(each.host) && !isForVisitors(variable);
                if (isWeb && !isOfCluster && m_cluster.isManifest && isOutsideApi(m_cluster, variable, each.host) && isHostName(each.host)) {
                    addExternal(next, { each.host, number, {} }, "named by " + variable);
                    continue;
                }
                const bool isCall = each.port != 0 && each.host != "0.0.0.0" && isPlainCall(each.scheme, variable);
                if ((isWeb && !isOfCluster) || (byScheme == 0 && !isPair && !isCall) || !isHostName(each.host))
                    continue;
                if (isOfCluster) {
                    addExternal(next, { each.host, number, {} }, "named by " + variable + "; no service of these manifests has this name");
                    continue;
                }
                next.protocol = protocolOf(softwareByPort(isPair || isCall ? number : byScheme));
                addExternal(next, { each.host, number, {} }, "named by " + variable);
            }
    }
}

/// Addresses of this cluster's services among a container's command and arguments: "--upstream=http://api:8080".
std::vector<std::pair<std::string, std::string>> ClusterMap::settingsOf(const c::Container& container)
{
    static const re2::RE2 place(R"((?:^|[\s=,'"@/])((?:[A-Za-z][A-Za-z0-9+.-]*://)?)(?:[^/@\s]*@)?([A-Za-z][A-Za-z0-9_.-]*:\d{1,5})(?:$|[\s,;'"/?]))");
    std::vector<std::pair<std::string, std::string>> settings = container.environment;
    re2::StringPiece rest(container.command);
    std::string scheme;
    std::string address;
    for (int i = 0; i < 16 && re2::RE2::FindAndConsume(&rest, place, &scheme, &address); ++i)
        settings.emplace_back("address in its command", address);
    return settings;
}

bool ClusterMap::namesService(const c::Workload& workload) const
{
    for (const c::Container& container : workload.pod.containers)
        for (const auto& variable : settingsOf(container))
            for (const Named& each : namesIn(variable.second))
                if (look::serviceOfHost(m_cluster, each.host, workload.meta.space))
                    return true;
    return false;
}

}
