// How long a login with both waves takes over a line of 100 ms round trip, as a multiple of what `ssh HOST true` takes
// there in the same run.
//
//   bench_ssh_ratio [--runs N] [--limit RATIO] [COMMAND WORD…]
//
// Without a command it measures the transport alone, in this process: login, 30 checks, then 6 more, against an sshd.
// With one, it runs that instead, against a practice outage (sshd, nginx and an app that is stopped); in its words
// {profile}, {known-hosts} and {ssh-config} stand for files that lead there over the line. Only SSH goes over the line:
// the url is on loopback. With --limit it fails where the ratio is larger.

#include "app/demo/demooutage.h"
#include "core/exec/scriptrunner.h"
#include "core/profile/profilefile.h"
#include "core/ssh/sshhost.h"
#include "tests/support/delayproxy.h"
#include "tests/support/sshd.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
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

/// A server behind the line, and the files by which programs find and know it.
class Line {
public:
    /// An sshd and nothing else.
    Line()
        : m_server(std::make_unique<test::Sshd>())
        , m_proxy(m_server->port(), roundTrip)
    {
        model::ProfileHost host;
        host.ssh.user = m_server->user();
        host.ssh.identityFile = m_server->identityFile();
        write(host.ssh, m_server->hostKey(), "http://127.0.0.1:1/", "");
    }

    /// A practice outage.
    explicit Line(std::unique_ptr<demo::DemoOutage> outage)
        : m_outage(std::move(outage))
        , m_proxy(m_outage->profile().hosts.front().ssh.port.value_or(22), roundTrip)
    {
        const std::string known = test::contentOf(m_outage->sshOptions().knownHostsFile);
        const model::Profile& profile = m_outage->profile();
        write(profile.hosts.front().ssh, known.substr(known.find(' ') + 1), profile.url, profile.resolve);
    }

    const std::string& knownHosts() const { return m_knownHosts; }
    const std::string& sshConfig() const { return m_sshConfig; }
    const std::string& profile() const { return m_profile; }
    std::string log() const { return m_folder.file("command.log"); }

private:
    void write(const model::SshDestination& login, const std::string& key, const std::string& url, const std::string& resolve)
    {
        const std::string port = std::to_string(m_proxy.port());
        m_knownHosts = m_folder.write("known_hosts", "[127.0.0.1]:" + port + " " + key + "\n");
        m_sshConfig = m_folder.write("ssh_config",
            "Host line\n HostName 127.0.0.1\n Port " + port + "\n User " + login.user + "\n IdentityFile "
                + login.identityFile + "\n IdentitiesOnly yes\n IdentityAgent none\n UserKnownHostsFile " + m_knownHosts + "\n");
        model::Profile profile;
        profile.name = "line";
        profile.url = url;
        profile.resolve = resolve;
        profile.hosts.emplace_back();
        profile.hosts.back().name = base::HostId("line");
        profile.hosts.back().ssh.alias = "line";
        m_profile = m_folder.write("profile.json", profile::profileJson(profile));
    }

    test::TemporaryFolder m_folder;
    std::unique_ptr<test::Sshd> m_server;
    std::unique_ptr<demo::DemoOutage> m_outage;
    test::DelayProxy m_proxy;
    std::string m_knownHosts;
    std::string m_sshConfig;
    std::string m_profile;
};

std::unique_ptr<Line> lineFor(const std::vector<std::string>& command)
{
    if (command.empty())
        return std::make_unique<Line>();
    auto outage = demo::DemoOutage::start("app-stopped");
    if (!outage)
        throw std::runtime_error(outage.error().text());
    return std::make_unique<Line>(std::move(*outage));
}

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
    settings.configFile = line.sshConfig();
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
        const std::unique_ptr<Line> line = lineFor(command);
        for (std::string& word : command) {
            word = replaced(word, "{profile}", line->profile());
            word = replaced(word, "{known-hosts}", line->knownHosts());
            word = replaced(word, "{ssh-config}", line->sshConfig());
        }
        std::vector<double> plain;
        std::vector<double> ours;
        Parts parts;
        // By turns, so that whatever else this machine does falls on both.
        for (int i = 0; i < runs; ++i) {
            plain.push_back(seconds([&] { test::outputOf({ "ssh", "-F", line->sshConfig(), "line", "true" }); }));
            ours.push_back(seconds([&] {
                if (command.empty())
                    parts = runTransport(*line);
                else
                    test::ChildProcess(command, line->log()).wait();
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
