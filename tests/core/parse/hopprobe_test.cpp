#include "core/parse/hopprobe.h"

#include "core/model/checkids.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using model::ConnectResult;
using model::HopProbe;
using model::ReplyResult;
using model::ResolveResult;
using model::TlsResult;

model::CheckResult checkOf(const std::string& output, const char* check = model::checkid::hopCaller)
{
    model::CheckResult result;
    result.host = base::HostId("edge");
    result.check = base::CheckId(check);
    result.subject = "a>b";
    result.output = output;
    return result;
}

HopProbe probeOf(const std::string& output)
{
    const auto probes = parseHopProbes(checkOf(output));
    EXPECT_EQ(probes.size(), 1u);
    return probes.empty() ? HopProbe() : probes.front();
}

/// What a curl says between its heading and its exit status.
HopProbe curlSaid(const std::string& words, int exit, const std::string& times = {}, const std::string& body = {})
{
    return probeOf("target=10.1.0.3:3000\nwanted_user=\nresolve=not-needed\n@@ probe 10.1.0.3\ntry=1\ntool=curl\n" + words
        + (times.empty() ? "" : "hs-time: " + times + "\n") + "hs-exit: " + std::to_string(exit) + "\n@@ body\n: " + body
        + "\n");
}

TEST(HopProbeTest, ReadsTheSecondLook)
{
    const HopProbe closed = probeOf("resolve=not-needed\n@@ probe 10.1.0.3\ntool=curl\n* Connected to 10.1.0.3\n"
                                    "curl: (52) Empty reply from server\nhs-exit: 52\n@@ body\n: \n@@ second-look\nworks-with=proxy-header\n");
    EXPECT_EQ(closed.reply, ReplyResult::ClosedBeforeHeaders);
    EXPECT_EQ(closed.worksWith, "proxy-header");
    const HopProbe silent = probeOf("@@ probe 10.1.0.3\ntool=curl\ncurl: (28) Connection timed out after 3001 milliseconds\n"
                                    "hs-exit: 28\n@@ body\n@@ second-look\nanswers-ping=no\n");
    EXPECT_EQ(silent.connect, ConnectResult::TimedOut);
    EXPECT_EQ(silent.answersPing, false);
    const HopProbe unverified = probeOf("@@ probe 10.1.0.3\ntool=curl\n* Connected to 10.1.0.3\n< HTTP/1.1 200 OK\nhs-exit: 0\n@@ body\n"
                                        "@@ second-look\ntls=certificate-invalid\ntls_detail=verify error:num=62:hostname mismatch\n");
    EXPECT_EQ(unverified.tls, TlsResult::CertificateInvalid);
}

TEST(HopProbeTest, FailureWithoutTheCallersOwnKeyProvesNothing)
{
    const HopProbe turnedAway = probeOf("@@ probe 10.1.0.3\ntool=curl\n* Connected to 10.1.0.3\nSSL connection using TLSv1.3\n"
                                        "< HTTP/1.1 400 Bad Request\nhs-exit: 0\n@@ body\n: No required SSL certificate was sent\n"
                                        "@@ second-look\nkey-hidden=yes\n");
    EXPECT_EQ(turnedAway.reply, ReplyResult::Unknown);
    EXPECT_FALSE(turnedAway.status);
    EXPECT_EQ(turnedAway.connect, ConnectResult::Connected);
}

TEST(CurlProbeTest, ReadsErrnoInTheWordsOfEachRelease)
{
    const HopProbe old = curlSaid("* connect to 10.1.0.3 port 3000 failed: Connection refused\n"
                                  "curl: (7) Failed to connect to 10.1.0.3 port 3000: Connection refused\n",
        7);
    EXPECT_EQ(old.connect, ConnectResult::Refused);
    EXPECT_EQ(old.errorText, "connect to 10.1.0.3 port 3000 failed: Connection refused");
    EXPECT_EQ(old.source.line, 7);
    EXPECT_EQ(curlSaid("* connect to 10.1.0.3 port 3000 from 10.1.0.2 port 40000 failed: No route to host\n"
                       "curl: (7) Failed to connect to 10.1.0.3 port 3000 after 3071 ms: Could not connect to server\n",
                  7)
                  .connect,
        ConnectResult::HostUnreachable);
    EXPECT_EQ(curlSaid("* Immediate connect fail for 10.1.0.3: Network unreachable\ncurl: (7) Couldn't connect\n", 7).connect,
        ConnectResult::NetworkUnreachable);
    EXPECT_EQ(curlSaid("* Immediate connect fail for 10.1.0.3: Operation not permitted\ncurl: (7) x\n", 7).connect,
        ConnectResult::PermissionDenied);
    EXPECT_EQ(curlSaid("curl: (28) Connection timed out after 3001 milliseconds\n", 28).connect, ConnectResult::TimedOut);
    EXPECT_EQ(curlSaid("curl: (28) Failed to connect to 10.1.0.3 port 3000 after 3001 ms: Timeout was reached\n", 28).connect,
        ConnectResult::TimedOut);
}

