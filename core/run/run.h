#pragma once

#include "core/base/result.h"
#include "core/exec/commandrunner.h"
#include "core/faults/catalogue.h"
#include "core/model/capture.h"
#include "core/model/diagnosis.h"
#include "core/ssh/interaction.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace hopscope::run {

/// How far one host is, for people who wait.
struct HostProgress {
    enum class Stage { Queued, Connecting, Authenticating, Inventory, Hops, Done, Failed };
    base::HostId host;
    Stage stage = Stage::Queued;
    std::string check; ///< the last check that ended
    int checksDone = 0;
    int checksPlanned = 0;
    std::string error; ///< where Failed: the reason, one line

    bool operator==(const HostProgress&) const = default;
};

/// The state of a run at one moment; an immutable value that may be handed to any thread.
struct Snapshot {
    std::uint64_t number = 0; ///< grows by one each time
    bool isFinal = false;
    std::vector<HostProgress> progress;
    model::Diagnosis diagnosis; ///< the verdict so far; topology included
    /// The capture that it was computed from, shared: evidence shows its commands and outputs.
    std::shared_ptr<const model::Capture> capture;
};

struct Options {
    std::string sshConfigFile;  ///< empty: ~/.ssh/config
    std::string knownHostsFile; ///< empty: ~/.ssh/known_hosts
    bool acceptNewHostKeys = false;
    std::optional<base::Milliseconds> timeout; ///< of a whole run; empty: the profile's
    enum class Depth {
        Logins, ///< only whether each host lets us in
        Discovery, ///< stop after wave one
        Diagnosis,
    };
    Depth depth = Depth::Diagnosis;
};

/// A catalogue that is being loaded on another thread; null where it can't be.
using PendingCatalogue = std::shared_future<std::shared_ptr<const faults::Catalogue>>;

using SnapshotSink = std::function<void(std::shared_ptr<const Snapshot>)>;

/// Carries profiles through login, inventory, discovery, hop checks and diagnosis. One engine serves many runs;
/// between two runs of the same profile its SSH sessions stay open. Runs on the caller's thread and on one thread a
/// host; `sink` is called from the caller's thread only, in order, the last one with isFinal.
class Engine {
public:
    /// Where the outside world comes in; tests put their own there.
    struct Seams {
        std::function<std::unique_ptr<exec::CommandRunner>(const model::Profile&, const model::ProfileHost&)> runner;
        std::function<model::OutsideView(const model::Profile&, const std::function<void(const model::OutsideView&)>&,
            std::stop_token, std::chrono::steady_clock::time_point)>
            outside;
        base::WallClock now;
        std::shared_ptr<exec::QuestionClock> questions {}; ///< who asks people tells it; null: nobody asks
        /// Adds to the last snapshot's nodes how hosts that the profile lacks could be reached; may be empty.
        std::function<void(model::Topology&, const model::Profile&)> waysIn {};
    };

    Engine(Options options, std::shared_ptr<const faults::Catalogue> catalogue,
        std::shared_ptr<ssh::Interaction> interaction);
    Engine(Options options, std::shared_ptr<const faults::Catalogue> catalogue, Seams seams);
    /// The logins begin while the catalogue is still being loaded.
    Engine(Options options, PendingCatalogue catalogue, std::shared_ptr<ssh::Interaction> interaction);
    Engine(Options options, PendingCatalogue catalogue, Seams seams);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Blocks until the run ends, its time is over, or a stop is asked for. Always ends with a final snapshot; null, and
    /// soon, only where the pending catalogue came to nothing.
    std::shared_ptr<const Snapshot> run(const model::Profile& profile, const SnapshotSink& sink, std::stop_token stop);

private:
    struct Private;
    std::unique_ptr<Private> m_private;
};

/// The same from a recording, offline and at once.
std::shared_ptr<const Snapshot> replay(model::Capture capture, const faults::Catalogue& catalogue);

}
