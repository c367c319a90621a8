#include "core/parse/procnet.h"

#include "core/parse/ipaddress.h"

#include <map>

namespace hopscope::parse {
namespace {

/// Inode of a socket to the first process that holds it.
using Owners = std::map<std::string, int, std::less<>>;

/// "/proc/12/fd:" then "lrwx------ 1 root root 64 Nov 21 09:30 6 -> socket:[46715]"
Owners ownersOf(const std::vector<Section>& sections)
{
    Owners owners;
    for (const Section& section : sections) {
        if (section.title != "fd")
            continue;
        std::optional<int> pid;
        for (const Line& line : section.lines) {
            if (line.text.starts_with("/proc/")) {
                pid = numberOf<int>(line.text.substr(6, line.text.find('/', 6) - 6));
                continue;
            }
            const std::size_t start = line.text.find("socket:[");
            if (start == std::string_view::npos || !pid)
                continue;
            std::string_view inode = line.text.substr(start + 8);
            inode = inode.substr(0, inode.find(']'));
            owners.try_emplace(std::string(inode), *pid);
        }
    }
    return owners;
}

std::optional<std::uint32_t> hexOf(std::string_view text)
{
    std::uint32_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (problem != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

struct Row {
    std::string localAddress;
    base::Port localPort = 0;
    std::string remoteAddress;
    base::Port remotePort = 0;
    unsigned state = 0;
    std::string inode;
    std::uint64_t receiveQueue = 0;
};

/// "0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 46715 …"
std::optional<Row> rowOf(std::string_view line)
{
    const auto words = wordsOf(line, 11);
    if (words.size() < 10)
        return std::nullopt;
    Row row;
    std::string_view local = words[1];
    std::string_view remote = words[2];
    row.localAddress = addressOfProcHex(takeUntil(local, ":"));
    row.remoteAddress = addressOfProcHex(takeUntil(remote, ":"));
    const auto localPort = hexOf(local);
    const auto remotePort = hexOf(remote);
    const auto state = hexOf(words[3]);
    if (row.localAddress.empty() || !localPort || !remotePort || !state || *localPort > 65535 || *remotePort > 65535)
        return std::nullopt;
    row.localPort = base::Port(*localPort);
    row.remotePort = base::Port(*remotePort);
    row.state = *state;
    std::string_view queues = words[4];
    takeUntil(queues, ":");
    row.receiveQueue = hexOf(queues).value_or(0);
    row.inode = words[9];
    return row;
}

/// include/net/tcp_states.h
const char* stateName(unsigned state)
{
    switch (state) {
    case 1: return "ESTAB";
    case 2: return "SYN-SENT";
    case 3: return "SYN-RECV";
    case 4: return "FIN-WAIT-1";
    case 5: return "FIN-WAIT-2";
    case 8: return "CLOSE-WAIT";
    case 9: return "LAST-ACK";
    case 11: return "CLOSING";
    }
    return nullptr;
}

constexpr unsigned listenState = 10;
constexpr unsigned udpUnconnected = 7;

/// "0000000000000000: 00000002 00000000 00010000 0001 01 46715 /run/x.sock"; flag 0x10000: it accepts.
std::optional<model::Listener> unixListener(const Line& line, const Owners& owners)
{
    const auto words = wordsOf(line.text, 8);
    if (words.size() < 8 || words[3] != "00010000" || words[7].starts_with('@'))
        return std::nullopt;
    model::Listener listener;
    listener.kind = model::SocketKind::Unix;
    listener.path = textOf(words[7]);
    if (const auto owner = owners.find(words[6]); owner != owners.end())
        listener.pid = owner->second;
    listener.source.line = line.number;
    return listener;
}

}

std::string addressOfProcHex(std::string_view hex)
{
    if (hex.size() != 8 && hex.size() != 32)
        return {};
    std::array<std::uint8_t, 16> bytes {};
    for (std::size_t word = 0; word < hex.size() / 8; ++word) {
        const auto value = hexOf(hex.substr(word * 8, 8));
        if (!value)
            return {};
        for (std::size_t i = 0; i < 4; ++i)
            bytes[word * 4 + i] = std::uint8_t(*value >> (8 * i));
    }
    return hex.size() == 8 ? ipv4Text({ bytes[0], bytes[1], bytes[2], bytes[3] }) : ipv6Text(bytes);
}

std::vector<model::Listener> procListeners(const std::vector<Section>& sections)
{
    std::vector<model::Listener> listeners;
    const Owners owners = ownersOf(sections);
    for (const Section& section : sections) {
        const bool isTcp = section.title.starts_with("/proc/net/tcp");
        const bool isUdp = section.title.starts_with("/proc/net/udp");
        for (const Line& line : section.lines) {
            if (section.title == "/proc/net/unix") {
                if (auto listener = unixListener(line, owners))
                    listeners.push_back(std::move(*listener));
                continue;
            }
            const auto row = isTcp || isUdp ? rowOf(line.text) : std::nullopt;
            if (!row || row->state != (isTcp ? listenState : udpUnconnected))
                continue;
            model::Listener listener;
            listener.kind = isTcp ? model::SocketKind::Tcp : model::SocketKind::Udp;
            listener.address = row->localAddress;
            listener.port = row->localPort;
            listener.receiveQueue = row->receiveQueue;
            if (const auto owner = owners.find(row->inode); owner != owners.end())
                listener.pid = owner->second;
            listener.source.line = line.number;
            listeners.push_back(std::move(listener));
        }
    }
    return listeners;
}

std::vector<model::Connection> procConnections(const std::vector<Section>& sections)
{
    std::vector<model::Connection> connections;
    for (const Section& section : sections) {
        if (!section.title.starts_with("/proc/net/tcp"))
            continue;
        for (const Line& line : section.lines) {
            const auto row = rowOf(line.text);
            const char* state = row ? stateName(row->state) : nullptr;
            if (!state)
                continue;
            model::Connection connection;
            connection.localAddress = row->localAddress;
            connection.localPort = row->localPort;
            connection.remoteAddress = row->remoteAddress;
            connection.remotePort = row->remotePort;
            connection.state = state;
            connection.source.line = line.number;
            connections.push_back(std::move(connection));
        }
    }
    return connections;
}

}
