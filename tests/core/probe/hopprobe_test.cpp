#include "core/probe/hopprobe.h"

#include "core/exec/scriptrunner.h"
#include "core/model/checkids.h"
#include "core/parse/hopprobe.h"
#include "tests/core/probe/loopbackserver.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace hopscope::probe {
namespace {

using namespace std::chrono_literals;
using model::ConnectResult;
using model::HopProbe;
using model::Protocol;
using model::ReplyResult;
using model::ResolveResult;
using model::TlsResult;

/// Runs one attempt through the local shell, as a run does. `engines` are the programs that the host has.
std::vector<HopProbe> tryHop(const HopAttempt& attempt, const std::vector<std::string>& engines)
{
    exec::CheckSpec spec = hopProbe(attempt);
    std::string have = "have() { case \" ";
    for (const std::string engine : { "curl", "python3", "perl", "openssl", "bash", "nc" }) {
        if (std::find(engines.begin(), engines.end(), engine) == engines.end())
            have += engine + " ";
    }
    have += "\" in *\" $1 \"*) return 1 ;; esac; command -v \"$1\" >/dev/null 2>&1; }\n";
    spec.shell.insert(0, have);
    auto runner = exec::makeScriptRunner(base::HostId("here"), exec::makeLocalHost());
    const auto deadline = std::chrono::steady_clock::now() + 60s;
    EXPECT_FALSE(runner->open({}, deadline).error);
    std::vector<HopProbe> probes;
    runner->run({ spec },
        [&](model::CheckResult result) {
            for (HopProbe& probe : parse::parseHopProbes(result)) {
                SCOPED_TRACE(result.output + result.errorOutput);
                EXPECT_EQ(probe.hop.value(), "a>b");
                EXPECT_GT(probe.source.line, 0) << result.output;
                probes.push_back(std::move(probe));
            }
            if (probes.empty())
                ADD_FAILURE() << result.output << result.errorOutput;
        },
        {}, deadline);
    if (probes.empty())
        probes.emplace_back();
    return probes;
}

/// A hop and its host, to be bent by each test.
struct Fixture {
    model::Hop hop;
    model::HostFacts host;
    HopAttempt attempt;

    explicit Fixture(std::vector<std::string> tools, Protocol protocol = Protocol::Http)
    {
        hop.id = base::HopId("a>b");
        hop.protocol = protocol;
        hop.declared.requestPath = "/status?q=1";
        host.tools = std::move(tools);
        attempt.check = model::checkid::hopCaller;
        attempt.hop = &hop;
        attempt.host = &host;
        attempt.requestHost = "shop.example";
        attempt.limitSeconds = 2;
        attempt.target.host = "127.0.0.1";
    }
    HopProbe result() { return tryHop(attempt, host.tools).front(); }
    HopProbe at(base::Port port)
    {
        attempt.target.port = port;
        return result();
    }
};

constexpr const char* okReply
    = "HTTP/1.1 200 OK\r\nServer: little\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

class EngineTest : public testing::TestWithParam<const char*> {
protected:
    Fixture fixture { { GetParam() } };
    std::string tool() const { return GetParam(); }
    bool isShell() const { return tool() == "bash" || tool() == "nc"; }
};

TEST_P(EngineTest, SeesRefusal)
{
    const HopProbe probe = fixture.at(test::freePort());
    EXPECT_EQ(probe.tool, tool());
    EXPECT_EQ(probe.connect, ConnectResult::Refused) << probe.errorText;
    EXPECT_EQ(probe.reply, ReplyResult::NotTried);
    EXPECT_EQ(probe.target.substr(0, 10), "127.0.0.1:");
    EXPECT_EQ(probe.resolve, ResolveResult::NotNeeded);
}

TEST_P(EngineTest, SeesAnAnswer)
{
    const LoopbackServer server(replies(okReply));
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.connect, ConnectResult::Connected);
    EXPECT_EQ(probe.reply, ReplyResult::Answered) << probe.errorText;
    EXPECT_EQ(probe.status, 200);
    if (!isShell()) {
        EXPECT_EQ(probe.serverHeader, "little");
        EXPECT_EQ(probe.firstBytes, "hello");
        EXPECT_TRUE(probe.firstByteMs);
        EXPECT_TRUE(probe.totalMs);
    }
}

TEST_P(EngineTest, NeverCallsSilenceAnAnswer)
{
    const LoopbackServer server(hangUntilStopped);
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.connect, ConnectResult::Connected);
    EXPECT_EQ(probe.reply, isShell() ? ReplyResult::Unknown : ReplyResult::TimedOut);
    EXPECT_FALSE(probe.status);
}

