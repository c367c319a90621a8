#pragma once

#include "core/discovery/haproxy/address.h"
#include "core/discovery/haproxy/section.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::discovery::haproxy {

/// A `server` or `server-template` line with what `default-server` adds.
struct Server {
    const parse::HaproxyLine* line = nullptr;
    std::string name;
    bool isTemplate = false;
    std::string addressText; ///< as written
    WrittenAddress address;
    bool isTls = false;
    bool isChecked = false;
    bool isWatchedByAgent = false;
    std::string checkPort; ///< `port`: where the check asks, where that is not the server's own
    std::string checkAddress; ///< `addr`, the same
    std::string tracked; ///< "backend/server" whose check decides
    bool isBackup = false;
    bool isDisabled = false;
    bool sendsProxyProtocol = false;
    bool verifies = true;
    std::string trustedCertificates;
    std::string verifiedName; ///< `verifyhost`
    std::string clientCertificate; ///< `crt`: the key is in the same file
    std::vector<std::string> tlsVersions;
    std::string serverName; ///< the expression behind `sni`
    std::string protocol;   ///< `proto`, or what `alpn` offers
    std::string resolvers;
    std::string initAddress;
    std::optional<int> weight;
    std::optional<int> maxConnections;
    std::optional<int> fall;
    std::optional<base::Milliseconds> interval;
};

std::vector<Server> serversOf(const Section& backend);

}
