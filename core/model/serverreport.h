#pragma once

#include "core/base/time.h"
#include "core/model/source.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hopscope::model {

/// What a proxy itself says of one of its servers, by its admin socket or its API.
struct ServerReport {
    enum class Health {
        Unchecked, ///< nobody checks it
        Up,
        Down,
        Draining,    ///< takes no new requests
        Maintenance, ///< somebody took it out, or its name has no address
    };
    std::string software; ///< of the proxy that says so
    std::string group;    ///< backend, balancer or cluster
    std::string server;   ///< its name there
    std::string address;  ///< as Endpoint::text() writes it; empty where the report does not say
    Health health = Health::Unchecked;
    bool isEntrance = false; ///< the proxy's own side: a frontend, or (without a group) the whole process
    std::string state;  ///< in the proxy's own words: "DOWN 1/3", "Init Err"
    std::string check;  ///< the last health check's result: "L4CON", "L7STS"
    std::string detail; ///< and why: "Connection refused", "404"
    std::optional<base::TimePoint> since;
    std::optional<std::uint64_t> queued;       ///< requests that wait for it now
    std::optional<std::uint64_t> sessions;     ///< now
    std::optional<std::uint64_t> sessionLimit; ///< at once
    std::optional<std::uint64_t> connectErrors; ///< since the proxy started
    Source source;

    bool operator==(const ServerReport&) const = default;
};

}
