#include "core/parse/netstat.h"

#include "core/parse/lines.h"
#include "core/parse/procnet.h"
#include "core/parse/ss.h"

#include <algorithm>

namespace hopscope::parse {
namespace {

/// "12/nginx: master", or "-" where we may not know.
template <class T> void setOwner(T& item, std::string_view text)
{
    const auto pid = numberOf<int>(takeUntil(text, "/"));
    if (!pid)
        return;
    item.pid = pid;
    item.process = textOf(text.substr(0, text.find(':')));
}

/// unix  2  [ ACC ]  STREAM  LISTENING  46715  4315/python3  /tmp/x.sock
std::optional<model::Listener> unixListener(const Line& line)
{
    const std::size_t listening = line.text.find(" LISTENING ");
    const std::size_t slash = line.text.find(" /");
    if (listening == std::string_view::npos || slash == std::string_view::npos || slash < listening)
        return std::nullopt;
    model::Listener listener;
    listener.kind = model::SocketKind::Unix;
    listener.path = textOf(trimmed(line.text.substr(slash + 1)));
    const auto words = wordsOf(line.text.substr(listening + 11, slash - listening - 11));
    if (words.size() == 2)
        setOwner(listener, words[1]);
    listener.source.line = line.number;
    return listener;
}

/// Some print "0.0.0.0:*"; port 0 then.
void readNetstat(const Section& section, std::vector<model::Listener>* listeners,
    std::vector<model::Connection>* connections)
{
    for (const Line& line : section.lines) {
        if (line.text.starts_with("unix ")) {
            auto listener = listeners ? unixListener(line) : std::nullopt;
            if (listener)
                listeners->push_back(std::move(*listener));
            continue;
        }
        std::string_view rest = line.text;
        const std::string_view network = takeWord(rest);
        if (!network.starts_with("tcp") && !network.starts_with("udp"))
            continue;
        const auto receiveQueue = numberOf<std::uint64_t>(takeWord(rest));
        takeWord(rest);
        const auto local = endpointOf(takeWord(rest));
        const auto remote = endpointOf(takeWord(rest));
        const bool isTcp = network.starts_with("tcp");
        const std::string_view state = isTcp ? takeWord(rest) : std::string_view("UNCONN");
        if (!local || !remote || !receiveQueue)
            continue;
        const bool listens = state == "LISTEN" || state == "UNCONN";
        if (listens && listeners) {
            model::Listener listener;
            listener.kind = isTcp ? model::SocketKind::Tcp : model::SocketKind::Udp;
            listener.address = local->address;
            listener.port = local->port;
            listener.receiveQueue = receiveQueue;
            setOwner(listener, trimmed(rest));
            listener.source.line = line.number;
            listeners->push_back(std::move(listener));
        } else if (!listens && connections && state != "TIME_WAIT") {
            model::Connection connection;
            connection.localAddress = local->address;
            connection.localPort = local->port;
            connection.remoteAddress = remote->address;
            connection.remotePort = remote->port;
            connection.state = state == "ESTABLISHED" ? "ESTAB" : textOf(state);
            std::replace(connection.state.begin(), connection.state.end(), '_', '-');
            setOwner(connection, trimmed(rest));
            connection.source.line = line.number;
            connections->push_back(std::move(connection));
        }
    }
}

}

std::vector<model::Listener> parseOtherListeners(std::string_view output)
{
    std::vector<model::Listener> listeners;
    const auto sections = sectionsOf(output);
    for (const Section& section : sections) {
        if (section.title == "netstat")
            readNetstat(section, &listeners, nullptr);
    }
    auto fromKernel = procListeners(sections);
    std::move(fromKernel.begin(), fromKernel.end(), std::back_inserter(listeners));
    return listeners;
}

std::vector<model::Connection> parseOtherConnections(std::string_view output)
{
    std::vector<model::Connection> connections;
    const auto sections = sectionsOf(output);
    for (const Section& section : sections) {
        if (section.title == "netstat")
            readNetstat(section, nullptr, &connections);
    }
    auto fromKernel = procConnections(sections);
    std::move(fromKernel.begin(), fromKernel.end(), std::back_inserter(connections));
    return connections;
}

}
