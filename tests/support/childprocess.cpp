#include "tests/support/childprocess.h"

#include "tests/support/socket.h"

#include <cerrno>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace hopscope::test {
namespace {

    pid_t spawn(const std::vector<std::string>& words, int out, int error, const std::vector<std::string>& extra)
    {
        std::vector<char*> arguments;
        for (const std::string& word : words)
            arguments.push_back(const_cast<char*>(word.c_str()));
        arguments.push_back(nullptr);
        std::vector<char*> environment;
        for (const std::string& entry : extra)
            environment.push_back(const_cast<char*>(entry.c_str()));
        for (char** entry = environ; *entry; ++entry)
            environment.push_back(*entry);
        environment.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions, out, 1);
        posix_spawn_file_actions_adddup2(&actions, error, 2);
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setflags(&attributes, short(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK));
        pid_t pid = -1;
        const int problem = ::posix_spawnp(&pid, arguments[0], &actions, &attributes, arguments.data(), environment.data());
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        if (problem != 0)
            throw std::runtime_error("can't start " + words[0] + ": " + std::strerror(problem));
        return pid;
    }

}

ChildProcess::ChildProcess(
    const std::vector<std::string>& words, const std::string& logFile, const std::vector<std::string>& environment)
{
    const char* const file = logFile.empty() ? "/dev/null" : logFile.c_str();
    const int log = ::open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    m_pid = spawn(words, log, log, environment);
    ::close(log);
}

ChildProcess::~ChildProcess() { end(); }

bool ChildProcess::isRunning()
{
    if (m_pid > 0 && ::waitpid(m_pid, nullptr, WNOHANG) == m_pid)
        m_pid = -1;
    return m_pid > 0;
}

int ChildProcess::wait()
{
    int status = 0;
    const bool hasEnded = m_pid > 0 && ::waitpid(m_pid, &status, 0) == m_pid;
    m_pid = -1;
    return hasEnded && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void ChildProcess::end()
{
    if (m_pid <= 0)
        return;
    ::kill(-m_pid, SIGKILL);
    ::waitpid(m_pid, nullptr, 0);
    m_pid = -1;
}

std::string outputOf(const std::vector<std::string>& words)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::runtime_error("pipe");
    const pid_t pid = spawn(words, ends[1], 2, {});
    ::close(ends[1]);
    std::string output;
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::read(ends[0], buffer, sizeof buffer)) > 0)
        output.append(buffer, std::size_t(count));
    ::close(ends[0]);
    int status = 0;
    ::waitpid(pid, &status, 0);
    if (status != 0)
        throw std::runtime_error(words[0] + " failed");
    return output;
}

unsigned short freePort()
{
    // Below the ports that the kernel gives to clients, and from a place of this process' own: tests run side by side, and
    // whoever asked may take a while to listen there.
    constexpr int first = 10240;
    constexpr int count = 22000;
    static std::atomic<int> next { int(::getpid()) * 61 };
    while (true) {
        const int port = first + next++ % count;
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(static_cast<unsigned short>(port));
        const bool isFree = ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(listener);
        if (isFree)
            return static_cast<unsigned short>(port);
    }
}

bool waitForPort(unsigned short port)
{
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < limit) {
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_in address = loopback(port);
        const bool isOpen = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(probe);
        if (isOpen)
            return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

TemporaryFolder::TemporaryFolder()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "hopscope-test-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        throw std::runtime_error("can't make a temporary folder");
    m_path = pattern;
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& text) const
{
    const std::string path = file(name);
    std::ofstream(path, std::ios::binary) << text;
    ::chmod(path.c_str(), 0600);
    return path;
}

std::string contentOf(const std::string& path)
{
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

}
