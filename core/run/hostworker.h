#pragma once

#include "core/exec/commandrunner.h"
#include "core/model/profile.h"
#include "core/run/events.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <semaphore>
#include <stop_token>
#include <thread>

namespace hopscope::run {

using RunnerFactory = std::function<std::unique_ptr<exec::CommandRunner>(const model::ProfileHost&)>;
/// Hosts that may be talked to at the same moment.
using HostSlots = std::counting_semaphore<1024>;

/// One host's thread. It logs in at the first batch and keeps the session for later ones, which may go out while one
/// still runs; after a loss the next batch logs in anew. Everything is reported through the queue; the destructor stops and joins.
class HostWorker : private exec::Following {
public:
    struct Work {
        std::uint64_t run = 0;
        bool announcesSession = false; ///< the first batch of a run: report the session, logging in where needed
        exec::CheckBatch batch;
        std::stop_token stop;
        exec::Deadline deadline;
    };

    HostWorker(model::ProfileHost host, RunnerFactory factory, HostSlots& slots, EventQueue& events);
    ~HostWorker() override;
    HostWorker(const HostWorker&) = delete;
    HostWorker& operator=(const HostWorker&) = delete;

    /// Queues work; never blocks. Batches of one host run one after the other, and end in that order.
    void submit(Work work);

    const model::ProfileHost& host() const { return m_host; }

private:
    void loop(std::stop_token stop);
    void perform(Work& work);
    bool takeSlot(const Work& work);
    void endBatch();
    bool mayJoin(const Work& work) const; ///< what is for another run, or tells of the session, has a turn of its own
    exec::CheckBatch take() override;
    std::stop_token arrival() override;

    const model::ProfileHost m_host;
    const RunnerFactory m_factory;
    HostSlots& m_slots;
    EventQueue& m_events;

    std::unique_ptr<exec::CommandRunner> m_runner; ///< of the worker's thread only
    std::optional<model::HostSession> m_session;   ///< of the worker's thread only
    std::uint64_t m_run = 0;                       ///< whose batches are under way; of the worker's thread only
    std::deque<std::size_t> m_awaited;             ///< results of each of them that are still to come; likewise

    std::mutex m_mutex;
    std::condition_variable_any m_submitted;
    std::deque<Work> m_queue;
    std::stop_source m_arrival; ///< asked to stop once work is queued, until that is taken
    std::jthread m_thread; ///< last: starts when all else is there
};

}
