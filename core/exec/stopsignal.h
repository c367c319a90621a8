#pragma once

#include <memory>
#include <optional>
#include <stop_token>

namespace hopscope::exec {

/// A stop token as something that poll(2) can wait for: the descriptor becomes readable when a stop is asked for.
class StopSignal {
public:
    explicit StopSignal(std::stop_token stop);
    ~StopSignal();
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;

    int descriptor() const { return m_ends[0]; } ///< -1 where the system had none to give
    bool isRaised() const { return m_stop.stop_requested(); }

private:
    struct Raise {
        int end;
        void operator()() const noexcept;
    };
    std::stop_token m_stop;
    int m_ends[2] = { -1, -1 };
    std::optional<std::stop_callback<Raise>> m_callback; ///< last: must go before the descriptors do
};

}
