#include "app/interrupt.h"

#include <csignal>
#include <pthread.h>

namespace hopscope::app {
namespace {

    sigset_t endingSignals()
    {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGINT);
        sigaddset(&signals, SIGTERM);
        sigaddset(&signals, SIGHUP);
        return signals;
    }

}

Interrupt::Interrupt()
{
    const sigset_t signals = endingSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    m_thread = std::jthread([this](std::stop_token ended) {
        const sigset_t awaited = endingSignals();
        int signal = 0;
        if (sigwait(&awaited, &signal) != 0 || ended.stop_requested())
            return;
        m_stop.request_stop();
        pthread_sigmask(SIG_UNBLOCK, &awaited, nullptr);
    });
}

Interrupt::~Interrupt()
{
    m_thread.request_stop();
    // sigwait has no other way to be woken.
    pthread_kill(m_thread.native_handle(), SIGTERM);
}

}
