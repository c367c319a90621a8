// What an app calls by itself: the names in its environment.
#include "core/base/text.h"
#include "core/discovery/kubernetes/clustermap.h"
#include "core/discovery/kubernetes/names.h"
#include "core/discovery/namedservice.h"
#include "core/discovery/settingaddress.h"
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

bool isClusterName(const std::string& host)
{
    return host.find('.') == std::string::npos || host.ends_with(".svc") || host.find(".svc.") != std::string::npos;
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
    for (const std::string_view ending : { "_base_url", "_baseurl" })
        if (isKnown && name.ends_with(ending))
            return namesOutsideApi(name.substr(0, name.size() - ending.size()) + "_api_url");
    return false;
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
        if (m_topology.hops.size() >= mostHops)
            return;
        if (container.isInit || !look::meshOf(container).empty())
            continue;
        const std::vector<NameAndValue> settings = settingsOf(container);
        for (const SettingAddress& each : settingAddresses(settings)) {
            const std::string& variable = settings[each.setting].first;
            Call next;
            next.from = from;
            next.space = pod.meta.space;
            next.isOnPath = isOnPath;
            next.place = placeOf(pod.meta, "pod", container.line);
            next.depth = depth + 1;
            next.protocol = each.address.scheme == "http" ? Protocol::Http : each.address.scheme == "https" ? Protocol::Https : Protocol::Tcp;
            if (const c::Service* service = look::serviceOfHost(m_cluster, each.address.host, pod.meta.space))
                callNamed(next, *service, each);
            else
                callOutside(next, variable, each, { pod.meta.name, container.name, container.image, pod.meta.ownerName });
        }
    }
}

void ClusterMap::callNamed(Call& next, const c::Service& service, const SettingAddress& each)
{
    // A word that happens to be a service's name needs a port, or a variable that speaks of a host.
    const bool isMeant = each.isConfirmed || each.address.host.find('.') != std::string::npos;
    if (!isMeant || (service.ports.empty() && service.externalName.empty()))
        return;
    // A scheme's usual port is only meant where the service has it.
    base::Port number = each.port;
    if (each.address.port == 0 && !each.address.scheme.empty() && !look::portOf(service, std::to_string(number)))
        number = 0;
    next.word = number == 0 ? std::string() : std::to_string(number);
    const c::ServicePort* port = look::portOf(service, next.word);
    if (!port && number == 0 && !service.ports.empty())
        port = &service.ports.front();
    if (!port && number != 0) {
        callMissing(next, service.meta.space, service.meta.name, next.word, "the service has no port " + next.word);
        return;
    }
    call(next, service, port);
}

/// Elsewhere: a database's url says for sure that something is called; so does, among manifests, a name that only clusters give.
void ClusterMap::callOutside(Call& next, const std::string& variable, const SettingAddress& each, const std::vector<std::string>& owner)
{
    const bool isWeb = each.address.scheme == "http" || each.address.scheme == "https";
    // Of a cluster that runs only what is a database's for sure: nobody there can be asked about the rest.
    const bool isSure = m_cluster.isManifest || (!isWeb && (!each.address.scheme.empty() || protocolOf(softwareByPort(each.port)) != Protocol::Tcp));
    std::optional<OutsideCall> outside = isSure ? outsideCall(variable, each, owner) : std::nullopt;
    // "http://collector.monitoring:4317": a service of another namespace, by a short form that only a cluster's resolver knows
    const bool isShort = m_cluster.isManifest && isWeb && each.address.port != 0 && std::count(each.address.host.begin(), each.address.host.end(), '.') == 1;
    if (!outside && isShort) {
        SettingAddress whole = each;
        whole.address.host += ".svc";
        outside = outsideCall(variable, whole, owner);
    }
    if (!outside && isWeb && m_cluster.isManifest && isOutsideApi(m_cluster, variable, each.address.host))
        outside = OutsideCall { each.port, next.protocol };
    if (!outside)
        return;
    next.protocol = outside->protocol;
    const bool isOfCluster = m_cluster.isManifest && isClusterName(each.address.host);
    addExternal(next, { each.address.host, outside->port, {} },
        "named by " + variable + (isOfCluster ? "; no service of these manifests has this name" : ""));
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

bool ClusterMap::callsAnything(const c::Workload& workload) const
{
    for (const c::Container& container : workload.pod.containers) {
        const std::vector<NameAndValue> settings = settingsOf(container);
        for (const SettingAddress& each : settingAddresses(settings))
            if (look::serviceOfHost(m_cluster, each.address.host, workload.meta.space)
                || (m_cluster.isManifest && !container.isInit && outsideCall(settings[each.setting].first, each, { workload.meta.name, container.name, container.image })))
                return true;
    }
    return false;
}

}
