#pragma once

#include "core/model/capture.h"
#include "core/model/facts.h"
#include "core/model/topology.h"

#include <string>

namespace hopscope::test {

/// Builds the facts of an outage. Starts as a healthy chain: nginx on "edge" (10.1.0.2, port 80) in front of
/// shop.service, a node app on "app1" (10.1.0.3, port 3000), and a request that gets 200.
class Scenario {
public:
    Scenario();

    model::Capture capture;
    model::Facts facts;
    model::Topology topology;

    base::TimePoint now() const { return capture.startedAt; }
    base::TimePoint ago(base::Milliseconds age) const { return now() - age; }

    model::HostFacts& edge() { return facts.hosts.at(base::HostId("edge")); }
    model::HostFacts& app() { return facts.hosts.at(base::HostId("app1")); }
    model::Unit& unit() { return app().units.at(0); }
    model::Hop& entryHop() { return topology.hops.at(0); }
    model::Hop& appHop() { return topology.hops.at(1); }
    model::HopProbe& probe(model::Seat seat); ///< of the app's hop; made where there is none

    /// The user's request gets this status from nginx.
    Scenario& requestAnswers(int status);
    /// All seats' attempts on the app's hop fail to connect in this way.
    Scenario& connectFails(model::ConnectResult result);
    Scenario& nothingListens();
    Scenario& unitIs(const std::string& activeState, const std::string& subState, const std::string& result);
    Scenario& edgeLogs(const std::string& text, base::Milliseconds age);
    Scenario& appLogs(
        const std::string& text, base::Milliseconds age, model::LogOrigin origin = model::LogOrigin::Journal);
    Scenario& hostUnreachable(const std::string& host, base::ErrorCode code);
    /// Turns the app's target into a unix socket on edge itself, owned by a unit there.
    Scenario& overUnixSocket(const std::string& path, const std::string& unitName, model::Protocol protocol);
    /// A further listening process on the app's host.
    Scenario& alsoListens(const std::string& address, base::Port port, const std::string& process, int pid,
        const std::string& unitName = {});
    /// A second app server in the same group, with its own host; healthy.
    Scenario& withReplica();
    /// A database behind the app, on its own host "db1", reached and fine.
    Scenario& withDatabase();

private:
    void addProbe(const model::Hop& hop, const char* host, model::Seat seat);

    model::Source m_edgeLog; ///< one file, read once
};

}