TEST_P(EngineTest, SeesCloseBeforeHeaders)
{
    const LoopbackServer server(readThenClose);
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.connect, ConnectResult::Connected);
    EXPECT_EQ(probe.reply, isShell() ? ReplyResult::Unknown : ReplyResult::ClosedBeforeHeaders);
}

TEST_P(EngineTest, SeesResetBeforeHeaders)
{
    const LoopbackServer server(readThenReset);
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.connect, ConnectResult::Connected);
    if (isShell()) {
        EXPECT_THAT(probe.reply, testing::AnyOf(ReplyResult::ResetBeforeHeaders, ReplyResult::Unknown));
    } else {
        EXPECT_EQ(probe.reply, ReplyResult::ResetBeforeHeaders) << probe.errorText;
    }
}

TEST_P(EngineTest, SeesWhatIsNoHttp)
{
    const LoopbackServer server(replies(std::string("\x15\x03\x01\x00\x02\x02\x0a-ERR", 11)));
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.connect, ConnectResult::Connected);
    EXPECT_EQ(probe.reply, ReplyResult::InvalidReply) << probe.errorText;
    EXPECT_FALSE(probe.status);
}

INSTANTIATE_TEST_SUITE_P(Tools, EngineTest, testing::Values("curl", "python3", "perl", "bash", "nc"),
    [](const testing::TestParamInfo<const char*>& tool) { return std::string(tool.param); });

class FullEngineTest : public EngineTest { };

TEST_P(FullEngineTest, MeasuresASlowAnswer)
{
    const LoopbackServer server(repliesAfter(700ms, okReply));
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.reply, ReplyResult::Answered);
    ASSERT_TRUE(probe.firstByteMs);
    EXPECT_GE(*probe.firstByteMs, 690.0);
}

TEST_P(FullEngineTest, SeesABodyThatEndsEarly)
{
    const LoopbackServer server(replies("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhello"));
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.reply, ReplyResult::ClosedMidResponse);
    EXPECT_EQ(probe.status, 200);
}

