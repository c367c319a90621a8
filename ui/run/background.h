#pragma once

#include <QObject>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace hopscope::ui {

/// Work with files, off the window's thread. Each piece has a thread of its own, so that one that hangs (a dead network
/// mount) holds up no other; the destructor waits for all.
class Background : public QObject {
    Q_OBJECT

public:
    /// Runs on the other thread and answers what is to be done with the result, on the window's.
    using Work = std::function<std::function<void()>()>;

    explicit Background(QObject* parent = nullptr);
    ~Background() override;

    void start(Work work);
    /// What is under way may end, but its result is dropped.
    void drop();
    /// Whether a result is awaited.
    bool isBusy() const { return m_awaited > 0; }

Q_SIGNALS:
    void busyChanged();

private:
    struct Job {
        std::atomic<bool> isOver = false;
        std::thread thread;
    };

    void end(std::uint64_t generation, const std::function<void()>& then);

    std::vector<std::unique_ptr<Job>> m_jobs;
    std::uint64_t m_generation = 0; ///< grows with drop(): older results are stale
    int m_awaited = 0;
};

}
