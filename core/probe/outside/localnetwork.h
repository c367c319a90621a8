#pragma once

#include "core/model/outside.h"

#include <string>
#include <string_view>

namespace hopscope::probe {

/// This machine's way out. Succeeded: the gateway's link-layer address is known, so it answered ARP; Unreachable: it
/// did not; NotTried: no gateway, or its state can't be read.
struct Gateway {
    std::string address;
    model::AttemptResult result = model::AttemptResult::NotTried;

    bool operator==(const Gateway&) const = default;
};

/// From what Linux shows in /proc/net/route and /proc/net/arp.
Gateway gatewayFrom(std::string_view routes, std::string_view neighbours);

/// Nothing is sent: only the system's tables are read.
Gateway defaultGateway();

/// What QNetworkInformation says, as OutsideView::systemReachability; "unknown" before loadNetworkInformation().
std::string systemReachability();

}
