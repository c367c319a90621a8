#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hopscope::ssh {

/// A question that only a person can answer during a login. Called from a host's thread and may block it; headless
/// programs answer "no" at once (NoInteraction), the window asks in a dialog.
class Interaction {
public:
    virtual ~Interaction() = default;

    struct HostKeyQuestion {
        std::string host;        ///< the profile's name for it
        std::string address;     ///< "shop.example:22"
        std::string type;        ///< "ssh-ed25519"
        std::string fingerprint; ///< "SHA256:…"
    };
    /// An unknown key: accept it (and remember it in known_hosts)? A changed key is never asked about.
    virtual bool acceptNewHostKey(const HostKeyQuestion& question) = 0;

    struct SecretQuestion {
        enum class Kind { Password, Passphrase, KeyboardInteractive };
        Kind kind = Kind::Password;
        std::string host;
        std::string user;
        std::string subject; ///< the key file, or the server's own prompt (plain text)
        bool isEchoed = false; ///< keyboard-interactive: may be shown while typed
        int attempt = 1;
    };
    /// Empty: the user gave up.
    virtual std::optional<std::string> secret(const SecretQuestion& question) = 0;
    /// What was answered was wrong: nobody should keep it.
    virtual void refused(const SecretQuestion&) { }
};

class NoInteraction final : public Interaction {
public:
    bool acceptNewHostKey(const HostKeyQuestion&) override { return false; }
    std::optional<std::string> secret(const SecretQuestion&) override { return std::nullopt; }
};

}