TEST(CurlProbeTest, TellsHowAnAnswerFailed)
{
    const std::string up = "* Established connection to 10.1.0.3 (10.1.0.3 port 3000) from 10.1.0.2 port 4\n";
    EXPECT_EQ(curlSaid(up + "curl: (52) Empty reply from server\n", 52).reply, ReplyResult::ClosedBeforeHeaders);
    EXPECT_EQ(curlSaid(up + "curl: (56) Recv failure: Connection reset by peer\n", 56).reply, ReplyResult::ResetBeforeHeaders);
    EXPECT_EQ(curlSaid(up + "< HTTP/1.1 200 OK\ncurl: (56) Recv failure: Connection reset by peer\n", 56).reply,
        ReplyResult::ClosedMidResponse);
    EXPECT_EQ(curlSaid(up + "curl: (28) Operation timed out after 8001 milliseconds with 0 bytes received\n", 28).reply,
        ReplyResult::TimedOut);
    EXPECT_EQ(curlSaid(up + "curl: (8) Header without colon\n", 8).reply, ReplyResult::InvalidReply);
    EXPECT_EQ(curlSaid(up + "curl: (1) Received HTTP/0.9 when not allowed\n", 1).reply, ReplyResult::InvalidReply);
    EXPECT_EQ(curlSaid(up, 0, "connect=0.001 version=0 status=000", "garbage").reply, ReplyResult::InvalidReply);
    const HopProbe cut = curlSaid(up + "< HTTP/1.1 200 OK\ncurl: (23) Failure writing output to destination\n", 23);
    EXPECT_EQ(cut.reply, ReplyResult::Answered) << "we stopped reading ourselves";
}

TEST(CurlProbeTest, TellsTlsFailuresInTheWordsOfEachLibrary)
{
    const std::string up = "* Connected to h (10.1.0.3) port 443 (#0)\n* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n";
    const auto tls = [&](const std::string& words, int exit) { return curlSaid(up + words, exit).tls; };
    EXPECT_EQ(tls("curl: (35) error:0A00010B:SSL routines::wrong version number\n", 35), TlsResult::PlainText);
    EXPECT_EQ(tls("curl: (35) TLS connect error: error:0A0000C6:SSL routines::packet length too long\n", 35), TlsResult::PlainText);
    EXPECT_EQ(tls("curl: (35) gnutls_handshake() failed: An unexpected TLS packet was received.\n", 35), TlsResult::PlainText);
    EXPECT_EQ(tls("curl: (35) error:0A000410:SSL routines::sslv3 alert handshake failure\n", 35), TlsResult::HandshakeFailed);
    EXPECT_EQ(tls("curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to h:443\n", 35), TlsResult::Closed);
    EXPECT_EQ(tls("curl: (28) SSL connection timeout\n", 28), TlsResult::TimedOut);
    EXPECT_EQ(tls("* SSL connection using TLSv1.3 / X\ncurl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert "
                  "certificate required, errno 0\n",
                  56),
        TlsResult::HandshakeFailed);
    const HopProbe expired = curlSaid(up + "* SSL certificate problem: certificate has expired\n"
                                           "curl: (60) SSL certificate problem: certificate has expired\n",
        60);
    EXPECT_EQ(expired.tls, TlsResult::CertificateInvalid);
    EXPECT_THAT(expired.tlsDetail, testing::HasSubstr("has expired"));
    const HopProbe remark = curlSaid(up + "* SSL connection using TLSv1.2 / X\n"
                                          "*  SSL certificate verify result: self-signed certificate (18), continuing anyway.\n"
                                          "< HTTP/1.1 200 OK\n",
        0, "connect=0.001 version=1.1");
    EXPECT_EQ(remark.tls, TlsResult::Established) << "the caller does not verify either";
    EXPECT_THAT(remark.tlsDetail, testing::HasSubstr("self-signed"));
}

