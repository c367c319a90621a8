#include "core/parse/identity.h"
#include "core/parse/ipaddress.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <set>

namespace hopscope::parse {
namespace {

/// Each address once, in the order in which they came.
class Addresses {
public:
    void add(std::string_view address)
    {
        address = address.substr(0, address.find_first_of("/%"));
        if (!address.empty() && m_seen.insert(textOf(address)).second)
            m_list.push_back(textOf(address));
    }
    std::vector<std::string> take() { return std::move(m_list); }

private:
    std::vector<std::string> m_list;
    std::set<std::string> m_seen;
};

/// 32 hex digits in network order, as /proc/net/if_inet6 has them.
std::string addressOfHex(std::string_view hex)
{
    std::array<std::uint8_t, 16> bytes {};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const char* start = hex.data() + i * 2;
        const auto [end, problem] = std::from_chars(start, start + 2, bytes[i], 16);
        if (problem != std::errc() || end != start + 2)
            return {};
    }
    return ipv6Text(bytes);
}

}

std::vector<std::string> parseAddresses(std::string_view output)
{
    Addresses addresses;
    for (const Section& section : sectionsOf(output)) {
        std::string_view leaf; // of fib_trie: "|-- 127.0.0.1", then "/32 host LOCAL"
        for (const Line& line : section.lines) {
            if (section.title == "fib_trie") {
                const auto words = wordsOf(line.text);
                if (words.size() == 2 && (words[0] == "|--" || words[0] == "+--"))
                    leaf = words[1];
                else if (words.size() == 3 && words[0] == "/32" && words[2] == "LOCAL")
                    addresses.add(leaf);
            } else if (section.title == "if_inet6") {
                const auto words = wordsOf(line.text);
                if (!words.empty() && words[0].size() == 32)
                    addresses.add(addressOfHex(words[0]));
            } else if (section.title.empty()) {
                std::string_view rest = line.text;
                for (std::string_view word = takeWord(rest); !word.empty(); word = takeWord(rest)) {
                    if (word != "inet" && word != "inet6")
                        continue;
                    std::string_view address = takeWord(rest);
                    if (address == "addr:") // ifconfig of busybox: "inet6 addr: fe80::1/64"
                        address = takeWord(rest);
                    addresses.add(address.starts_with("addr:") ? address.substr(5) : address);
                }
            }
        }
    }
    return addresses.take();
}

Names parseNames(std::string_view output)
{
    Names names;
    for (const Section& section : sectionsOf(output)) {
        for (const Line& line : section.lines) {
            std::string_view rest = line.text.substr(0, line.text.find('#'));
            const std::string_view first = takeWord(rest);
            if (first.empty())
                continue;
            if (section.title == "/etc/resolv.conf") {
                if (first == "nameserver" && !trimmed(rest).empty())
                    names.resolvers.push_back(textOf(takeWord(rest)));
            } else if (section.title == "/etc/hosts") {
                for (const std::string_view name : wordsOf(rest)) {
                    std::string key = textOf(name);
                    std::transform(key.begin(), key.end(), key.begin(),
                        [](char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; });
                    names.hostsFile[key].push_back(textOf(first));
                }
            }
        }
    }
    return names;
}

std::vector<model::Route> parseRoutes(std::string_view output)
{
    constexpr std::size_t most = 500; // a router may hold the internet's
    std::vector<model::Route> routes;
    for (const Section& section : sectionsOf(output)) {
        if (section.title != "routes")
            continue;
        for (const Line& line : section.lines) {
            std::string_view rest = line.text;
            std::string_view word = takeWord(rest);
            const bool isRefusing = word == "unreachable" || word == "prohibit" || word == "blackhole" || word == "throw";
            if (isRefusing || word == "unicast" || word == "local")
                word = takeWord(rest);
            const bool isDestination = word == "default"
                || (!word.empty() && word.find_first_not_of("0123456789abcdef.:/") == std::string_view::npos);
            if (!isDestination || line.text.starts_with(' ') || routes.size() >= most)
                continue;
            routes.push_back({ textOf(word), isRefusing, { model::Source::none, line.number } });
        }
    }
    return routes;
}

std::optional<model::RouteAnswer> parseRouteAnswer(std::string_view output)
{
    model::RouteAnswer answer;
    for (const Line& line : linesOf(output)) {
        if (line.text.starts_with("@@ "))
            break;
        if (const auto asked = valueOf(line.text, "asked")) {
            answer.address = textOf(*asked);
            continue;
        }
        if (!answer.text.empty() || trimmed(line.text).empty())
            continue;
        std::string_view rest = line.text;
        const std::string_view first = takeWord(rest);
        // iproute2 and busybox: "RTNETLINK answers: Network is unreachable"; a route begins with its address or its kind
        answer.hasRoute = line.text.find("answers:") == std::string_view::npos && rest.find("dev ") != std::string_view::npos
            && first != "unreachable" && first != "prohibit" && first != "blackhole";
        answer.text = textOf(trimmed(line.text));
        answer.source.line = line.number;
        if (const std::size_t at = rest.find("src "); at != std::string_view::npos) {
            std::string_view from = rest.substr(at + 4);
            answer.from = textOf(takeWord(from));
        }
    }
    if (answer.address.empty() || answer.text.empty())
        return std::nullopt;
    return answer;
}

std::vector<model::Neighbour> parseNeighbours(std::string_view output)
{
    std::vector<model::Neighbour> neighbours;
    for (const Line& line : linesOf(output)) {
        const auto words = wordsOf(line.text);
        const bool hasState = !words.empty()
            && words.back().find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
        if (words.size() >= 4 && words[1] == "dev" && hasState) {
            neighbours.push_back({ textOf(words[0]), textOf(words.back()), textOf(words[2]),
                { model::Source::none, line.number } });
        } else if (words.size() == 6 && words[1].starts_with("0x")) {
            // /proc/net/arp: address, type, flags, hardware address, mask, device; flag 0x2: complete
            neighbours.push_back({ textOf(words[0]), words[2] == "0x0" ? "INCOMPLETE" : "REACHABLE",
                textOf(words[5]), { model::Source::none, line.number } });
        }
    }
    return neighbours;
}

}
