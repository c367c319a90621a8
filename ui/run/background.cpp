#include "ui/run/background.h"

#include <utility>

namespace hopscope::ui {

Background::Background(QObject* parent)
    : QObject(parent)
{
}

Background::~Background()
{
    for (const std::unique_ptr<Job>& job : m_jobs)
        job->thread.join();
}

void Background::start(Work work)
{
    std::erase_if(m_jobs, [](const std::unique_ptr<Job>& job) {
        const bool isOver = job->isOver;
        if (isOver)
            job->thread.join();
        return isOver;
    });
    Job& job = *m_jobs.emplace_back(std::make_unique<Job>());
    ++m_awaited;
    job.thread = std::thread([this, &job, generation = m_generation, work = std::move(work)] {
        QMetaObject::invokeMethod(this, [this, generation, then = work()] { end(generation, then); });
        job.isOver = true;
    });
    Q_EMIT busyChanged();
}

void Background::end(std::uint64_t generation, const std::function<void()>& then)
{
    if (generation != m_generation)
        return;
    --m_awaited;
    Q_EMIT busyChanged();
    if (then)
        then();
}

void Background::drop()
{
    ++m_generation;
    if (std::exchange(m_awaited, 0) > 0)
        Q_EMIT busyChanged();
}

}
