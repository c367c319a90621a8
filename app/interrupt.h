#pragma once

#include <stop_token>
#include <thread>

namespace hopscope::app {

/// Turns SIGINT, SIGTERM and SIGHUP into a stop request, once; a second signal ends the program as usual.
/// Make it before any other thread starts: they inherit the blocked signals.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();

    std::stop_token token() const { return m_stop.get_token(); }

private:
    std::stop_source m_stop;
    std::jthread m_thread;
};

}
