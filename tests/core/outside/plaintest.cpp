#include "core/probe/outside.h"
#include "core/probe/outside/connecting.h"

#include "scriptedserver.h"

#include <gmock/gmock.h>

using namespace hopscope;
using model::AttemptResult;
using test::ScriptedServer;
using testing::HasSubstr;
using namespace std::chrono_literals;

namespace {

model::Profile profileFor(base::Port port, const std::string& host = "127.0.0.1", const std::string& path = "/")
{
    model::Profile profile;
    profile.url = "http://" + host + ":" + std::to_string(port) + path;
    return profile;
}

model::OutsideView look(const model::Profile& profile, std::chrono::milliseconds limit = 10s)
{
    return probe::lookFromOutside(profile, {}, {}, std::chrono::steady_clock::now() + limit);
}

}

TEST(PlainRequest, SeesTheAnswerWithTheTimeOfEachPhase)
{
    const ScriptedServer server(test::answering("HTTP/1.1 502 Bad Gateway\r\nServer: x\r\nContent-Length: 3\r\n\r\nbad"));
    const auto view = look(profileFor(server.port(), "127.0.0.1", "/a%20b?c=%22d"));
    EXPECT_EQ(view.http.result, AttemptResult::Succeeded) << view.http.errorText;
    EXPECT_EQ(view.http.status, 502);
    EXPECT_EQ(view.http.body, "bad");
    EXPECT_EQ(view.http.address, "127.0.0.1:" + std::to_string(server.port()));
    ASSERT_TRUE(view.http.connectMs && view.http.firstByteMs && view.http.totalMs);
    EXPECT_GE(*view.http.totalMs, *view.http.connectMs + *view.http.firstByteMs);
    EXPECT_FALSE(view.http.tlsMs);
    EXPECT_FALSE(view.http.dnsMs);
    EXPECT_TRUE(view.dns.isOverridden);
    ASSERT_EQ(view.tcp.size(), 1u);
    EXPECT_EQ(view.tcp[0].result, AttemptResult::Succeeded);
    EXPECT_EQ(view.tls.result, AttemptResult::NotTried);
    EXPECT_GT(view.startedAt.time_since_epoch().count(), 0);
}

TEST(PlainRequest, AsksAsABrowserWould)
{
    std::string request;
    base::Port port = 0;
    {
        const ScriptedServer server([&request](test::Peer& peer) {
            request = peer.readRequest();
            peer.send("HTTP/1.1 204 No Content\r\n\r\n");
        });
        port = server.port();
        look(profileFor(port, "localhost", "/a%20b?c=%22d"));
    }
    EXPECT_THAT(request, testing::StartsWith("GET /a%20b?c=%22d HTTP/1.1\r\nHost: localhost:" + std::to_string(port) + "\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nConnection: close\r\n"));
}

