#include "core/model/checkids.h"
#include "core/parse/facts.h"
#include "core/probe/checks.h"
#include "tests/core/probe/checkhelpers.h"
#include "tests/core/probe/loopbackserver.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>

namespace hopscope::probe {
namespace {

class ShellTest : public testing::TestWithParam<const char*> {
protected:
    model::CheckResult run(const exec::CheckSpec& spec) const
    {
        model::CheckResult result;
        result.host = base::HostId("here");
        result.check = spec.check;
        result.subject = spec.subject;
        const std::string script = test::scriptHelpers() + "(\n" + spec.shell + "\n) 2>/dev/null </dev/null; exit 0\n";
        std::vector<std::string> words { GetParam(), "-c", script };
        if (words[0] == "busybox")
            words.insert(words.begin() + 1, "sh");
        result.output = test::outputOf(words);
        return result;
    }
};

TEST_P(ShellTest, GivesTheSameInventory)
{
    const LoopbackServer server(hangUntilStopped);
    model::Capture capture;
    for (const exec::CheckSpec& spec : inventory({}))
        capture.checks.push_back(run(spec));
    const model::Facts facts = parse::factsFrom(capture);
    const model::HostFacts& host = facts.hosts.at(base::HostId("here"));
    EXPECT_TRUE(std::any_of(host.processes.begin(), host.processes.end(), [](const model::Process& process) {
        return process.pid == ::getpid() && process.executable.ends_with("test_probe");
    }));
    EXPECT_TRUE(std::any_of(host.listeners.begin(), host.listeners.end(), [&](const model::Listener& listener) {
        return listener.port == server.port() && listener.pid == ::getpid();
    }));
    EXPECT_TRUE(host.now);
    EXPECT_FALSE(host.osName.empty());
    EXPECT_THAT(host.addresses, testing::Contains("127.0.0.1"));
    EXPECT_TRUE(host.resources.memoryUsedPercent);
    EXPECT_FALSE(host.fileSystems.empty());
    EXPECT_FALSE(host.tools.empty());
}

TEST_P(ShellTest, TriesAHopTheSameWay)
{
    const LoopbackServer server(replies("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    model::Profile profile;
    profile.url = "http://shop.example/";
    model::Topology topology;
    model::Node proxy;
    proxy.id = base::NodeId("p");
    proxy.host = base::HostId("here");
    model::Node app = proxy;
    app.id = base::NodeId("a");
    topology.nodes = { proxy, app };
    model::Hop hop;
    hop.id = base::HopId("p>a");
    hop.from = proxy.id;
    hop.to = app.id;
    hop.protocol = model::Protocol::Http;
    hop.isOnPath = true;
    hop.declared.endpoint = { "127.0.0.1", server.port(), "" };
    topology.hops = { hop };
    model::Facts known;
    known.hosts[base::HostId("here")].host = base::HostId("here");
    model::Capture capture;
    for (const auto& [host, batch] : hopChecks(profile, topology, known)) {
        for (const exec::CheckSpec& spec : batch)
            capture.checks.push_back(run(spec));
    }
    const model::Facts facts = parse::factsFrom(capture);
    ASSERT_EQ(facts.probes.size(), 1u);
    EXPECT_EQ(facts.probes[0].reply, model::ReplyResult::Answered);
    EXPECT_EQ(facts.probes[0].status, 200);
}

INSTANTIATE_TEST_SUITE_P(Shells, ShellTest, testing::Values("dash", "bash", "busybox"),
    [](const testing::TestParamInfo<const char*>& shell) { return std::string(shell.param); });

}
}
