#include "core/run/waysin.h"

#include "core/profile/address.h"

#include <QHostAddress>

#include <algorithm>

namespace hopscope::run {

namespace {
constexpr std::size_t mostAliases = 2000;

/// Only reached from inside: RFC 1918, RFC 6598, RFC 4193. Not loopback, which is the caller itself.
bool isPrivate(const std::string& address)
{
    const QHostAddress parsed(QString::fromStdString(address));
    for (const char* subnet : { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7" })
        if (parsed.isInSubnet(QHostAddress::parseSubnet(QString::fromLatin1(subnet))))
            return true;
    return false;
}

/// Without port; empty for what is no host.
std::string hostIn(const std::string& text)
{
    const auto split = profile::splitHostAndPort(text);
    return split ? split->host : std::string();
}

/// The first alias that is one of these names or addresses, or leads to one.
std::string aliasFor(const std::vector<std::string>& hosts, const profile::SshConfig& config)
{
    const auto isWanted = [&](const std::string& host) { return std::find(hosts.begin(), hosts.end(), host) != hosts.end(); };
    std::vector<std::string> aliases = config.aliases();
    aliases.resize(std::min(aliases.size(), mostAliases));
    for (const std::string& alias : aliases)
        if (isWanted(alias) || isWanted(config.entryFor(alias, {}).hostName))
            return alias;
    return {};
}

/// A host of the profile that calls this node, over SSH.
std::string callerOf(const model::Topology& topology, const base::NodeId& node, const model::Profile& profile)
{
    for (const model::Hop& hop : topology.hops) {
        const model::Node* from = hop.to == node ? topology.node(hop.from) : nullptr;
        for (const model::ProfileHost& host : profile.hosts)
            if (from && from->host == host.name && !host.isLocal)
                return host.name.value();
    }
    return {};
}
}

void suggestWaysIn(model::Topology& topology, const model::Profile& profile, const profile::SshConfig& config)
{
    for (model::Node& node : topology.nodes) {
        if (node.kind != model::NodeKind::External || !node.note.starts_with("boundary: "))
            continue;
        std::vector<std::string> hosts { hostIn(node.id.value()), hostIn(node.address) };
        std::erase(hosts, std::string());
        if (const std::string alias = aliasFor(hosts, config); !alias.empty()) {
            node.note += "; \"" + alias + "\" of your ssh config leads there: add it to the profile";
            continue;
        }
        const std::string caller = callerOf(topology, node.id, profile);
        if (!caller.empty() && std::any_of(hosts.begin(), hosts.end(), isPrivate))
            node.note += "; to look at it, add it to the profile with \"" + caller + "\" as its jump";
    }
}

}
