#include "core/ssh/handshake.h"

#include "core/base/quote.h"
#include "core/ssh/knownhosts.h"

#include <array>

#include <sys/socket.h>

namespace hopscope::ssh {
namespace {

    /// A server that is not there for us within this time is not going to be.
    constexpr base::Milliseconds longestHandshake { 10000 };

    base::Error failed(base::ErrorCode code, const Endpoint& endpoint, std::string detail, std::string advice)
    {
        return { code, "log in to", endpoint.name, std::move(detail), std::move(advice) };
    }

    /// The signature algorithms for known key types first, so that a host known by one type shows that key.
    std::string hostKeyOrder(const std::vector<std::string>& known)
    {
        const std::vector<std::string> all { "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256" };
        std::string order;
        const auto add = [&](const std::string& name) {
            if (("," + order + ",").find("," + name + ",") == std::string::npos)
                order += (order.empty() ? "" : ",") + name;
        };
        for (const std::string& type : known) {
            for (const std::string& algorithm : all) {
                if (algorithm == type || (type == "ssh-rsa" && algorithm.starts_with("rsa-")))
                    add(algorithm);
            }
        }
        for (const std::string& algorithm : all)
            add(algorithm);
        return order;
    }

    void setOptions(Link& link, const Endpoint& endpoint, const std::vector<std::string>& knownTypes)
    {
        ssh_session const session = link.session();
        const bool no = false;
        const int port = endpoint.port;
        ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &no);
        ssh_options_set(session, SSH_OPTIONS_HOST, endpoint.host.c_str());
        ssh_options_set(session, SSH_OPTIONS_PORT, &port);
        ssh_options_set(session, SSH_OPTIONS_USER, endpoint.user.c_str());
        // The host key is checked here, not by libssh, which knows neither aliases nor which line decided.
        ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
        ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
        ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, hostKeyOrder(knownTypes).c_str());
        // What checks print is text and shrinks to a sixth; on a slow or long line that is several round trips.
        if (endpoint.config.compression.value_or(true))
            ssh_options_set(session, SSH_OPTIONS_COMPRESSION, "yes");
        // What the config asks for, for servers that only speak old algorithms; what libssh does not know is left.
        const auto set = [&](ssh_options_e option, const std::string& value) {
            if (!value.empty())
                ssh_options_set(session, option, value.c_str());
        };
        if (knownTypes.empty() || endpoint.config.hostKeyAlgorithms.starts_with('+'))
            set(SSH_OPTIONS_HOSTKEYS, endpoint.config.hostKeyAlgorithms);
        set(SSH_OPTIONS_KEY_EXCHANGE, endpoint.config.kexAlgorithms);
        set(SSH_OPTIONS_CIPHERS_C_S, endpoint.config.ciphers);
        set(SSH_OPTIONS_CIPHERS_S_C, endpoint.config.ciphers);
        set(SSH_OPTIONS_HMAC_C_S, endpoint.config.macs);
        set(SSH_OPTIONS_HMAC_S_C, endpoint.config.macs);
        set(SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, endpoint.config.publicKeyAlgorithms);
    }

    /// What the server said first, one line of printable characters.
    std::string firstLine(const std::string& bytes)
    {
        std::string line;
        for (const char c : bytes.substr(0, 120)) {
            if (c == '\r' || c == '\n')
                break;
            line += c >= ' ' && c < '\x7f' ? c : '?';
        }
        return line;
    }

    bool holdsSshBanner(const std::string& bytes)
    {
        return bytes.starts_with("SSH-") || bytes.find("\nSSH-") != std::string::npos;
    }

    base::Error banned(const Endpoint& endpoint, const std::string& first, const std::string& words)
    {
        if (first.empty())
            return failed(base::ErrorCode::Disconnected, endpoint,
                "the server closed the connection before it said anything (" + words + ")",
                "sshd may be overloaded (MaxStartups) or ban this address (fail2ban, sshguard, hosts.deny).");
        if (!holdsSshBanner(first))
            return failed(base::ErrorCode::NotSsh, endpoint,
                "port " + std::to_string(endpoint.port) + " answered: " + firstLine(first),
                "Is that the port of sshd? Something else answers there.");
        const bool isNegotiation = words.find("kex") != std::string::npos || words.find("match") != std::string::npos;
        return failed(isNegotiation ? base::ErrorCode::KeyExchangeFailed : base::ErrorCode::Disconnected, endpoint,
            firstLine(first) + ": " + words,
            isNegotiation ? "The server offers only algorithms that are refused by default; the ssh config may allow them for "
                            "this host (KexAlgorithms, HostKeyAlgorithms, Ciphers, MACs)."
                          : "Look at the server's log of sshd (journalctl -u ssh).");
    }

    base::Result<void> exchangeKeys(Link& link, const Endpoint& endpoint, const Patience& patience)
    {
        std::string first; // what has arrived unread, as long as that is the banner
        bool hasBanner = false;
        while (true) {
            if (!hasBanner) {
                std::array<char, 512> buffer;
                const ssize_t count = ::recv(link.descriptor(), buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
                if (count > 0)
                    first.append(buffer.data(), std::size_t(count));
            }
            const int code = ssh_connect(link.session());
            hasBanner = hasBanner || ssh_get_serverbanner(link.session()) != nullptr;
            if (code == SSH_OK)
                return {};
            if (code != SSH_AGAIN)
                return base::failure(banned(endpoint, first, link.lastError()));
            const auto waited = link.wait(patience);
            if (!waited && waited.error().code == base::ErrorCode::TimedOut) {
                if (!first.empty() && !holdsSshBanner(first))
                    return base::failure(banned(endpoint, first, "no SSH banner"));
                return base::failure(failed(base::ErrorCode::NotSsh, endpoint,
                    first.empty() ? "the port accepts connections, but no SSH banner came"
                                  : firstLine(first) + ": the key exchange did not end in time",
                    "sshd may hang, or something in between accepts connections for a host that is down."));
            }
            if (!waited)
                return waited;
        }
    }

    std::string hostKeyCommand(const Endpoint& endpoint)
    {
        std::vector<std::string> words { "ssh" };
        if (endpoint.port != 22) {
            words.push_back("-p");
            words.push_back(std::to_string(endpoint.port));
        }
        words.push_back(endpoint.user + "@" + endpoint.host);
        words.push_back("true");
        return base::shellCommand(words);
    }

    base::Error changed(const Endpoint& endpoint, const KeyVerdict& verdict, const std::string& offered)
    {
        return failed(base::ErrorCode::HostKeyChanged, endpoint,
            offered + ", but " + verdict.file + " line " + std::to_string(verdict.line) + " holds another key ("
                + verdict.knownType + ")",
            "Someone may be in between, or the server was reinstalled. Only where you know of the latter: "
                + base::shellCommand({ "ssh-keygen", "-f", verdict.file, "-R", endpoint.knownHostsName })
                + ", then accept the new key.");
    }

    base::Result<void> meetNewKey(const Endpoint& endpoint, Interaction& interaction, const HostKey& key,
        const std::string& fingerprint)
    {
        bool isAccepted = endpoint.acceptsNewKeys;
        if (!isAccepted && endpoint.mayAskForNewKeys)
            isAccepted = interaction.acceptNewHostKey(
                { endpoint.name, endpoint.host + ":" + std::to_string(endpoint.port), key.type, fingerprint });
        if (!isAccepted)
            return base::failure(failed(base::ErrorCode::HostKeyUnknown, endpoint,
                "its host key is not in " + endpoint.userKnownHosts.front() + " (" + key.type + " " + fingerprint + ")",
                "Compare the fingerprint with the server's own, then accept it: " + hostKeyCommand(endpoint)
                    + ", or run again with --accept-new-host-keys."));
        // Not being able to remember it is no reason not to use it now.
        [[maybe_unused]] const auto remembered
            = rememberHostKey(endpoint.userKnownHosts.front(), endpoint.knownHostsName, key);
        return {};
    }

    base::Result<void> verifyHostKey(
        Link& link, const Endpoint& endpoint, const KnownHosts& known, Interaction& interaction)
    {
        ssh_key raw = nullptr;
        if (ssh_get_server_publickey(link.session(), &raw) != SSH_OK)
            return base::failure(failed(base::ErrorCode::KeyExchangeFailed, endpoint, link.lastError(), ""));
        const KeyHandle owned(raw);
        const HostKey key { ssh_key_type_to_char(ssh_key_type(raw)), base64Of(raw) };
        unsigned char* hash = nullptr;
        std::size_t size = 0;
        std::string fingerprint;
        if (ssh_get_publickey_hash(raw, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) == 0) {
            fingerprint = taken(ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size));
            ssh_clean_pubkey_hash(&hash);
        }
        KeyVerdict verdict = known.check(endpoint.knownHostsName, key);
        // As OpenSSH: a key known for the bare name is good for every port of it.
        if (verdict.kind == KeyVerdict::Kind::Unknown && endpoint.port != 22 && endpoint.config.hostKeyAlias.empty()) {
            const KeyVerdict bare = known.check(endpoint.host, key);
            if (bare.kind == KeyVerdict::Kind::Known || bare.kind == KeyVerdict::Kind::Revoked)
                verdict = bare;
        }
        const std::string offered = "the server showed " + key.type + " " + fingerprint;
        switch (verdict.kind) {
        case KeyVerdict::Kind::Known: return {};
        case KeyVerdict::Kind::Unknown: return meetNewKey(endpoint, interaction, key, fingerprint);
        case KeyVerdict::Kind::Changed:
        case KeyVerdict::Kind::OtherType: return base::failure(changed(endpoint, verdict, offered));
        case KeyVerdict::Kind::Revoked:
            return base::failure(failed(base::ErrorCode::HostKeyRevoked, endpoint,
                offered + ", which " + verdict.file + " line " + std::to_string(verdict.line) + " revokes",
                "Do not log in there before its owner has explained the key."));
        }
        return {};
    }

}

base::Result<void> handshake(
    Link& link, const Endpoint& endpoint, Interaction& interaction, const Patience& patience)
{
    std::vector<std::string> files = endpoint.userKnownHosts;
    files.insert(files.end(), endpoint.globalKnownHosts.begin(), endpoint.globalKnownHosts.end());
    const KnownHosts known = KnownHosts::load(files);
    std::vector<std::string> types = known.types(endpoint.knownHostsName);
    if (types.empty() && endpoint.port != 22 && endpoint.config.hostKeyAlias.empty())
        types = known.types(endpoint.host);
    setOptions(link, endpoint, types);
    if (const auto exchanged = exchangeKeys(link, endpoint, patience.atMost(longestHandshake)); !exchanged)
        return exchanged;
    return verifyHostKey(link, endpoint, known, interaction);
}

}
