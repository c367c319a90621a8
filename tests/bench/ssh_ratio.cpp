// How long a login with both waves takes over a line of 100 ms round trip, as a multiple of what `ssh HOST true` takes
// there in the same run.
//
//   bench_ssh_ratio [--runs N] [--limit RATIO] [COMMAND WORD…]
//
// Without a command it measures the transport alone, in this process: login, 30 checks, then 6 more. With one, it runs
// that instead; in its words {profile} stands for a profile of one host on that line, {known-hosts} and {ssh-config}
// for the files that go with it. With --limit it fails where the ratio is larger.

#include "core/exec/scriptrunner.h"
#include "core/ssh/sshhost.h"
#include "tests/support/delayproxy.h"
#include "tests/support/sshd.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>

using namespace hopscope;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr auto roundTrip = 100ms;

double seconds(const std::function<void()>& work)
{
    const auto start = Clock::now();
    work();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

std::string replaced(std::string word, const std::string& name, const std::string& value)
{
    if (const std::size_t at = word.find(name); at != std::string::npos)
        word.replace(at, name.size(), value);
    return word;
}

/// A real sshd behind the line, and what both programs need to log in there.
struct Line {
    test::Sshd server;
    test::DelayProxy proxy { server.port(), roundTrip };
    std::string knownHosts = server.folder().write(
        "known_line", "[127.0.0.1]:" + std::to_string(proxy.port()) + " " + server.hostKey() + "\n");
    std::string sshConfig = server.folder().write("config_line",
        "Host line\n HostName 127.0.0.1\n Port " + std::to_string(proxy.port()) + "\n User " + server.user()
            + "\n IdentityFile " + server.identityFile() + "\n IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile "
            + knownHosts + "\n");
    std::string profile = server.folder().write("profile.json",
        R"({"schema": "hopscope.profile/1", "name": "line", "url": "http://127.0.0.1:1/",
            "hosts": [{"name": "line", "ssh": {"alias": "line"}}]})");
};

exec::CheckBatch trivialChecks(int count)
{
    exec::CheckBatch batch;
    for (int i = 0; i < count; ++i) {
        exec::CheckSpec spec;
        spec.check = base::CheckId("check" + std::to_string(i));
        spec.command = "uname -a";
        spec.shell = "uname -a; cat /proc/meminfo";
        batch.push_back(spec);
    }
    return batch;
}

struct Parts {
    double connect = 0;
    double authenticate = 0;
    double firstWave = 0;
    double secondWave = 0;
};

Parts runTransport(const Line& line)
{
    model::ProfileHost host;
    host.name = base::HostId("line");
    host.ssh.alias = "line";
    ssh::SshSettings settings;
    settings.configFile = line.sshConfig;
    const auto runner = exec::makeScriptRunner(
        host.name, ssh::makeSshHost(host, {}, settings, std::make_shared<ssh::NoInteraction>()));
    std::size_t results = 0;
    const auto count = [&](const model::CheckResult& result) { results += model::isCaptured(result.outcome) ? 1 : 0; };
    const auto deadline = Clock::now() + 30s;
    Parts parts;
    const double first = seconds([&] {
        runner->openAndRun(
            trivialChecks(30),
            [&](const model::HostSession& session) {
                if (session.error)
                    throw std::runtime_error(session.error->text());
                parts.connect = double(session.connect.count()) / 1000;
                parts.authenticate = double(session.authenticate.count()) / 1000;
            },
            count, {}, deadline);
    });
    parts.firstWave = first - parts.connect - parts.authenticate;
    parts.secondWave = seconds([&] { runner->run(trivialChecks(6), count, {}, deadline); });
    if (results != 36)
        throw std::runtime_error("not every check was answered");
    return parts;
}

}

int main(int argumentCount, char** arguments)
{
    int runs = 5;
    double limit = 0;
    std::vector<std::string> command;
    for (int i = 1; i < argumentCount; ++i) {
        const std::string word = arguments[i];
        if (command.empty() && word == "--runs" && i + 1 < argumentCount)
            runs = std::max(1, std::atoi(arguments[++i]));
        else if (command.empty() && word == "--limit" && i + 1 < argumentCount)
            limit = std::atof(arguments[++i]);
        else
            command.push_back(word);
    }
    try {
        const Line line;
        for (std::string& word : command) {
            word = replaced(word, "{profile}", line.profile);
            word = replaced(word, "{known-hosts}", line.knownHosts);
            word = replaced(word, "{ssh-config}", line.sshConfig);
        }
        std::vector<double> plain;
        std::vector<double> ours;
        Parts parts;
        // By turns, so that whatever else this machine does falls on both.
        for (int i = 0; i < runs; ++i) {
            plain.push_back(seconds([&] { test::outputOf({ "ssh", "-F", line.sshConfig, "line", "true" }); }));
            ours.push_back(seconds([&] {
                if (command.empty())
                    parts = runTransport(line);
                else
                    test::ChildProcess(command, line.server.folder().file("command.log")).wait();
            }));
        }
        const double ratio = median(ours) / median(plain);
        std::printf("round trip             %5.2f s (TCP proxy in user space)\n",
            std::chrono::duration<double>(roundTrip).count());
        std::printf("ssh HOST true          %5.2f s (median of %d)\n", median(plain), runs);
        std::printf("%-22s %5.2f s\n", command.empty() ? "login and two waves" : "the command", median(ours));
        if (command.empty())
            std::printf("  of the last run: connect %.2f, authenticate %.2f, 30 checks %.2f, 6 checks %.2f\n", parts.connect,
                parts.authenticate, parts.firstWave, parts.secondWave);
        std::printf("ratio                  %5.2f\n", ratio);
        return limit > 0 && ratio > limit ? 1 : 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "bench_ssh_ratio: %s\n", problem.what());
        return 2;
    }
}
