#include "core/discovery/haproxy/server.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace hopscope::discovery::haproxy {

namespace {
std::optional<int> number(const std::string& text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0)
        return {};
    return value;
}

/// Options with a value that say nothing to us, so that the value is not taken for an option.
bool hasUnusedValue(std::string_view option)
{
    constexpr auto options = std::to_array<std::string_view>({ "agent-addr", "agent-inter", "agent-port", "agent-send",
        "check-alpn", "check-proto", "check-sni", "ciphers", "ciphersuites", "client-sigalgs", "cookie", "crl-file",
        "curves", "downinter", "error-limit", "fastinter", "guid", "hash-key", "id", "idle-ping", "init-state", "log-bufsize",
        "log-proto", "max-reuse", "maxqueue", "minconn", "namespace", "npn", "observe", "on-error", "on-marked-down",
        "on-marked-up", "pool-conn-name", "pool-low-conn", "pool-max-conn", "pool-purge-delay", "proxy-v2-options",
        "redir", "resolve-net", "resolve-opts", "resolve-prefer", "rise", "set-proxy-v2-tlv-fmt", "shard", "sigalgs",
        "slowstart", "socks4", "source", "tcp-ut", "usesrc", "ws" });
    return std::find(options.begin(), options.end(), option) != options.end();
}

std::vector<std::string> allVersions() { return { "1.0", "1.1", "1.2", "1.3" }; }

/// "TLSv1.2", "tlsv12" as "1.2".
std::string versionNumber(const std::string& word)
{
    std::string digits;
    for (const char each : word)
        if (each >= '0' && each <= '9')
            digits += each;
    return digits.size() == 2 ? digits.substr(0, 1) + "." + digits.substr(1) : digits + ".0";
}

void limitVersions(Server& server, const std::string& least, const std::string& most)
{
    if (server.tlsVersions.empty())
        server.tlsVersions = allVersions();
    std::erase_if(server.tlsVersions,
        [&](const std::string& each) { return each < versionNumber(least) || each > versionNumber(most); });
}

void readOptions(Server& server, const std::vector<std::string>& words, std::size_t start)
{
    for (std::size_t i = start; i < words.size(); ++i) {
        const std::string& word = words[i];
        const std::string value = i + 1 < words.size() ? words[i + 1] : std::string();
        if (word == "ssl" || word == "no-ssl")
            server.isTls = word == "ssl";
        else if (word == "check" || word == "no-check")
            server.isChecked = word == "check";
        else if (word == "agent-check" || word == "no-agent-check")
            server.isWatchedByAgent = word == "agent-check";
        else if (word == "port")
            server.checkPort = value, ++i;
        else if (word == "addr")
            server.checkAddress = value, ++i;
        else if (word == "track")
            server.tracked = value, ++i;
        else if (word == "backup" || word == "no-backup")
            server.isBackup = word == "backup";
        else if (word == "disabled" || word == "enabled")
            server.isDisabled = word == "disabled";
        else if (word.starts_with("send-proxy"))
            server.sendsProxyProtocol = true;
        else if (word.starts_with("no-send-proxy"))
            server.sendsProxyProtocol = false;
        else if (word == "verify")
            server.verifies = words.size() <= ++i || value != "none";
        else if (word == "ca-file")
            server.trustedCertificates = value, ++i;
        else if (word == "verifyhost")
            server.verifiedName = value, ++i;
        else if (word == "crt")
            server.clientCertificate = value, ++i;
        else if (word == "ssl-min-ver" || word == "ssl-max-ver") {
            limitVersions(server, word == "ssl-min-ver" ? value : "TLSv1.0", word == "ssl-max-ver" ? value : "TLSv1.3");
            ++i;
        } else if (word.starts_with("force-tlsv1"))
            limitVersions(server, word.substr(6), word.substr(6));
        else if (word.starts_with("no-tlsv1"))
            std::erase(server.tlsVersions.empty() ? (server.tlsVersions = allVersions()) : server.tlsVersions, versionNumber(word.substr(3)));
        else if (word == "sni")
            server.serverName = value, ++i;
        else if (word == "proto")
            server.protocol = value, ++i;
        else if (word == "alpn") {
            if (server.protocol.empty())
                server.protocol = value.substr(0, value.find(','));
            ++i;
        } else if (word == "resolvers")
            server.resolvers = value, ++i;
        else if (word == "init-addr")
            server.initAddress = value, ++i;
        else if (word == "weight")
            server.weight = number(value), ++i;
        else if (word == "maxconn")
            server.maxConnections = number(value), ++i;
        else if (word == "fall")
            server.fall = number(value), ++i;
        else if (word == "inter")
            server.interval = parseTime(value), ++i;
        else if (hasUnusedValue(word))
            ++i;
    }
}
}

std::vector<Server> serversOf(const Section& backend)
{
    Server defaults;
    for (const parse::HaproxyLine* line : backend.lines("default-server"))
        readOptions(defaults, line->words, 1);
    std::vector<Server> servers;
    for (const parse::HaproxyLine& line : backend.own().lines) {
        const std::vector<std::string>& words = line.words;
        const bool isTemplate = words[0] == "server-template";
        if ((words[0] != "server" && !isTemplate) || words.size() < (isTemplate ? 4U : 3U))
            continue;
        Server server = defaults;
        server.line = &line;
        server.name = words[1];
        server.isTemplate = isTemplate;
        server.addressText = words[isTemplate ? 3 : 2];
        server.address = parseWritten(server.addressText);
        readOptions(server, words, isTemplate ? 4 : 3);
        servers.push_back(std::move(server));
    }
    return servers;
}

}
