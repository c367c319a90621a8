#pragma once

#include "core/faults/predicates/clusterview.h"
#include "core/faults/predicates/readlog.h"
#include "core/model/capture.h"
#include "core/model/diagnosis.h"
#include "core/model/topology.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::faults {

/// What the caller saw of a hop, as a variant of the taxonomy.
struct Symptom {
    std::string variant;
    double confidence = 0; ///< that this is what the caller sees
    std::vector<model::Evidence> evidence;
    bool isProbed = false; ///< by the caller's own attempt; else read in its logs
    std::string share; ///< "10 of the last 41 requests", where not all of them fail

    bool operator==(const Symptom&) const = default;
};

/// All that was seen about one hop, gathered for the predicates. Borrows: the capture, facts, topology and
/// logs must outlive it. Fields are empty or null where nothing was seen; a predicate then has nothing to
/// say.
struct HopView {
    const model::Capture* capture = nullptr;
    const model::Facts* facts = nullptr;
    const model::Topology* topology = nullptr;
    const model::Hop* hop = nullptr;
    const ReadLogs* logs = nullptr; ///< of all hosts
    const model::Node* caller = nullptr;
    const model::Node* callee = nullptr;
    const model::HostFacts* callerHost = nullptr; ///< where it could be logged in to
    const model::HostFacts* calleeHost = nullptr;
    const model::Container* container = nullptr; ///< that the callee runs in, or should
    /// The target is the container's own address or name, not a port that it publishes on its host.
    bool isInsideTarget = false;
    const model::HostSession* calleeSession = nullptr; ///< of the profile's host that the callee is on
    std::vector<const model::HopProbe*> callerProbes;
    std::vector<const model::HopProbe*> calleeProbes; ///< on the callee's host, to the same address
    std::vector<const model::HopProbe*> loopProbes; ///< on the callee's host, to its own loopback or listener
    std::vector<const ReadLine*>
        callerLines; ///< of the caller's logs, naming this hop's target; oldest first
    std::vector<const ReadLine*> calleeLines; ///< of the callee's unit, its log files and its kernel
    std::vector<const ReadLine*> hostLines; ///< all of the callee's host
    std::vector<const ReadLine*> callerHostLines; ///< all of the caller's
    std::optional<ClusterView> cluster; ///< where the callee is an object of a cluster
    Symptom symptom;
    const model::Unit* unit = nullptr; ///< the systemd unit that owns the callee, or should
    double unitCertainty = 0; ///< how sure that is
    std::string unitReason; ///< why it is thought to be the one

    bool isUnix() const { return hop->declared.endpoint.isUnix(); }
    base::Port port() const { return hop->declared.endpoint.port; }
    /// What the caller connects to: a literal, or what its probe resolved. Empty where not known.
    std::string address() const;
    /// "port 3000" or "/run/x.sock".
    std::string targetWords() const;
    /// TCP sockets on the target's port on the callee's host, whatever their address.
    std::vector<const model::Listener*> onPort() const;
    /// The socket that would take the caller's connection.
    const model::Listener* accepting() const;
    /// The callee's container has sockets, but none that takes connections from outside it at the wanted port.
    bool isShutInside() const;
    const model::FileStatus* socketFile() const;
    /// Whether that host's listening sockets were read at all (a host without any is not credible).
    bool knowsListeners() const;

    bool isSymptom(std::initializer_list<const char*> variants) const;
    /// Whether some probe from the callee's own host got a connection.
    const model::HopProbe* connectedLocally() const;
    /// The caller's attempt that shows the symptom best: the first one that failed, else the first.
    const model::HopProbe* callerProbe() const;

    /// The host's clock when the run began; the capture's start where it is not known.
    base::TimePoint nowOn(const model::HostFacts* host) const;
    bool isFresh(const ReadLine& line, base::Milliseconds age) const;

    model::Evidence evidence(const model::HopProbe& probe) const;
    model::Evidence evidence(const ReadLine& line) const;
    model::Evidence evidence(
        const model::HostFacts* host, const char* check, model::Source source, std::string observed) const;
};

/// An item of evidence from what a check showed; `check`, `command` and `at` come from the capture where it
/// is known.
model::Evidence evidenceFrom(const model::Capture& capture, const base::HostId& host,
    const std::string& check, model::Source source, std::string observed);

/// The address that a line of the caller says it used for this hop's name, where the name leads elsewhere now and no other
/// hop of the caller means that address; else empty.
std::string formerAddress(const HopView& view, const ReadLine& line);
/// Whether a line of the caller's log is about this hop's target (or about the caller's host as a whole).
bool isAboutTarget(const HopView& view, const ReadLine& line);
/// Whether a line comes from the callee: its unit, its container, its own log files, or its kernel.
bool isOfCallee(const HopView& view, const ReadLine& line);

/// A probe's result in words: "10.1.0.3:3000: connection refused".
std::string wordsOf(const model::HopProbe& probe);

bool failedToConnect(const model::HopProbe& probe);

/// Attempts at a name's addresses of one family that were refused, where those of the other are taken and the caller goes on
/// to them by itself: nobody's request fails by it. Empty otherwise.
std::vector<const model::HopProbe*> passedOver(const HopView& view);
/// The caller's attempts at the addresses that it would use itself, without those that are passed over. Most callers try all addresses of a name; HAProxy keeps
/// the one that it says, or the first that it found when it started.
std::vector<const model::HopProbe*> probesOfAddressInUse(const HopView& view);

HopView viewOf(const model::Capture& capture, const model::Facts& facts, const model::Topology& topology,
    const model::Hop& hop, const ReadLogs& logs, const std::vector<model::HopProbe>& outsideProbes);

}
