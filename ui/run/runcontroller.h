#pragma once

#include "ui/run/runner.h"

#include <QObject>

#include <cstdint>
#include <memory>
#include <vector>

namespace hopscope::ui {

class Dialogs;
class RunThread;
class SessionSecrets;

/// Runs for the window: starts and cancels at once, never waits, and hands out snapshots on the window's
/// thread. Each run has a number; what an older run still says is dropped. A run that does not end when asked
/// keeps its thread to itself, and the next one gets a new thread.
class RunController : public QObject {
    Q_OBJECT

public:
    /// `secrets` are what was typed to log in with, shared by all controllers of a window.
    RunController(RunnerFactory factory, Dialogs& dialogs, std::shared_ptr<SessionSecrets> secrets,
        QObject* parent = nullptr);
    ~RunController() override;

    void start(const model::Profile& profile);
    void cancel();
    /// What the next runs are made by; open SSH sessions of the last ones end.
    void useRunners(RunnerFactory factory);
    bool isRunning() const { return m_isRunning; }

Q_SIGNALS:
    void started();
    /// The newest state; states in between may be left out. The last one of a run has isFinal.
    void snapshotArrived(const std::shared_ptr<const hopscope::run::Snapshot>& snapshot);
    /// The run is over: by itself, or because it was cancelled.
    void ended(bool wasCancelled);

private:
    struct Mailbox;

    void deliver(std::uint64_t number);
    void retireFinished();

    RunnerFactory m_factory;
    Dialogs& m_dialogs;
    std::shared_ptr<SessionSecrets> m_secrets;
    std::unique_ptr<RunThread> m_thread;
    std::vector<std::unique_ptr<RunThread>> m_retired; ///< asked to stop, still busy
    std::shared_ptr<Mailbox> m_mailbox;
    std::uint64_t m_number = 0;
    bool m_isRunning = false;
};

}
