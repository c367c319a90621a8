#include "core/parse/ss.h"

#include "core/parse/lines.h"

#include <functional>
#include <map>

namespace hopscope::parse {
namespace {

struct Owner {
    std::optional<int> pid;
    std::string process;
};

/// The first of `users:(("nginx",pid=12,fd=6),("nginx",pid=11,fd=6))`. Several processes can share a socket (forked
/// workers); ss lists the youngest first, so the last, the master, is taken.
Owner ownerOf(std::string_view text)
{
    Owner owner;
    const std::size_t start = text.find("users:((");
    if (start == std::string_view::npos)
        return owner;
    text.remove_prefix(start);
    std::optional<int> lowest;
    while (true) {
        const std::size_t quote = text.find("(\"");
        if (quote == std::string_view::npos)
            break;
        text.remove_prefix(quote + 2);
        const std::string_view name = takeUntil(text, "\",pid=");
        const auto pid = numberOf<int>(text.substr(0, text.find_first_of(",)")));
        if (pid && (!lowest || *pid < *lowest)) {
            lowest = pid;
            owner = { pid, textOf(name) };
        }
    }
    return owner;
}

/// The word after a key of the extended part, "uid:998" or "cgroup:/system.slice/shop.service".
std::string_view extended(std::string_view text, std::string_view key)
{
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos || (at > 0 && text[at - 1] != ' '))
        return {};
    text.remove_prefix(at + key.size());
    return text.substr(0, text.find_first_of(" \t"));
}

std::string serviceOf(std::string_view controlGroup)
{
    const std::string_view last = controlGroup.substr(controlGroup.rfind('/') + 1);
    return last.ends_with(".service") ? textOf(last) : std::string();
}

std::map<std::string, std::string, std::less<>> usersOf(std::string_view output)
{
    std::map<std::string, std::string, std::less<>> users;
    for (const Section& section : sectionsOf(output)) {
        if (section.title != "passwd")
            continue;
        for (const Line& line : section.lines) {
            std::string_view rest = line.text;
            const std::string_view name = takeUntil(rest, ":");
            users.try_emplace(std::string(rest), textOf(name));
        }
    }
    return users;
}

/// "lastsnd:4120 lastrcv:4130": milliseconds; ss leaves an age of zero out.
void readAges(std::string_view text, model::Connection& connection)
{
    const auto sent = numberOf<std::uint32_t>(extended(text, "lastsnd:"));
    const auto received = numberOf<std::uint32_t>(extended(text, "lastrcv:"));
    if (!sent && !received)
        return;
    connection.sentAgo = base::Milliseconds(sent.value_or(0));
    // Before the first byte came in, the age is the connection's own.
    const bool isCounted = !extended(text, "bytes_acked:").empty();
    if (isCounted && extended(text, "bytes_received:").empty())
        return;
    connection.receivedAgo = base::Milliseconds(received.value_or(0));
    // The ages are counted in ticks. Where both are the same one, an acknowledgement that came by itself soon after tells
    // that the sending was the later of the two: an answer would have carried it.
    constexpr std::uint32_t latestAcknowledgement = 300;
    const auto acknowledged = numberOf<std::uint32_t>(extended(text, "lastack:")).value_or(0);
    if (connection.sentAgo == connection.receivedAgo && acknowledged < received.value_or(0)
        && received.value_or(0) - acknowledged <= latestAcknowledgement)
        *connection.receivedAgo += base::Milliseconds(1);
}

bool isState(std::string_view word)
{
    return !word.empty() && word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ-12") == std::string_view::npos
        && (word[0] < '0' || word[0] > '9');
}

}

std::optional<Endpoint> endpointOf(std::string_view text)
{
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    const std::string_view portText = text.substr(colon + 1);
    std::string_view address = text.substr(0, colon);
    base::Port port = 0;
    if (portText != "*") {
        const auto number = numberOf<base::Port>(portText);
        if (!number)
            return std::nullopt;
        port = *number;
    }
    if (address.starts_with('[')) {
        const std::size_t close = address.find(']');
        address = address.substr(1, close == std::string_view::npos ? close : close - 1);
    }
    address = address.substr(0, address.find('%'));
    if (address.starts_with("::ffff:") && address.find('.') != std::string_view::npos)
        address.remove_prefix(7); // an IPv4 peer of a socket for both families
    return Endpoint { textOf(address), port };
}

std::vector<model::Listener> parseSsListeners(std::string_view output)
{
    std::vector<model::Listener> listeners;
    const auto users = usersOf(output);
    for (const Line& line : linesOf(output)) {
        std::string_view rest = line.text;
        const std::string_view network = takeWord(rest);
        const std::string_view state = takeWord(rest);
        if (state != "LISTEN" && state != "UNCONN")
            continue;
        model::Listener listener;
        listener.source.line = line.number;
        if (network == "tcp")
            listener.kind = model::SocketKind::Tcp;
        else if (network == "udp")
            listener.kind = model::SocketKind::Udp;
        else if (network == "u_str" || network == "u_seq" || network == "u_dgr")
            listener.kind = model::SocketKind::Unix;
        else
            continue;
        listener.receiveQueue = numberOf<std::uint64_t>(takeWord(rest));
        listener.backlog = numberOf<std::uint64_t>(takeWord(rest));
        if (listener.kind == model::SocketKind::Unix) {
            if (network == "u_dgr")
                continue;
            // "/run/my app.sock 46715  * 0 users:…": the path may hold blanks; the inode, "*" and "0" follow it
            const std::size_t peer = rest.find(" * 0");
            const std::string_view local = trimmed(rest.substr(0, peer));
            const std::size_t inode = local.find_last_of(" \t");
            if (inode == std::string_view::npos)
                continue;
            listener.path = textOf(trimmed(local.substr(0, inode)));
            if (listener.path == "*")
                continue; // no name: nobody can connect to it
        } else {
            const auto local = endpointOf(takeWord(rest));
            if (!local)
                continue;
            listener.address = local->address;
            listener.port = local->port;
        }
        Owner owner = ownerOf(rest);
        listener.pid = owner.pid;
        listener.process = std::move(owner.process);
        const std::string_view uid = extended(rest, "uid:");
        const auto user = users.find(uid);
        listener.user = user == users.end() ? textOf(uid) : user->second;
        listener.unit = serviceOf(extended(rest, "cgroup:"));
        listeners.push_back(std::move(listener));
    }
    return listeners;
}

std::vector<model::Connection> parseSsConnections(std::string_view output)
{
    std::vector<model::Connection> connections;
    for (const Section& section : sectionsOf(output)) {
        if (!section.title.empty())
            break;
        for (const Line& line : section.lines) {
            std::string_view rest = line.text;
            model::Connection connection;
            std::string_view word = takeWord(rest);
            if (isState(word)) {
                connection.state = word;
                word = takeWord(rest); // the receive queue
            } else {
                connection.state = "ESTAB";
            }
            if (!numberOf<std::uint64_t>(word) || !numberOf<std::uint64_t>(takeWord(rest)))
                continue;
            auto local = endpointOf(takeWord(rest));
            auto remote = endpointOf(takeWord(rest));
            if (!local || !remote)
                continue;
            Owner owner = ownerOf(rest);
            connection.localAddress = std::move(local->address);
            connection.localPort = local->port;
            connection.remoteAddress = std::move(remote->address);
            connection.remotePort = remote->port;
            connection.pid = owner.pid;
            connection.process = std::move(owner.process);
            readAges(rest, connection);
            connection.source.line = line.number;
            connections.push_back(std::move(connection));
        }
    }
    return connections;
}

}
