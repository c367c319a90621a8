#pragma once

#include "core/exec/checkspec.h"
#include "core/model/facts.h"
#include "core/model/topology.h"

#include <optional>
#include <string>

namespace hopscope::probe {

/// One attempt at a hop's target from one seat.
struct HopAttempt {
    const char* check = nullptr; ///< model::checkid::hopCaller, hopCallee or hopLoopback
    const model::Hop* hop = nullptr;
    model::Endpoint target;      ///< what to connect to from there
    const model::HostFacts* host = nullptr;
    std::string user;            ///< for a unix socket: whom to be; empty: as we are
    std::string container;       ///< whose network to enter; empty: the host's
    std::optional<int> containerPid;
    std::string containerEngine; ///< docker, podman
    std::string requestHost;     ///< the Host header; may not be empty
    int limitSeconds = 8;        ///< for connect, TLS and answer together
    /// Connect, and TLS where the hop speaks it, but ask nothing: a request more could disturb what another seat sees.
    bool isConnectOnly = false;
    /// It listened a moment ago: a refusal is tried again, as the process may just be starting anew.
    bool isRefusalOdd = false;
    bool isCalleeProxy = false; ///< or nothing that is known: it may wait for a PROXY header
};

/// The check that makes the attempt: GETs, pings and greetings only, every discovered word quoted.
exec::CheckSpec hopProbe(const HopAttempt& attempt);

}
