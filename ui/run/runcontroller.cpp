#include "ui/run/runcontroller.h"

#include "ui/dialogs/dialoginteraction.h"
#include "ui/dialogs/sessionsecrets.h"
#include "ui/run/runthread.h"

#include <mutex>
#include <utility>

namespace hopscope::ui {

/// Where a run leaves its newest snapshot. One event is under way at a time, so that a chatty run can't flood
/// the window.
struct RunController::Mailbox {
    std::mutex mutex;
    std::shared_ptr<const run::Snapshot> newest;
    bool isEventUnderWay = false;
};

RunController::RunController(RunnerFactory factory, Dialogs& dialogs,
    std::shared_ptr<SessionSecrets> secrets, QObject* parent)
    : QObject(parent)
    , m_factory(std::move(factory))
    , m_dialogs(dialogs)
    , m_secrets(std::move(secrets))
{
}

RunController::~RunController()
{
    if (m_thread)
        m_thread->stop();
}

void RunController::start(const model::Profile& profile)
{
    cancel();
    retireFinished();
    if (m_thread && m_thread->isBusy())
        m_retired.push_back(std::move(m_thread));
    if (!m_thread)
        m_thread
            = std::make_unique<RunThread>(m_factory, std::make_shared<DialogInteraction>(m_dialogs, m_secrets));

    const std::uint64_t number = ++m_number;
    const auto mailbox = std::make_shared<Mailbox>();
    m_mailbox = mailbox;
    m_isRunning = true;
    Q_EMIT started();
    m_thread->start({ profile,
        [this, mailbox, number](std::shared_ptr<const run::Snapshot> snapshot) {
            const std::scoped_lock lock(mailbox->mutex);
            mailbox->newest = std::move(snapshot);
            if (std::exchange(mailbox->isEventUnderWay, true))
                return;
            QMetaObject::invokeMethod(this, [this, number] { deliver(number); });
        },
        [this, number] {
            QMetaObject::invokeMethod(this, [this, number] {
                retireFinished();
                if (number != m_number || !m_isRunning)
                    return;
                deliver(number);
                m_isRunning = false;
                Q_EMIT ended(false);
            });
        } });
}

void RunController::cancel()
{
    if (!m_isRunning)
        return;
    m_isRunning = false;
    ++m_number; // what still comes is stale
    m_thread->stop();
    Q_EMIT ended(true);
}

void RunController::useRunners(RunnerFactory factory)
{
    cancel();
    if (m_thread)
        m_retired.push_back(std::move(m_thread));
    m_factory = std::move(factory);
    retireFinished();
}

void RunController::deliver(std::uint64_t number)
{
    if (number != m_number || !m_mailbox)
        return;
    std::shared_ptr<const run::Snapshot> snapshot;
    {
        const std::scoped_lock lock(m_mailbox->mutex);
        m_mailbox->isEventUnderWay = false;
        snapshot = std::exchange(m_mailbox->newest, nullptr);
    }
    if (snapshot)
        Q_EMIT snapshotArrived(snapshot);
}

void RunController::retireFinished()
{
    std::erase_if(m_retired, [](const std::unique_ptr<RunThread>& thread) { return !thread->isBusy(); });
}

}
