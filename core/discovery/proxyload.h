#pragma once

#include "core/model/facts.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hopscope::discovery {

/// What nginx's stub_status said when the host was looked at.
struct NginxStatus {
    std::uint64_t active = 0;   ///< connections of clients, those that wait included
    std::uint64_t accepted = 0; ///< since it started
    std::uint64_t handled = 0;  ///< of those; fewer where worker_connections (or descriptors) ran out
    std::uint64_t writing = 0;  ///< requests that wait for an answer or get one; ours is one of them
    std::uint64_t waiting = 0;  ///< idle connections that are kept

    bool operator==(const NginxStatus&) const = default;
};

/// Empty where no stub_status is configured or it did not answer.
std::optional<NginxStatus> nginxStatusOf(const model::SoftwareConfig& config);

/// For people: how busy a proxy is by its own words; empty where it does not say.
std::string loadTextOf(const model::SoftwareConfig& config);

}
