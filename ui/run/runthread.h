#pragma once

#include "ui/run/runner.h"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

namespace hopscope::ui {

class DialogInteraction;

/// One thread with one runner, which keeps its SSH sessions between runs. The destructor asks the run to stop
/// and waits.
class RunThread {
public:
    struct Job {
        model::Profile profile;
        run::SnapshotSink sink; ///< called on this thread
        std::function<void()> ended; ///< called on this thread, after the last snapshot
    };

    RunThread(RunnerFactory factory, std::shared_ptr<DialogInteraction> interaction);
    ~RunThread();
    RunThread(const RunThread&) = delete;
    RunThread& operator=(const RunThread&) = delete;

    bool isBusy() const;
    /// Only while not busy.
    void start(Job job);
    /// Asks the running job to end; its open questions are answered with no.
    void stop();

private:
    void work(std::stop_token stop);

    RunnerFactory m_factory;
    std::shared_ptr<DialogInteraction> m_interaction;
    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::optional<Job> m_job;
    bool m_isBusy = false;
    std::stop_source m_runStop;
    std::jthread m_thread; ///< last: it uses all of the above
};

}
