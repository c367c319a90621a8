#pragma once

#include "core/model/outside.h"
#include "core/model/profile.h"

#include <chrono>
#include <functional>
#include <stop_token>

namespace hopscope::probe {

/// Looks at the profile's url from this machine: DNS, TCP to each address, TLS with its chain, one HTTP request, and
/// this machine's own network. Blocks its (worker) thread, at most until the deadline, and returns within
/// 100 ms of a stop; `progress` gets each step, on the same thread.
/// Contacts the url's addresses, the control target if the profile names one, and nothing else.
model::OutsideView lookFromOutside(const model::Profile& profile,
    const std::function<void(const model::OutsideView&)>& progress, std::stop_token stop,
    std::chrono::steady_clock::time_point deadline);

/// Once, from the main thread, after the QCoreApplication was made: without it the system's own view of its network
/// stays "unknown". Nothing else here needs Qt's event loop.
void loadNetworkInformation();

}
