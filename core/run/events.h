#pragma once

#include "core/model/capture.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

namespace hopscope::run {

/// What the threads of a run tell the thread that carries it. Each names the run it belongs to, so that what a
/// cancelled run still sends is dropped.
namespace event {
    struct SessionEnded { ///< the login is over, well or not
        model::HostSession session;
    };
    struct CheckEnded {
        model::CheckResult result;
    };
    struct BatchEnded {
        base::HostId host;
    };
    struct OutsideSeen {
        model::OutsideView view;
        bool isComplete = false;
    };
    struct StopRequested { };
}

struct Event {
    std::uint64_t run = 0;
    std::variant<event::SessionEnded, event::CheckEnded, event::BatchEnded, event::OutsideSeen, event::StopRequested>
        what;
};

/// Events from many threads to one, in order of arrival.
class EventQueue {
public:
    void push(Event event)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_events.push_back(std::move(event));
        }
        m_arrived.notify_one();
    }

    /// The next event, or nothing once `until` has come.
    std::optional<Event> pop(std::chrono::steady_clock::time_point until)
    {
        std::unique_lock lock(m_mutex);
        if (!m_arrived.wait_until(lock, until, [this] { return !m_events.empty(); }))
            return std::nullopt;
        Event event = std::move(m_events.front());
        m_events.pop_front();
        return event;
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<Event> m_events;
};

}
