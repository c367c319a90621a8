#pragma once

#include "core/exec/checkspec.h"
#include "core/run/conclude.h"
#include "core/run/events.h"
#include "core/run/run.h"

#include <map>
#include <set>
#include <tuple>

namespace hopscope::run {

/// The growing state of one run: the capture, each host's progress, and which checks were sent already. Used by the
/// engine's own thread only; knows nothing of threads or transports.
class CurrentRun {
public:
    CurrentRun(const model::Profile& profile, base::TimePoint startedAt);

    /// The first wave for a host; to be called once for each.
    exec::CheckBatch inventory(const model::ProfileHost& host);
    /// In its place, where only the login is wanted; nothing is looked at from outside then.
    void login(const model::ProfileHost& host);
    /// Checks that the facts so far call for and that were not sent yet, by host. Empty: nothing more to ask.
    std::map<base::HostId, exec::CheckBatch> nextHopChecks();

    void take(event::SessionEnded ended);
    void take(event::CheckEnded ended);
    void take(event::BatchEnded ended);
    void take(event::OutsideSeen seen);

    /// The first wave is not in yet.
    bool isInventoryUnderWay() const { return !m_chainAwaited.empty(); }
    /// But for what the chain is not made of: what it calls for can be planned.
    bool isChainSeen() const;
    bool isAnythingUnderWay() const;

    const Conclusion& conclude(const faults::Catalogue& catalogue, base::TimePoint now);
    std::shared_ptr<Snapshot> snapshot(bool isFinal);

private:
    HostProgress& progressOf(const base::HostId& host);
    exec::CheckBatch sending(const base::HostId& host, exec::CheckBatch batch, HostProgress::Stage stage);

    model::Capture m_capture;
    Conclusion m_conclusion;
    std::vector<HostProgress> m_progress;
    std::map<base::HostId, int> m_underWay; ///< batches sent and not ended
    std::map<base::HostId, int> m_chainAwaited; ///< the chain's checks that are to come, while the first wave is under way
    std::set<std::tuple<std::string, std::string, std::string, std::string>> m_sent; ///< host, container, check, subject
    bool m_isOutsideComplete = false;
    std::uint64_t m_snapshots = 0;
};

}
