#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace hopscope::test {

/// A program of a test's, in a session of its own. Ends with its owner, with all that it started in that session.
class ChildProcess {
public:
    /// Output of both kinds goes to `logFile` (empty: nowhere). Throws std::runtime_error where it can't start.
    explicit ChildProcess(const std::vector<std::string>& words, const std::string& logFile = {},
        const std::vector<std::string>& environment = {});
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return m_pid; }
    bool isRunning();
    /// Until it ends by itself; its exit status, or -1 where a signal ended it.
    int wait();
    void end();

private:
    pid_t m_pid = -1;
};

/// Runs a program to its end and gives its stdout. Throws where it fails.
std::string outputOf(const std::vector<std::string>& words);

/// A loopback TCP port that was free a moment ago.
unsigned short freePort();

/// Waits until 127.0.0.1:port accepts connections. False: not within ten seconds.
bool waitForPort(unsigned short port);

/// A folder that goes with its owner.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::string& path() const { return m_path; }
    std::string file(const std::string& name) const { return m_path + "/" + name; }
    /// Writes a file (mode 0600) and gives its path.
    std::string write(const std::string& name, const std::string& text) const;

private:
    std::string m_path;
};

std::string contentOf(const std::string& path);

}
