#pragma once

#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// A listener of the callee's host that no hop leads to, and how well it fits what the caller looks for.
struct Elsewhere {
    const model::Listener* listener = nullptr;
    const model::Unit* unit = nullptr;
    double fit = 0;
    std::string reason;
};

/// Best first. Infrastructure (sshd, resolvers, the proxies themselves …) is never a candidate for an app.
std::vector<Elsewhere> listenersElsewhere(const HopView& view);

/// Whether one of them was started after that moment, or may have been: where a start is not known or within the same second, it may.
bool startedSince(const HopView& view, base::TimePoint moment);

/// Where the database or cache that the callee is takes connections instead of the wanted socket file: another file, or its
/// port where it has no file at all. Null where it does not run there.
const model::Listener* storeElsewhere(const HopView& view);

/// Another unix socket that listens and could be the one meant: same folder, same software, or the only free
/// one.
const model::Listener* socketElsewhere(const HopView& view);

/// Whether some hop of the topology leads to this socket.
bool isTargeted(const HopView& view, const model::Listener& listener, const model::HostFacts& host);

/// An address of a host that others can use: the first that is no loopback; empty where there is none.
std::string usableAddress(const model::HostFacts& host);

}
