#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>

namespace hopscope::exec {

/// The time that people were asked things in: it is theirs, and counts toward no limit. Any thread.
class QuestionClock {
public:
    using Clock = std::chrono::steady_clock;

    void begin()
    {
        const std::lock_guard lock(m_mutex);
        if (m_open++ == 0)
            m_since = Clock::now();
    }
    void end()
    {
        const std::lock_guard lock(m_mutex);
        if (--m_open == 0)
            m_total += Clock::now() - m_since;
    }
    /// All questions so far, those that are open now included. Questions at the same time count once.
    Clock::duration total() const
    {
        const std::lock_guard lock(m_mutex);
        return m_open > 0 ? m_total + (Clock::now() - m_since) : m_total;
    }

private:
    mutable std::mutex m_mutex;
    int m_open = 0;
    Clock::time_point m_since {};
    Clock::duration m_total {};
};

/// When something has to end. Moves on while a person is asked something, where it was made with a clock of questions;
/// so it is to be looked at again after each wait.
class Deadline {
public:
    using Clock = std::chrono::steady_clock;

    Deadline() = default; ///< over since ever
    Deadline(Clock::time_point at) // NOLINT(google-explicit-constructor): a moment is a deadline
        : m_at(at)
    {
    }
    Deadline(Clock::time_point at, std::shared_ptr<const QuestionClock> questions)
        : m_at(at)
        , m_questions(std::move(questions))
        , m_before(m_questions->total())
    {
    }

    Clock::time_point at() const
    {
        const Clock::time_point moved = m_questions ? m_at + (m_questions->total() - m_before) : m_at;
        return m_limit ? std::min(moved, *m_limit) : moved;
    }
    bool isOver() const { return Clock::now() >= at(); }
    /// The earlier one of this and a moment.
    Deadline orAt(Clock::time_point limit) const
    {
        Deadline sooner(*this);
        sooner.m_limit = m_limit ? std::min(*m_limit, limit) : limit;
        return sooner;
    }
    /// What questions took since this deadline was set.
    Clock::duration asked() const { return m_questions ? m_questions->total() - m_before : Clock::duration {}; }

private:
    Clock::time_point m_at {};
    std::shared_ptr<const QuestionClock> m_questions;
    Clock::duration m_before {};
    std::optional<Clock::time_point> m_limit;
};

}
