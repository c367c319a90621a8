#include "core/exec/localprocess.h"

#include "core/exec/stopsignal.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace hopscope::exec {
namespace {

    using std::chrono::steady_clock;
    constexpr std::size_t mostHeld = 4 * 1024 * 1024; ///< while writing; the reader is waiting elsewhere

    base::Error systemError(const char* operation, int code)
    {
        return { base::ErrorCode::InputOutput, operation, "/bin/sh", std::strerror(code), "" };
    }

    void closeBoth(std::array<int, 2>& ends)
    {
        for (int& end : ends) {
            if (end >= 0)
                ::close(end);
            end = -1;
        }
    }

    int pollTimeout(const Deadline& deadline)
    {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline.at() - steady_clock::now()).count();
        return int(std::clamp<long long>(left, 0, 60000));
    }

}

base::Result<std::unique_ptr<ShellChannel>> LocalProcess::start(const std::vector<std::string>& arguments)
{
    std::array<std::array<int, 2>, 3> pipes { { { -1, -1 }, { -1, -1 }, { -1, -1 } } };
    for (auto& ends : pipes) {
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            const int problem = errno;
            for (auto& opened : pipes)
                closeBoth(opened);
            return base::failure(systemError("start", problem));
        }
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipes[0][0], 0);
    posix_spawn_file_actions_adddup2(&actions, pipes[1][1], 1);
    posix_spawn_file_actions_adddup2(&actions, pipes[2][1], 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t usual;
    sigemptyset(&usual);
    for (const int signal : { SIGPIPE, SIGTERM, SIGINT, SIGHUP })
        sigaddset(&usual, signal);
    posix_spawnattr_setsigdefault(&attributes, &usual);
    posix_spawnattr_setflags(&attributes,
        short(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF));
    std::vector<char*> words;
    for (const std::string& argument : arguments)
        words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    pid_t pid = -1;
    const int problem = ::posix_spawn(&pid, words[0], &actions, &attributes, words.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    ::close(pipes[0][0]);
    ::close(pipes[1][1]);
    ::close(pipes[2][1]);
    pipes[0][0] = pipes[1][1] = pipes[2][1] = -1;
    if (problem != 0) {
        for (auto& ends : pipes)
            closeBoth(ends);
        return base::failure(systemError("start", problem));
    }
    return std::unique_ptr<ShellChannel>(new LocalProcess(pid, pipes[0][1], pipes[1][0], pipes[2][0]));
}

LocalProcess::LocalProcess(pid_t pid, int in, int out, int error)
    : m_pid(pid)
    , m_in(in)
    , m_out(out)
    , m_error(error)
{
    for (const int descriptor : { in, out, error })
        ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

LocalProcess::~LocalProcess() { finish(); }

void LocalProcess::finish()
{
    // A shell that waits for its script ends when there is no more; one that runs a check ends that in its trap, as
    // the check is in a process group of its own.
    if (m_in >= 0)
        ::close(m_in);
    m_in = -1;
    if (::waitpid(m_pid, nullptr, WNOHANG) == 0) {
        ::kill(m_pid, SIGTERM);
        const auto patience = steady_clock::now() + std::chrono::milliseconds(200);
        bool isGone = false;
        while (!isGone && steady_clock::now() < patience) {
            isGone = ::waitpid(m_pid, nullptr, WNOHANG) != 0;
            if (!isGone)
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        ::kill(-m_pid, SIGKILL);
        if (!isGone)
            ::waitpid(m_pid, nullptr, 0);
    }
    for (const int descriptor : { m_in, m_out, m_error }) {
        if (descriptor >= 0)
            ::close(descriptor);
    }
}

void LocalProcess::take(int& descriptor, std::string& into)
{
    std::array<char, 65536> buffer;
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count > 0) {
        into.append(buffer.data(), std::size_t(count));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        ::close(descriptor);
        descriptor = -1;
    }
}

base::Result<void> LocalProcess::wait(std::stop_token stop, Deadline deadline, short writeEvents)
{
    const StopSignal signal(stop);
    const bool isFull = m_arrived.out.size() + m_arrived.error.size() > mostHeld;
    std::array<pollfd, 4> polled { { { signal.descriptor(), POLLIN, 0 }, { isFull ? -1 : m_out, POLLIN, 0 },
        { isFull ? -1 : m_error, POLLIN, 0 }, { writeEvents ? m_in : -1, writeEvents, 0 } } };
    const int count = ::poll(polled.data(), polled.size(), pollTimeout(deadline));
    if (signal.isRaised())
        return base::failure({ base::ErrorCode::Cancelled, "run", "/bin/sh", "cancelled", "" });
    if (count == 0 && deadline.isOver())
        return base::failure({ base::ErrorCode::TimedOut, "run", "/bin/sh", "no answer in time", "" });
    if (polled[1].revents)
        take(m_out, m_arrived.out);
    if (polled[2].revents)
        take(m_error, m_arrived.error);
    return {};
}

base::Result<void> LocalProcess::write(std::string_view bytes, std::stop_token stop, Deadline deadline)
{
    // A shell that ended makes write(2) raise SIGPIPE, which would end this program: hold it back for this thread.
    sigset_t pipeSignal;
    sigset_t before;
    sigemptyset(&pipeSignal);
    sigaddset(&pipeSignal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &before);
    base::Result<void> result;
    while (!bytes.empty() && result) {
        const ssize_t count = ::write(m_in, bytes.data(), bytes.size());
        if (count > 0) {
            bytes.remove_prefix(std::size_t(count));
        } else if (errno == EAGAIN || errno == EINTR) {
            result = wait(stop, deadline, POLLOUT);
        } else {
            const timespec now {};
            while (::sigtimedwait(&pipeSignal, nullptr, &now) > 0) { }
            result = base::failure({ base::ErrorCode::Disconnected, "run", "/bin/sh", "the shell ended", "" });
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return result;
}

base::Result<ShellBytes> LocalProcess::read(std::stop_token stop, Deadline deadline)
{
    while (m_arrived.out.empty() && m_arrived.error.empty()) {
        if (m_out < 0 && m_error < 0)
            return ShellBytes { {}, {}, true };
        if (const auto waited = wait(stop, deadline, 0); !waited)
            return base::failure(waited.error());
    }
    ShellBytes bytes = std::move(m_arrived);
    m_arrived = {};
    return bytes;
}

}
