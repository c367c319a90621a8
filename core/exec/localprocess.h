#pragma once

#include "core/exec/shellchannel.h"

#include <sys/types.h>

#include <vector>

namespace hopscope::exec {

/// A child process in a session of its own, with its three streams. The destructor ends it and what it started.
class LocalProcess final : public ShellChannel {
public:
    static base::Result<std::unique_ptr<ShellChannel>> start(const std::vector<std::string>& arguments);
    ~LocalProcess() override;
    LocalProcess(const LocalProcess&) = delete;
    LocalProcess& operator=(const LocalProcess&) = delete;

    base::Result<void> write(std::string_view bytes, std::stop_token stop, Deadline deadline) override;
    base::Result<ShellBytes> read(std::stop_token stop, Deadline deadline) override;

private:
    LocalProcess(pid_t pid, int in, int out, int error);
    /// Waits until something may be read (into m_arrived) or, with `toWrite`, written.
    base::Result<void> wait(std::stop_token stop, Deadline deadline, short writeEvents);
    void take(int& descriptor, std::string& into);
    void finish();

    pid_t m_pid;
    int m_in;
    int m_out;
    int m_error;
    ShellBytes m_arrived;
};

}
