#include "app/demo/demooutage.h"

#include "app/demo/programs.h"
#include "app/demo/scripts.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace hopscope::demo {
namespace {

    base::Error problem(base::ErrorCode code, const std::string& subject, const std::string& detail)
    {
        return { code, "start the demo outage", subject, detail, "" };
    }

    /// Both ends close at exec: another child of ours that held the lifeline would keep the demo alive.
    bool openPipe(int (&ends)[2])
    {
#ifdef __linux__
        return pipe2(ends, O_CLOEXEC) == 0;
#else
        return pipe(ends) == 0 && fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
#endif
    }

    struct Keeper {
        pid_t pid = -1;
        int lifeline = -1;
        int answer = -1;
    };

    base::Result<Keeper> spawnKeeper(const std::vector<std::string>& command)
    {
        int input[2];
        int output[2];
        if (!openPipe(input))
            return base::failure(problem(base::ErrorCode::InputOutput, "pipe", std::strerror(errno)));
        if (!openPipe(output)) {
            const int error = errno;
            close(input[0]);
            close(input[1]);
            return base::failure(problem(base::ErrorCode::InputOutput, "pipe", std::strerror(error)));
        }
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input[0], STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
        // A session of its own: Ctrl-C in the terminal reaches us, and the keeper then hears of our end.
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        // The servers must hear of signals that we may have blocked for a thread of ours.
        sigset_t none;
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);

        std::vector<char*> words;
        for (const std::string& word : command)
            words.push_back(const_cast<char*>(word.c_str())); // argv is char* by tradition; exec does not write to it
        words.push_back(nullptr);
        Keeper keeper { -1, input[1], output[0] };
        const int error = posix_spawn(&keeper.pid, words[0], &actions, &attributes, words.data(), environ);
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
        close(input[0]);
        close(output[1]);
        if (error != 0) {
            close(input[1]);
            close(output[0]);
            return base::failure(problem(base::ErrorCode::InputOutput, command.front(), std::strerror(error)));
        }
        return keeper;
    }

    /// The keeper's one line, or nothing when it ended or took longer than `seconds`.
    std::string readLine(int file, int seconds)
    {
        std::string line;
        pollfd wait { file, POLLIN, 0 };
        while (line.size() < 4096 && poll(&wait, 1, seconds * 1000) > 0) {
            char byte = 0;
            if (read(file, &byte, 1) != 1)
                return {};
            if (byte == '\n')
                return line;
            line += byte;
        }
        return {};
    }

    bool endedWithin(pid_t pid, std::chrono::milliseconds limit)
    {
        // waitpid has no time limit; the keeper takes some hundredths of a second, so a short poll is enough.
        for (auto waited = std::chrono::milliseconds(0); waited < limit; waited += std::chrono::milliseconds(5)) {
            if (waitpid(pid, nullptr, WNOHANG) != 0)
                return true;
            poll(nullptr, 0, 5);
        }
        return false;
    }

    void endKeeper(pid_t pid, int lifeline)
    {
        close(lifeline);
        if (!endedWithin(pid, std::chrono::seconds(8))) {
            kill(pid, SIGKILL);
            waitpid(pid, nullptr, 0);
        }
    }

    std::string currentUser()
    {
        const passwd* entry = getpwuid(getuid());
        return entry ? entry->pw_name : "";
    }

    bool writeScript(const std::filesystem::path& file, std::string_view text)
    {
        std::ofstream stream(file, std::ios::binary);
        stream << text;
        return stream.good();
    }

}

const std::vector<Fault>& faults()
{
    static const std::vector<Fault> all {
        { "app-stopped", "the app behind nginx has stopped; its port refuses connections (502)" },
        { "wrong-port", "nginx asks a port where nothing listens; the app runs on another (502)" },
        { "crash-on-request", "the app's worker crashes at each request, before it answers (502)" },
        { "hangs", "the app accepts requests and never answers them (504)" },
        { "slow-answer", "the app needs longer than nginx is told to wait (504)" },
        { "socket-missing", "the app's unix socket is gone (502)" },
        { "none", "nothing is broken: what a healthy chain looks like (200)" },
    };
    return all;
}

base::Result<std::unique_ptr<DemoOutage>> DemoOutage::start(const std::string& fault, const std::string& directoryParent)
{
    if (std::ranges::find(faults(), fault, &Fault::name) == faults().end()) {
        base::Error error = problem(base::ErrorCode::InvalidArgument, fault, "no such fault");
        error.advice = "hopscope demo --list names them";
        return base::failure(error);
    }
    const auto programs = findPrograms();
    if (!programs)
        return base::failure(programs.error());

    // The scripts go into a directory of their own, which the keeper has read by the time it answers.
    std::error_code ignored;
    const std::string parent
        = directoryParent.empty() ? std::filesystem::temp_directory_path(ignored).string() : directoryParent;
    std::string scripts = parent + "/hopscope-scripts-XXXXXX";
    if (!mkdtemp(scripts.data()))
        return base::failure(problem(base::ErrorCode::InputOutput, parent, std::strerror(errno)));
    struct Remove {
        std::string path;
        ~Remove()
        {
            std::error_code error;
            std::filesystem::remove_all(path, error);
        }
    } removeScripts { scripts };
    if (!writeScript(scripts + "/app.py", appScript()) || !writeScript(scripts + "/keeper.py", keeperScript()))
        return base::failure(problem(base::ErrorCode::InputOutput, scripts, "can't write the demo's scripts"));

    const auto keeper = spawnKeeper({ programs->python, "-B", scripts + "/keeper.py", parent, fault, programs->sshd,
        programs->nginx, programs->sshKeygen });
    if (!keeper)
        return base::failure(keeper.error());

    std::unique_ptr<DemoOutage> demo(new DemoOutage);
    demo->m_keeper = keeper->pid;
    demo->m_lifeline = keeper->lifeline;
    const std::string answer = readLine(keeper->answer, 30);
    close(keeper->answer);

    std::istringstream words(answer);
    std::string verdict;
    int urlPort = 0;
    int sshPort = 0;
    words >> verdict >> urlPort >> sshPort >> std::ws;
    if (verdict != "ready" || !std::getline(words, demo->m_directory)) {
        return base::failure(problem(base::ErrorCode::InputOutput, fault,
            answer.starts_with("error ") ? answer.substr(6) : "its keeper ended or did not answer"));
    }

    demo->m_sshOptions.configFile = demo->m_directory + "/ssh/config";
    demo->m_sshOptions.knownHostsFile = demo->m_directory + "/ssh/known_hosts";
    demo->m_profile.name = "demo-" + fault;
    demo->m_profile.url = "http://127.0.0.1:" + std::to_string(urlPort) + "/";
    model::ProfileHost host;
    host.name = base::HostId("demo");
    host.ssh.host = "127.0.0.1";
    host.ssh.port = static_cast<base::Port>(sshPort);
    host.ssh.user = currentUser();
    host.ssh.identityFile = demo->m_directory + "/ssh/user_key";
    demo->m_profile.hosts.push_back(host);
    return demo;
}

DemoOutage::~DemoOutage()
{
    if (m_keeper > 0)
        endKeeper(m_keeper, m_lifeline);
}

}
