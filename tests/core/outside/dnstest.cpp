#include "core/probe/outside.h"

#include "nameserver.h"
#include "scriptedserver.h"

#include <gmock/gmock.h>

#include <optional>
#include <unistd.h>

using namespace hopscope;
using model::AttemptResult;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

namespace {

/// Runs a check in a forked child that has a network, a DNS server and a hosts file of its own.
class Dns : public testing::Test {
protected:
    void SetUp() override
    {
        std::string name = (std::filesystem::temp_directory_path() / "hopscope-dns-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        m_folder = name;
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    [[noreturn]] void check(const std::string& host, const std::function<void(const model::OutsideView&)>& expect, bool hasServer = true)
    {
        test::enterOwnNetwork(m_folder, "127.0.0.1 localhost in-hosts.test\n");
        std::optional<test::NameServer> server;
        if (hasServer)
            server.emplace();
        const test::ScriptedServer web(test::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
        model::Profile profile;
        profile.url = "http://" + host + ":" + std::to_string(web.port()) + "/";
        expect(probe::lookFromOutside(profile, {}, {}, std::chrono::steady_clock::now() + 20s));
        ::_exit(testing::Test::HasFailure() ? 1 : 0);
    }

    std::filesystem::path m_folder;
};

}

TEST_F(Dns, CallsANameWithoutIpv6AddressNormal)
{
    EXPECT_EXIT(check("a.test", [](const model::OutsideView& view) {
        EXPECT_EQ(view.dns.ipv4, AttemptResult::Succeeded);
        EXPECT_THAT(view.dns.ipv4Addresses, ElementsAre("127.0.0.1"));
        EXPECT_EQ(view.dns.ipv6, AttemptResult::Succeeded);
        EXPECT_TRUE(view.dns.ipv6Addresses.empty());
        EXPECT_TRUE(view.dns.canonicalNames.empty());
        EXPECT_EQ(view.http.status, 200);
    }), testing::ExitedWithCode(0), "");
}

TEST_F(Dns, FollowsAnAlias)
{
    EXPECT_EXIT(check("alias.test", [](const model::OutsideView& view) {
        EXPECT_THAT(view.dns.canonicalNames, ElementsAre("b.test"));
        EXPECT_EQ(view.http.status, 200);
    }), testing::ExitedWithCode(0), "");
}

TEST_F(Dns, HeedsTheHostsFile)
{
    EXPECT_EXIT(check("in-hosts.test", [](const model::OutsideView& view) {
        EXPECT_THAT(view.dns.ipv4Addresses, ElementsAre("127.0.0.1"));
        EXPECT_EQ(view.http.status, 200);
    }), testing::ExitedWithCode(0), "");
}

TEST_F(Dns, NamesAMissingName)
{
    EXPECT_EXIT(check("missing.test", [](const model::OutsideView& view) {
        EXPECT_EQ(view.dns.ipv4, AttemptResult::NameNotFound);
        EXPECT_EQ(view.dns.ipv6, AttemptResult::NameNotFound);
        EXPECT_THAT(view.dns.errorText, HasSubstr("NXDOMAIN"));
        EXPECT_EQ(view.http.result, AttemptResult::NameNotFound);
        EXPECT_TRUE(view.tcp.empty());
    }), testing::ExitedWithCode(0), "");
}

TEST_F(Dns, TellsAFailingServerFromASilentOne)
{
    EXPECT_EXIT(check("broken.test", [](const model::OutsideView& view) {
        EXPECT_EQ(view.dns.ipv4, AttemptResult::ResolverFailed);
        EXPECT_THAT(view.dns.errorText, HasSubstr("SERVFAIL"));
        EXPECT_EQ(view.http.result, AttemptResult::ResolverFailed);
    }), testing::ExitedWithCode(0), "");
    EXPECT_EXIT(check("silent.test", [](const model::OutsideView& view) {
        EXPECT_EQ(view.dns.ipv4, AttemptResult::TimedOut);
        EXPECT_THAT(view.dns.errorText, HasSubstr("no DNS server answered"));
    }), testing::ExitedWithCode(0), "");
}

TEST_F(Dns, SaysThatNoServerAnswersWhereNoneListens)
{
    EXPECT_EXIT(check("a.test", [](const model::OutsideView& view) {
        EXPECT_EQ(view.dns.ipv4, AttemptResult::TimedOut);
        EXPECT_EQ(view.http.result, AttemptResult::TimedOut);
        EXPECT_EQ(view.gateway, AttemptResult::NotTried);
        EXPECT_EQ(view.gatewayAddress, "");
    }, false), testing::ExitedWithCode(0), "");
}