TEST(CurlProbeTest, ReadsTimesAlsoWhereAnOldReleasePrintsThemIntoTheBody)
{
    const HopProbe probe = curlSaid("* Connected to 10.1.0.3 (10.1.0.3) port 3000 (#0)\n< HTTP/1.1 200 OK\n< Server: x\n", 0,
        "dns=0.00001 connect=0.0002 tls=0.000000 first=0.5 total=0.75 status=200 version=1.1", "hello");
    EXPECT_DOUBLE_EQ(probe.connectMs.value_or(0), 0.2);
    EXPECT_FALSE(probe.tlsMs);
    EXPECT_DOUBLE_EQ(probe.firstByteMs.value_or(0), 500);
    EXPECT_EQ(probe.firstBytes, "hello");
    EXPECT_EQ(curlSaid("< HTTP/1.1 200 OK\n", 0, "", "hellohs-time: dns=0 connect=0").firstBytes, "hello");
}

TEST(HopProbeLinesTest, ReadsEachAddressOfAName)
{
    const auto probes = parseHopProbes(checkOf("target=app:80\nwanted_user=\nresolve=resolved\naddresses=10.1.0.3 ::1\n"
                                               "@@ probe 10.1.0.3\ntool=python3\nconnect=ok\nreply=answered\nstatus=200\n"
                                               "first=a\\x00\\n\\\\b\n@@ probe ::1\ntool=python3\nconnect=ECONNREFUSED\n",
        model::checkid::hopLoopback));
    ASSERT_EQ(probes.size(), 2u);
    EXPECT_EQ(probes[0].seat, model::Seat::CalleeLoop);
    EXPECT_EQ(probes[0].firstBytes, "a\xEF\xBF\xBD\n\\b");
    EXPECT_EQ(probes[1].address, "::1");
    EXPECT_EQ(probes[1].connect, ConnectResult::Refused);
    EXPECT_THAT(probes[1].resolved, testing::ElementsAre("10.1.0.3", "::1"));
}

TEST(HopProbeLinesTest, NeverTurnsSilenceIntoASuccess)
{
    EXPECT_TRUE(parseHopProbes(checkOf("")).empty());
    EXPECT_TRUE(parseHopProbes(checkOf("target=x\nresolve=resolved\n")).empty());
    const HopProbe cut = probeOf("target=10.1.0.3:80\nresolve=not-needed\n@@ probe 10.1.0.3\ntool=curl\n*   Trying 10.1.0.3:80...\n");
    EXPECT_EQ(cut.connect, ConnectResult::Unknown);
    EXPECT_EQ(cut.reply, ReplyResult::NotTried);
    EXPECT_EQ(probeOf("resolve=not-needed\n@@ probe 1.1.1.1\ntool=zap\nconnect=EWEIRD\nreply=great\n").connect,
        ConnectResult::OtherError);
}

TEST(HopProbeLinesTest, SaysThatANameDidNotResolve)
{
    const HopProbe probe = probeOf("target=app:80\nresolve=not-found\nerror=Name or service not known\n");
    EXPECT_EQ(probe.resolve, ResolveResult::NameNotFound);
    EXPECT_EQ(probe.connect, ConnectResult::NotTried);
    EXPECT_EQ(probe.errorText, "Name or service not known");
    EXPECT_EQ(probe.target, "app:80");
}

TEST(HopProbeLinesTest, DoesNotTrustADenialThatAnotherUserMet)
{
    const HopProbe probe = probeOf("target=unix:/run/x.sock\nwanted_user=www-data\n@@ probe unix:/run/x.sock\ntool=python3\n"
                                   "seat_user=deploy\nconnect=EACCES\nerror=Permission denied\n");
    EXPECT_TRUE(probe.isOtherUser);
    EXPECT_EQ(probe.connect, ConnectResult::Unknown);
    EXPECT_THAT(probe.errorText, testing::HasSubstr("tried as deploy, not as www-data"));
}

}
}
