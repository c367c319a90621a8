#pragma once

#include "core/model/outcome.h"
#include "core/model/outside.h"
#include "core/model/profile.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::model {

/// One command that ran on one host, verbatim. The unit of evidence.
struct CheckResult {
    base::HostId host;
    std::string container; ///< name, where it ran inside a container's namespaces; else empty
    base::CheckId check;   ///< what it is, e.g. "listeners", "hop-http"
    std::string subject;   ///< what it is about: a hop id, a unit, a file; empty for the general ones
    std::string command;   ///< as a person could paste it on that host
    Outcome outcome;
    std::string output;      ///< stdout, bytes as they came
    std::string errorOutput; ///< stderr, bytes as they came
    bool isTruncated = false;
    base::TimePoint startedAt {};
    base::Milliseconds duration {};

    bool operator==(const CheckResult&) const = default;
};

/// The login to one host and what it was like.
struct HostSession {
    base::HostId host;
    std::optional<base::Error> error; ///< why the host could not be used; nothing from it after that
    std::string address;              ///< what was connected to, "10.1.0.3:22"; empty for local
    std::string user;                 ///< the remote user; may be empty where not known
    base::Milliseconds connect {};
    base::Milliseconds authenticate {};
    /// The host's clock less ours when it was read; empty where unknown. Accuracy is about one round trip.
    std::optional<base::Milliseconds> clockOffset;

    bool isReachable() const { return !error; }
    bool operator==(const HostSession&) const = default;
};

/// Everything a diagnosis is computed from. All after it is a pure function of this value.
struct Capture {
    Profile profile;
    base::TimePoint startedAt {};
    base::Milliseconds duration {};
    std::vector<HostSession> sessions;
    std::vector<CheckResult> checks; ///< order of arrival; facts refer to them by index
    OutsideView outside;

    bool operator==(const Capture&) const = default;
};

}
