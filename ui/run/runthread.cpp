#include "ui/run/runthread.h"

#include "ui/dialogs/dialoginteraction.h"

#include <utility>

namespace hopscope::ui {

RunThread::RunThread(RunnerFactory factory, std::shared_ptr<DialogInteraction> interaction)
    : m_factory(std::move(factory))
    , m_interaction(std::move(interaction))
    , m_thread([this](std::stop_token stop) { work(std::move(stop)); })
{
}

RunThread::~RunThread()
{
    stop();
    m_thread.request_stop();
}

bool RunThread::isBusy() const
{
    const std::scoped_lock lock(m_mutex);
    return m_isBusy;
}

void RunThread::start(Job job)
{
    m_interaction->open();
    {
        const std::scoped_lock lock(m_mutex);
        m_job = std::move(job);
        m_isBusy = true;
        m_runStop = std::stop_source();
    }
    m_wake.notify_one();
}

void RunThread::stop()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_runStop.request_stop();
    }
    m_interaction->close();
}

void RunThread::work(std::stop_token stop)
{
    std::unique_ptr<Runner> runner;
    std::unique_lock lock(m_mutex);
    while (m_wake.wait(lock, stop, [this] { return m_job.has_value(); })) {
        const Job job = std::move(*m_job);
        m_job.reset();
        const std::stop_token runStop = m_runStop.get_token();
        lock.unlock();
        if (!runner)
            runner = m_factory(m_interaction);
        runner->run(job.profile, job.sink, runStop);
        lock.lock();
        m_isBusy = false;
        lock.unlock();
        job.ended();
        lock.lock();
    }
}

}
