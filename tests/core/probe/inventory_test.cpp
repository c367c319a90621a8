#include "core/exec/scriptrunner.h"
#include "core/model/checkids.h"
#include "core/parse/facts.h"
#include "core/probe/checks.h"

#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <set>

namespace hopscope::probe {
namespace {

using namespace std::chrono_literals;

/// A TCP socket of this process that listens on a free loopback port.
class OpenListener {
public:
    OpenListener()
        : m_socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        ::bind(m_socket, reinterpret_cast<sockaddr*>(&address), length);
        ::listen(m_socket, 7);
        ::getsockname(m_socket, reinterpret_cast<sockaddr*>(&address), &length);
        m_port = ntohs(address.sin_port);
    }
    ~OpenListener() { ::close(m_socket); }
    base::Port port() const { return m_port; }

private:
    int m_socket;
    base::Port m_port = 0;
};

model::Capture captureOfThisMachine()
{
    model::Capture capture;
    const base::HostId host("here");
    auto runner = exec::makeScriptRunner(host, exec::makeLocalHost());
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    capture.sessions.push_back(runner->open({}, deadline));
    model::ProfileHost profileHost;
    profileHost.name = host;
    profileHost.isLocal = true;
    runner->run(inventory(profileHost), [&](model::CheckResult result) { capture.checks.push_back(std::move(result)); },
        {}, deadline);
    return capture;
}

TEST(InventoryTest, HasATextAndAUniqueIdForEachCheck)
{
    std::set<std::string> ids;
    for (const exec::CheckSpec& spec : inventory({})) {
        EXPECT_FALSE(spec.shell.empty()) << spec.check.value();
        EXPECT_FALSE(spec.command.empty()) << spec.check.value();
        EXPECT_TRUE(ids.insert(spec.check.value()).second) << spec.check.value();
        EXPECT_EQ(spec.shell.find("\n#"), std::string::npos) << "comments are not sent: " << spec.check.value();
    }
    EXPECT_GE(ids.size(), 15u);
}

TEST(InventoryTest, SeesThisProcessAndItsListener)
{
    const OpenListener open;
    const model::Capture capture = captureOfThisMachine();
    const model::Facts facts = parse::factsFrom(capture);
    const model::HostFacts& host = facts.hosts.at(base::HostId("here"));

    const auto self = std::find_if(host.processes.begin(), host.processes.end(),
        [](const model::Process& process) { return process.pid == ::getpid(); });
    ASSERT_NE(self, host.processes.end());
    EXPECT_EQ(self->parent, ::getppid());
    EXPECT_NE(self->commandLine.find("test_probe"), std::string::npos);
    EXPECT_NE(self->executable.find("test_probe"), std::string::npos);
    EXPECT_GT(self->residentBytes, 1000u);
    ASSERT_TRUE(self->startedAt);
    EXPECT_LT(std::chrono::abs(base::systemNow() - *self->startedAt), 10min);

    const auto listener = std::find_if(host.listeners.begin(), host.listeners.end(),
        [&](const model::Listener& each) { return each.port == open.port() && each.address == "127.0.0.1"; });
    ASSERT_NE(listener, host.listeners.end());
    EXPECT_EQ(listener->pid, ::getpid());
    EXPECT_EQ(listener->backlog, 7u);
    const model::CheckResult& shown = capture.checks.at(listener->source.check);
    EXPECT_EQ(shown.check.value(), model::checkid::listeners);

    EXPECT_FALSE(host.osName.empty());
    EXPECT_THAT(host.addresses, testing::Contains("127.0.0.1"));
    EXPECT_FALSE(host.fileSystems.empty());
    ASSERT_TRUE(host.now);
    EXPECT_LT(std::chrono::abs(base::systemNow() - *host.now), 1min);
    EXPECT_TRUE(host.resources.memoryUsedPercent);
    EXPECT_TRUE(host.resources.cores);
    EXPECT_TRUE(host.resources.diskUsedPercent);
}

TEST(InventoryTest, RunsItsChecksSideBySideThoseOfTheChainFirst)
{
    const exec::CheckBatch batch = inventory({});
    for (const exec::CheckSpec& spec : batch)
        EXPECT_NE(spec.group, 0) << spec.check.value();
    EXPECT_TRUE(std::is_partitioned(batch.begin(), batch.end(), [](const exec::CheckSpec& spec) { return isOfChain(spec.check); }));
    EXPECT_TRUE(std::is_sorted(batch.begin(), batch.end(), [](const exec::CheckSpec& a, const exec::CheckSpec& b) { return a.group < b.group; }));
    EXPECT_FALSE(isOfChain(batch.back().check));
}

TEST(InventoryTest, IsDoneWellWithinASecond)
{
    const auto before = std::chrono::steady_clock::now();
    const model::Capture capture = captureOfThisMachine();
    const auto took = std::chrono::steady_clock::now() - before;
    EXPECT_EQ(capture.checks.size(), inventory({}).size());
    for (const model::CheckResult& result : capture.checks)
        RecordProperty(result.check.value(), int(result.duration.count()));
    // generous: machines that run many tests at once are slow
    EXPECT_LT(took, 5s);
}

}
}