TEST(PlainRequest, AsksTheSystemsResolverForBothFamilies)
{
    const ScriptedServer server(test::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    const auto view = look(profileFor(server.port(), "localhost"));
    EXPECT_EQ(view.http.status, 200);
    EXPECT_FALSE(view.dns.isOverridden);
    EXPECT_EQ(view.dns.ipv4, AttemptResult::Succeeded);
    EXPECT_EQ(view.dns.ipv4Addresses, std::vector<std::string> { "127.0.0.1" });
    EXPECT_EQ(view.dns.ipv6, AttemptResult::Succeeded);
    EXPECT_TRUE(view.http.dnsMs);
    EXPECT_TRUE(view.dns.errorText.empty());
}

TEST(Connecting, TriesEveryAddressAndHandsOverTheOneThatAnswers)
{
    const ScriptedServer server([](test::Peer& peer) { peer.hang(); });
    probe::SocketWait wait({}, std::chrono::steady_clock::now() + 10s);
    // Nobody listens on the second loopback address, and the last is no address.
    probe::Connecting connecting({ "127.0.0.2", "127.0.0.1", "::1", "nonsense" }, server.port(), 5s);
    wait.setBackground(&connecting);
    while (!connecting.isSettled())
        ASSERT_NE(wait.wait(-1, 0, wait.deadline()), probe::SocketWait::Outcome::TimedOut);
    ASSERT_EQ(connecting.attempts().size(), 4u);
    EXPECT_EQ(connecting.attempts()[0].result, AttemptResult::Refused);
    EXPECT_EQ(connecting.attempts()[1].result, AttemptResult::Succeeded);
    EXPECT_EQ(connecting.attempts()[2].result, AttemptResult::Refused);
    EXPECT_EQ(connecting.attempts()[3].result, AttemptResult::OtherError);
    EXPECT_EQ(connecting.connectedAttempt().address, "127.0.0.1");
    EXPECT_TRUE(connecting.takeConnected().isOpen());
}

TEST(PlainRequest, UsesTheProfilesAddressInPlaceOfDns)
{
    std::string request;
    {
        const ScriptedServer server([&request](test::Peer& peer) {
            request = peer.readRequest();
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        model::Profile profile = profileFor(server.port(), "shop.invalid");
        profile.resolve = "127.0.0.1";
        const auto view = look(profile);
        EXPECT_TRUE(view.dns.isOverridden);
        EXPECT_EQ(view.dns.ipv4, AttemptResult::NotTried);
        EXPECT_EQ(view.dns.ipv4Addresses, std::vector<std::string> { "127.0.0.1" });
        EXPECT_EQ(view.http.status, 200);
    }
    EXPECT_THAT(request, HasSubstr("Host: shop.invalid:"));
}

TEST(PlainRequest, ReachesIpv6Loopback)
{
    const ScriptedServer server(test::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), true);
    const auto view = look(profileFor(server.port(), "[::1]"));
    EXPECT_EQ(view.http.status, 200) << view.http.errorText;
    EXPECT_EQ(view.http.address, "[::1]:" + std::to_string(server.port()));
    EXPECT_EQ(view.dns.ipv6Addresses, std::vector<std::string> { "::1" });
}

TEST(PlainRequest, TellsRefusedFromSilence)
{
    const auto refused = look(profileFor(test::freePort()));
    EXPECT_EQ(refused.http.result, AttemptResult::Refused);
    EXPECT_EQ(refused.tcp[0].result, AttemptResult::Refused);
    EXPECT_THAT(refused.http.errorText, HasSubstr("ECONNREFUSED"));
    EXPECT_FALSE(refused.http.connectMs);

    const ScriptedServer server([](test::Peer& peer) { peer.hang(); });
    const auto hung = look(profileFor(server.port()), 1300ms);
    EXPECT_EQ(hung.http.result, AttemptResult::TimedOut);
    EXPECT_EQ(hung.tcp[0].result, AttemptResult::Succeeded);
    EXPECT_TRUE(hung.http.connectMs);
    EXPECT_FALSE(hung.http.firstByteMs);
    EXPECT_GE(*hung.http.totalMs, 1000.0);
}

TEST(PlainRequest, DoesNotBlameAServerThatHadNoTimeToAnswer)
{
    const ScriptedServer server([](test::Peer& peer) { peer.hang(); });
    const auto view = look(profileFor(server.port()), 200ms);
    EXPECT_EQ(view.http.result, AttemptResult::NotTried);
    EXPECT_THAT(view.http.errorText, HasSubstr("the run's time was over"));
}

TEST(PlainRequest, TellsCloseFromResetBeforeHeaders)
{
    const ScriptedServer closing([](test::Peer& peer) { peer.readRequest(); });
    EXPECT_EQ(look(profileFor(closing.port())).http.result, AttemptResult::ClosedBeforeHeaders);

    const ScriptedServer resetting([](test::Peer& peer) {
        peer.readRequest();
        peer.reset();
    });
    const auto view = look(profileFor(resetting.port()));
    EXPECT_EQ(view.http.result, AttemptResult::ResetBeforeHeaders);
    EXPECT_FALSE(view.http.status);

    const ScriptedServer halfHeader(test::answering("HTTP/1.1 200 OK\r\nServ"));
    EXPECT_EQ(look(profileFor(halfHeader.port())).http.result, AttemptResult::ClosedBeforeHeaders);
}

TEST(PlainRequest, SeesABodyThatIsCut)
{
    const ScriptedServer closing(test::answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
    const auto view = look(profileFor(closing.port()));
    EXPECT_EQ(view.http.result, AttemptResult::ClosedMidResponse);
    EXPECT_EQ(view.http.status, 200);
    EXPECT_EQ(view.http.body, "half");

    const ScriptedServer chunked(test::answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n"));
    EXPECT_EQ(look(profileFor(chunked.port())).http.result, AttemptResult::ClosedMidResponse);
}

TEST(PlainRequest, ReadsAChunkedAnswer)
{
    const ScriptedServer server(test::answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n0\r\n\r\n"));
    const auto view = look(profileFor(server.port()));
    EXPECT_EQ(view.http.result, AttemptResult::Succeeded);
    EXPECT_EQ(view.http.body, "Wiki");
}

TEST(PlainRequest, NamesAnAnswerThatIsNotHttp)
{
    const ScriptedServer ssh([](test::Peer& peer) { peer.send("SSH-2.0-OpenSSH_9.2p1\r\n"); peer.hang(); });
    const auto view = look(profileFor(ssh.port()));
    EXPECT_EQ(view.http.result, AttemptResult::InvalidResponse);
    EXPECT_THAT(view.http.errorText, HasSubstr("\"SSH-2.0"));

    const ScriptedServer endless([](test::Peer& peer) {
        peer.readRequest();
        for (int i = 0; i < 200; ++i)
            peer.send(std::string(1000, '\xff'));
    });
    EXPECT_EQ(look(profileFor(endless.port())).http.result, AttemptResult::InvalidResponse);
}

TEST(Look, StreamsEachStepOnTheCallersThread)
{
    const ScriptedServer server(test::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    std::vector<model::OutsideView> views;
    const auto caller = std::this_thread::get_id();
    const auto last = probe::lookFromOutside(
        profileFor(server.port()),
        [&](const model::OutsideView& view) {
            EXPECT_EQ(std::this_thread::get_id(), caller);
            views.push_back(view);
        },
        {}, std::chrono::steady_clock::now() + 10s);
    ASSERT_GE(views.size(), 3u);
    EXPECT_FALSE(views.front().http.status);
    EXPECT_EQ(views.back(), last);
}

TEST(Look, EndsWithin100MillisecondsOfAStop)
{
    std::stop_source source;
    std::chrono::steady_clock::time_point stoppedAt;
    const ScriptedServer server([&](test::Peer& peer) {
        peer.readRequest();
        stoppedAt = std::chrono::steady_clock::now();
        source.request_stop();
        peer.hang();
    });
    model::Profile profile = profileFor(server.port());
    const auto view = probe::lookFromOutside(profile, {}, source.get_token(), std::chrono::steady_clock::now() + 10s);
    EXPECT_LT(std::chrono::steady_clock::now() - stoppedAt, 100ms);
    EXPECT_EQ(view.http.result, AttemptResult::NotTried);
    EXPECT_EQ(view.http.errorText, "cancelled");
}

TEST(Look, DoesNothingWhereItIsStoppedBeforehand)
{
    int connections = 0;
    {
        const ScriptedServer server([&](test::Peer&) { ++connections; });
        std::stop_source source;
        source.request_stop();
        const auto view = probe::lookFromOutside(
            profileFor(server.port(), "localhost"), {}, source.get_token(), std::chrono::steady_clock::now() + 10s);
        EXPECT_EQ(view.http.result, AttemptResult::NotTried);
    }
    EXPECT_EQ(connections, 0);
}

TEST(Look, ContactsTheControlTargetOnlyWhereTheProfileNamesOne)
{
    const ScriptedServer server(test::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
    model::Profile profile = profileFor(server.port());
    EXPECT_EQ(look(profile).control, AttemptResult::NotTried);
    profile.checks.controlTarget = "127.0.0.1:" + std::to_string(server.port());
    EXPECT_EQ(look(profile).control, AttemptResult::Succeeded);
    EXPECT_EQ(look(profile).controlTarget, *profile.checks.controlTarget);
    profile.checks.controlTarget = "127.0.0.1:" + std::to_string(test::freePort());
    EXPECT_EQ(look(profile).control, AttemptResult::Refused);
}

TEST(Look, SaysThatAUrlIsNotOneItCanAsk)
{
    model::Profile profile;
    profile.url = "ftp://shop.example/";
    EXPECT_EQ(look(profile).http.errorText, "not an http or https url");
    EXPECT_EQ(look(profile).http.result, AttemptResult::NotTried);
}
