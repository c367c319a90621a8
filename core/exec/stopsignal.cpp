#include "core/exec/stopsignal.h"

#include <fcntl.h>
#include <unistd.h>

namespace hopscope::exec {

StopSignal::StopSignal(std::stop_token stop)
    : m_stop(std::move(stop))
{
    if (!m_stop.stop_possible() || ::pipe(m_ends) != 0)
        return;
    for (const int end : m_ends) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    m_callback.emplace(m_stop, Raise { m_ends[1] });
}

StopSignal::~StopSignal()
{
    m_callback.reset();
    for (const int end : m_ends) {
        if (end >= 0)
            ::close(end);
    }
}

void StopSignal::Raise::operator()() const noexcept
{
    const char byte = 1;
    // A full pipe is readable too; nothing else can be done about a failure here.
    [[maybe_unused]] const auto written = ::write(end, &byte, 1);
}

}
