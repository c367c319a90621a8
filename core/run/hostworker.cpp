#include "core/run/hostworker.h"

namespace hopscope::run {

HostWorker::HostWorker(model::ProfileHost host, RunnerFactory factory, HostSlots& slots, EventQueue& events)
    : m_host(std::move(host))
    , m_factory(std::move(factory))
    , m_slots(slots)
    , m_events(events)
    , m_thread([this](std::stop_token stop) { loop(stop); })
{
}

HostWorker::~HostWorker() = default;

void HostWorker::submit(Work work)
{
    {
        const std::lock_guard lock(m_mutex);
        m_queue.push_back(std::move(work));
        m_arrival.request_stop();
    }
    m_submitted.notify_one();
}

void HostWorker::loop(std::stop_token stop)
{
    while (true) {
        Work work;
        {
            std::unique_lock lock(m_mutex);
            if (!m_submitted.wait(lock, stop, [this] { return !m_queue.empty(); }))
                return;
            work = std::move(m_queue.front());
            m_queue.pop_front();
            if (m_queue.empty())
                m_arrival = {};
        }
        perform(work);
    }
}

bool HostWorker::takeSlot(const Work& work)
{
    // A semaphore can't wait for a stop token: look at it between short waits.
    while (!work.stop.stop_requested() && !work.deadline.isOver()) {
        if (m_slots.try_acquire_for(std::chrono::milliseconds(50)))
            return true;
    }
    return false;
}

void HostWorker::perform(Work& work)
{
    const bool hasSlot = takeSlot(work);
    bool isLost = false;
    m_run = work.run;
    m_awaited = { work.batch.size() };
    const auto sink = [&](model::CheckResult result) {
        isLost = isLost || std::holds_alternative<model::outcome::TransportLost>(result.outcome);
        result.host = m_host.name;
        m_events.push({ m_run, event::CheckEnded { std::move(result) } });
        if (--m_awaited.front() == 0)
            endBatch();
    };
    if (!hasSlot) {
        model::HostSession session;
        session.host = m_host.name;
        session.error = base::Error { work.stop.stop_requested() ? base::ErrorCode::Cancelled : base::ErrorCode::TimedOut,
            "log in to", m_host.name.value(), "the run ended before its turn came", "" };
        if (work.announcesSession)
            m_events.push({ work.run, event::SessionEnded { std::move(session) } });
        endBatch();
        return;
    }
    const auto announce = [&](model::HostSession session) {
        session.host = m_host.name;
        isLost = !session.isReachable();
        m_session = session;
        if (work.announcesSession)
            m_events.push({ work.run, event::SessionEnded { std::move(session) } });
    };
    if (m_runner && m_session) {
        announce(*m_session);
        m_runner->run(work.batch, sink, work.stop, work.deadline);
    } else {
        m_runner = m_factory(m_host);
        m_runner->follow(*this);
        m_runner->openAndRun(work.batch, announce, sink, work.stop, work.deadline);
    }
    // A batch that was cut short leaves the channel in the middle of something: the next one logs in anew.
    if (isLost || work.stop.stop_requested() || work.deadline.isOver()) {
        m_runner.reset();
        m_session.reset();
    }
    m_slots.release();
    while (!m_awaited.empty()) // where nothing was asked, or nobody could be
        endBatch();
}

void HostWorker::endBatch()
{
    m_awaited.pop_front();
    m_events.push({ m_run, event::BatchEnded { m_host.name } });
}

exec::CheckBatch HostWorker::take()
{
    const std::lock_guard lock(m_mutex);
    if (m_queue.empty() || !mayJoin(m_queue.front()))
        return {};
    exec::CheckBatch batch = std::move(m_queue.front().batch);
    m_queue.pop_front();
    if (m_queue.empty())
        m_arrival = {};
    m_awaited.push_back(batch.size());
    return batch;
}

std::stop_token HostWorker::arrival()
{
    const std::lock_guard lock(m_mutex);
    return m_queue.empty() || mayJoin(m_queue.front()) ? m_arrival.get_token() : std::stop_token();
}

bool HostWorker::mayJoin(const Work& work) const { return work.run == m_run && !work.announcesSession && !work.batch.empty(); }

}