TEST_P(FullEngineTest, KeepsAnErrorStatusAndARedirectsTarget)
{
    const LoopbackServer failing(replies("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_EQ(fixture.at(failing.port()).status, 500);
    const LoopbackServer moved(
        replies("HTTP/1.1 301 Moved\r\nLocation: https://shop.example/\r\nContent-Length: 0\r\n\r\n"));
    const HopProbe probe = fixture.at(moved.port());
    EXPECT_EQ(probe.status, 301);
    EXPECT_EQ(probe.location, "https://shop.example/");
}

TEST_P(FullEngineTest, SendsTheDeclaredHostAndPathByGet)
{
    // echoes the request's head in the body
    const LoopbackServer server([](int connection, std::stop_token) {
        char buffer[2048];
        const ssize_t count = ::read(connection, buffer, sizeof buffer);
        const std::string request(buffer, std::size_t(std::max<ssize_t>(count, 0)));
        const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(request.size())
            + "\r\nConnection: close\r\n\r\n" + request;
        EXPECT_EQ(::write(connection, reply.data(), reply.size()), ssize_t(reply.size()));
    });
    const HopProbe probe = fixture.at(server.port());
    EXPECT_THAT(probe.firstBytes, testing::StartsWith("GET /status?q=1 HTTP/1."));
    EXPECT_THAT(probe.firstBytes, testing::HasSubstr("Host: shop.example"));
}

INSTANTIATE_TEST_SUITE_P(Tools, FullEngineTest, testing::Values("curl", "python3", "perl"),
    [](const testing::TestParamInfo<const char*>& tool) { return std::string(tool.param); });

TEST(HopProbeTest, TriesEachAddressOfAName)
{
    const LoopbackServer server(replies(okReply));
    Fixture fixture({ "python3" });
    fixture.attempt.target.host = "localhost";
    fixture.attempt.target.port = server.port();
    const auto probes = tryHop(fixture.attempt, fixture.host.tools);
    const auto ipv4 = std::find_if(
        probes.begin(), probes.end(), [](const HopProbe& probe) { return probe.address == "127.0.0.1"; });
    ASSERT_NE(ipv4, probes.end());
    EXPECT_EQ(ipv4->resolve, ResolveResult::Resolved);
    EXPECT_EQ(ipv4->reply, ReplyResult::Answered);
    EXPECT_THAT(ipv4->resolved, testing::Contains("127.0.0.1"));
    for (const HopProbe& probe : probes) {
        if (probe.address == "::1") {
            EXPECT_EQ(probe.connect, ConnectResult::Refused);
        }
    }
}

TEST(HopProbeTest, SaysThatANameHasNoAddress)
{
    Fixture fixture({ "python3" });
    fixture.attempt.target.host = "no-such-host.invalid";
    const HopProbe probe = fixture.at(80);
    EXPECT_THAT(probe.resolve, testing::AnyOf(ResolveResult::NameNotFound, ResolveResult::ResolverFailed,
                                   ResolveResult::ResolverTimedOut));
    EXPECT_EQ(probe.connect, ConnectResult::NotTried);
}

TEST(HopProbeTest, TriesAnOddRefusalAgain)
{
    Fixture fixture({ "python3" });
    fixture.attempt.isRefusalOdd = true;
    fixture.attempt.target.port = test::freePort();
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(fixture.result().connect, ConnectResult::Refused);
    EXPECT_GT(std::chrono::steady_clock::now() - before, 1s);
}

TEST(HopProbeTest, OnlyConnectsWhereARequestCouldDisturb)
{
    const LoopbackServer server(replies(okReply));
    Fixture fixture({ "python3" });
    fixture.attempt.isConnectOnly = true;
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.connect, ConnectResult::Connected);
    EXPECT_EQ(probe.reply, ReplyResult::NotTried);
}

TEST(HopProbeTest, QuotesWhatWasDiscovered)
{
    Fixture fixture({ "python3" });
    const test::TemporaryFolder folder;
    fixture.attempt.target.host = "$(touch " + folder.file("pwned") + ")";
    fixture.attempt.requestHost = "a'; touch " + folder.file("pwned") + " #";
    fixture.hop.declared.requestPath = "/`touch " + folder.file("pwned") + "`";
    fixture.at(80);
    EXPECT_NE(::access(folder.file("pwned").c_str(), F_OK), 0);
}

class UnixEngineTest : public EngineTest { };

TEST_P(UnixEngineTest, TellsMissingStaleForbiddenAndServingApart)
{
    const test::TemporaryFolder folder;
    ::chmod(folder.path().c_str(), 0755);
    const std::string path = folder.file("app.sock");
    fixture.attempt.target = {};
    fixture.attempt.target.path = path;
    EXPECT_EQ(fixture.result().connect, ConnectResult::SocketMissing);
    {
        const LoopbackServer server(replies(okReply), path);
        ::chmod(path.c_str(), 0666);
        const HopProbe open = fixture.result();
        EXPECT_EQ(open.connect, ConnectResult::Connected);
        EXPECT_EQ(open.status, 200);
        EXPECT_EQ(open.target, "unix:" + path);
        if (::getuid() == 0) {
            ::chmod(path.c_str(), 0600);
            fixture.attempt.user = "nobody";
            const HopProbe closed = fixture.result();
            EXPECT_EQ(closed.connect, ConnectResult::PermissionDenied) << closed.errorText;
            EXPECT_EQ(closed.user, "nobody");
            EXPECT_FALSE(closed.isOtherUser);
            fixture.attempt.user.clear();
        }
    }
    EXPECT_EQ(fixture.result().connect, ConnectResult::Refused) << "the file is still there, its listener is not";
}

INSTANTIATE_TEST_SUITE_P(Tools, UnixEngineTest, testing::Values("python3", "perl"),
    [](const testing::TestParamInfo<const char*>& tool) { return std::string(tool.param); });

class DialectTest : public EngineTest {
protected:
    /// OP_REPLY with a small document, as servers before 5.1 and after answer the old hello.
    static std::string mongoHello()
    {
        return std::string("\x33\0\0\0\x01\0\0\0\x07\0\0\0\x01\0\0\0\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0"
                           "\x0f\0\0\0\x08ismaster\0",
            51);
    }
    HopProbe ask(Protocol protocol, const std::string& reply)
    {
        const LoopbackServer server(replies(reply));
        Fixture each({ GetParam() }, protocol);
        return each.at(server.port());
    }
};

TEST_P(DialectTest, KnowsGreetingsOfDatabasesAndCaches)
{
    EXPECT_EQ(ask(Protocol::Redis, "+PONG\r\n").reply, ReplyResult::Answered);
    const HopProbe denied = ask(Protocol::Redis, "-NOAUTH Authentication required.\r\n");
    EXPECT_EQ(denied.reply, ReplyResult::Answered);
    EXPECT_THAT(denied.errorText, testing::HasSubstr("NOAUTH"));
    EXPECT_EQ(ask(Protocol::Redis, "HTTP/1.1 400 Bad Request\r\n\r\n").reply, ReplyResult::InvalidReply);
    EXPECT_EQ(ask(Protocol::Memcached, "VERSION 1.6\r\n").reply, ReplyResult::Answered);
    // PostgreSQL: a request for SCRAM, and the refusal of one connection too many
    EXPECT_EQ(ask(Protocol::Postgresql, std::string("R\0\0\0\x08\0\0\0\x0a", 9)).reply, ReplyResult::Answered);
    const HopProbe full = ask(Protocol::Postgresql,
        std::string("E\0\0\0\x32SFATAL\0C53300\0Msorry, too many clients already\0\0", 51));
    EXPECT_EQ(full.reply, ReplyResult::Answered);
    EXPECT_THAT(full.errorText, testing::HasSubstr("too many clients"));
    EXPECT_EQ(ask(Protocol::Mongodb, mongoHello()).reply, ReplyResult::Answered);
    EXPECT_EQ(ask(Protocol::Mongodb, "HTTP/1.0 200 OK\r\n\r\nIt looks like you are trying").reply, ReplyResult::InvalidReply);
    // Connection.Start of AMQP 0-9-1, the first frame of RabbitMQ; and the header of a server of another version
    EXPECT_EQ(ask(Protocol::Amqp, std::string("\1\0\0\0\0\0\x20\0\x0a\0\x0a\0\x09", 13)).reply, ReplyResult::Answered);
    EXPECT_EQ(ask(Protocol::Amqp, std::string("AMQP\0\0\x09\1", 8)).reply, ReplyResult::Answered);
    EXPECT_EQ(ask(Protocol::Kafka, std::string("\0\0\0\x0a\0\0\0\7\0\0\0\0\0\0", 14)).reply, ReplyResult::Answered);
    EXPECT_EQ(ask(Protocol::Ajp, std::string("AB\0\1\x09", 5)).reply, ReplyResult::Answered);
    EXPECT_EQ(ask(Protocol::Ajp, "HTTP/1.1 400 \r\n\r\n").reply, ReplyResult::InvalidReply);
    EXPECT_EQ(ask(Protocol::FastCgi, std::string("\1\x0a\0\0\0\0\0\0", 8)).reply, ReplyResult::Answered);
    EXPECT_EQ(ask(Protocol::FastCgi, "HTTP/1.1 400 Bad Request\r\n\r\n").reply, ReplyResult::InvalidReply);
    EXPECT_EQ(ask(Protocol::Http2, std::string("\0\0\0\4\0\0\0\0\0", 9)).reply, ReplyResult::Answered);
    EXPECT_EQ(ask(Protocol::Tcp, "whatever").reply, ReplyResult::NotTried);
}

INSTANTIATE_TEST_SUITE_P(Tools, DialectTest, testing::Values("python3", "perl"),
    [](const testing::TestParamInfo<const char*>& tool) { return std::string(tool.param); });

TEST(HopProbeTest, AsksAUwsgiServerForTheSamePage)
{
    std::string request;
    const LoopbackServer server([&](int connection, std::stop_token) {
        char buffer[2048];
        const ssize_t count = ::read(connection, buffer, sizeof buffer);
        request.assign(buffer, count > 0 ? std::size_t(count) : 0);
        const std::string reply = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
        EXPECT_EQ(::write(connection, reply.data(), reply.size()), ssize_t(reply.size()));
    });
    Fixture fixture({ "python3" }, Protocol::Uwsgi);
    const HopProbe probe = fixture.at(server.port());
    EXPECT_EQ(probe.status, 503);
    ASSERT_GT(request.size(), 4u);
    EXPECT_EQ(request[0], 0);
    EXPECT_EQ(std::size_t(static_cast<unsigned char>(request[1])) + 256u * static_cast<unsigned char>(request[2]) + 4, request.size());
    EXPECT_THAT(request, testing::HasSubstr(std::string("PATH_INFO\x07\0/status", 18)));
    EXPECT_THAT(request, testing::HasSubstr("shop.example"));
}

TEST(HopProbeTest, EndsAMysqlHandshakeProperly)
{
    bool gotLogin = false;
    const LoopbackServer server([&](int connection, std::stop_token) {
        const std::string greeting("\x0a\0\0\0\x0a" "8.0\0\0\0\0\0\0", 14);
        EXPECT_EQ(::write(connection, greeting.data(), greeting.size()), 14);
        char buffer[512];
        const ssize_t count = ::read(connection, buffer, sizeof buffer);
        gotLogin = count > 36 && std::string(buffer + 36, 8) == "hopscope";
        const std::string refusal("\x0c\0\0\2\xff\x15\x04#28000No", 14);
        EXPECT_EQ(::write(connection, refusal.data(), refusal.size()), 14);
    });
    Fixture fixture({ "python3" }, Protocol::Mysql);
    EXPECT_EQ(fixture.at(server.port()).reply, ReplyResult::Answered);
    EXPECT_TRUE(gotLogin);
}

/// A TLS server with a certificate of its own making.
class TlsServer {
public:
    TlsServer()
        : m_port(test::freePort())
    {
        test::outputOf({ "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", m_folder.file("key"),
            "-out", m_folder.file("cert"), "-days", "2", "-subj", "/CN=shop.example", "-addext",
            "subjectAltName=DNS:shop.example" });
        m_process = std::make_unique<test::ChildProcess>(
            std::vector<std::string> { "openssl", "s_server", "-accept", "127.0.0.1:" + std::to_string(m_port), "-cert",
                m_folder.file("cert"), "-key", m_folder.file("key"), "-www", "-quiet" },
            m_folder.file("log"));
        EXPECT_TRUE(test::waitForPort(m_port));
    }
    base::Port port() const { return m_port; }
    std::string certificate() const { return m_folder.file("cert"); }

private:
    test::TemporaryFolder m_folder;
    base::Port m_port;
    std::unique_ptr<test::ChildProcess> m_process;
};

class TlsEngineTest : public testing::TestWithParam<const char*> { };

TEST_P(TlsEngineTest, TellsTlsFromPlainBothWays)
{
    const TlsServer tls;
    const LoopbackServer plain(replies("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
    Fixture https({ GetParam() }, Protocol::Https);
    https.hop.declared.serverName = "shop.example";
    https.hop.declared.requestPath = "/";
    const HopProbe good = https.at(tls.port());
    EXPECT_EQ(good.tls, TlsResult::Established) << good.tlsDetail;
    EXPECT_EQ(good.reply, ReplyResult::Answered) << good.errorText;
    EXPECT_EQ(good.status, 200);
    const HopProbe toPlain = https.at(plain.port());
    EXPECT_EQ(toPlain.connect, ConnectResult::Connected);
    EXPECT_EQ(toPlain.tls, TlsResult::PlainText) << toPlain.tlsDetail;
    if (std::string(GetParam()) != "openssl") {
        Fixture http({ GetParam() }, Protocol::Http);
        const HopProbe toTls = http.at(tls.port());
        EXPECT_EQ(toTls.connect, ConnectResult::Connected);
        EXPECT_NE(toTls.reply, ReplyResult::Answered);
        const auto second = tryHop(http.attempt, { GetParam(), "openssl" });
        EXPECT_EQ(second.front().tls, TlsResult::Established) << "a second look finds TLS";
        EXPECT_THAT(second.front().tlsDetail, testing::HasSubstr("speaks TLS"));
    }
}

TEST_P(TlsEngineTest, VerifiesOnlyWhereTheCallerDoes)
{
    const TlsServer server;
    Fixture fixture({ GetParam() }, Protocol::Https);
    fixture.hop.declared.serverName = "shop.example";
    fixture.hop.declared.verifiesCertificate = true;
    const HopProbe untrusted = fixture.at(server.port());
    EXPECT_EQ(untrusted.tls, TlsResult::CertificateInvalid) << untrusted.tlsDetail;
    EXPECT_THAT(untrusted.tlsDetail, testing::HasSubstr("self")) << untrusted.tlsDetail;
    fixture.hop.declared.trustedCertificates = server.certificate();
    EXPECT_EQ(fixture.at(server.port()).tls, TlsResult::Established);
}

INSTANTIATE_TEST_SUITE_P(Tools, TlsEngineTest, testing::Values("curl", "python3", "openssl"),
    [](const testing::TestParamInfo<const char*>& tool) { return std::string(tool.param); });

TEST(HopProbeTest, SeesATlsHandshakeThatHangs)
{
    const LoopbackServer server(hangUntilStopped);
    for (const char* tool : { "curl", "python3" }) {
        Fixture fixture({ tool }, Protocol::Https);
        const HopProbe probe = fixture.at(server.port());
        EXPECT_EQ(probe.connect, ConnectResult::Connected) << tool;
        EXPECT_EQ(probe.tls, TlsResult::TimedOut) << tool;
    }
}

}
}
