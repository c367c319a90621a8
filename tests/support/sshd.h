#pragma once

#include "tests/support/childprocess.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::test {

/// A real OpenSSH server on a free loopback port, as the current user, without the machine's own configuration, keys
/// or PAM. Ends with its owner.
class Sshd {
public:
    struct Options {
        std::vector<std::string> hostKeyTypes { "ed25519" };
        std::string config; ///< further lines of sshd_config; they come first, so they win
    };
    Sshd();
    explicit Sshd(Options options);
    ~Sshd() { stop(); }
    Sshd(const Sshd&) = delete;
    Sshd& operator=(const Sshd&) = delete;

    unsigned short port() const { return m_port; }
    const std::string& user() const { return m_user; }
    /// A private key that may log in, without a passphrase (ed25519).
    const std::string& identityFile() const { return m_identity; }
    /// A known_hosts file that holds this server's keys.
    const std::string& knownHosts() const { return m_knownHosts; }
    /// An ssh config that knows this server by the alias "server" and all of the above.
    const std::string& sshConfig() const { return m_sshConfig; }
    /// "ssh-ed25519 AAAA…" of its host key.
    std::string hostKey(const std::string& type = "ed25519") const;
    /// Lets a further key in; the text of a .pub file.
    void authorize(const std::string& publicKey);
    /// A file or folder beside its own.
    const TemporaryFolder& folder() const { return m_folder; }
    std::string log() const { return contentOf(m_folder.file("sshd.log")); }
    /// Ends the server and every session on it.
    void stop();

private:
    void start(const Options& options);

    TemporaryFolder m_folder;
    unsigned short m_port = 0;
    std::string m_user;
    std::string m_identity;
    std::string m_knownHosts;
    std::string m_sshConfig;
    std::optional<ChildProcess> m_process;
};

/// Makes a key pair: `path` and `path`.pub. `type` as ssh-keygen takes it; `format` "PEM" for the old one.
void makeKey(const std::string& path, const std::string& type, const std::string& passphrase = {},
    const std::string& format = {});

}
