#include "core/probe/outside/httpresponse.h"

#include <gmock/gmock.h>

using hopscope::probe::HttpResponse;
using State = HttpResponse::State;
using testing::HasSubstr;

namespace {

/// The same bytes at once and one by one must read the same.
HttpResponse fed(const std::string& bytes)
{
    HttpResponse whole;
    whole.feed(bytes);
    HttpResponse dripped;
    for (const char c : bytes)
        if (dripped.state() == State::Headers || dripped.state() == State::Body)
            dripped.feed({ &c, 1 });
    EXPECT_EQ(whole.state(), dripped.state()) << bytes;
    EXPECT_EQ(whole.status(), dripped.status()) << bytes;
    EXPECT_EQ(whole.body(), dripped.body()) << bytes;
    return whole;
}

}

TEST(HttpResponse, ReadsABodyOfKnownLength)
{
    const HttpResponse response = fed("HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\nContent-Length: 5\r\n\r\nhello");
    EXPECT_EQ(response.state(), State::Complete);
    EXPECT_EQ(response.status(), 502);
    EXPECT_EQ(response.body(), "hello");
    ASSERT_EQ(response.headers().size(), 2u);
    EXPECT_EQ(response.headers()[0].name, "Server");
    EXPECT_EQ(response.headers()[0].value, "nginx");
}

TEST(HttpResponse, ReadsChunksWithExtensionsAndTrailers)
{
    const HttpResponse response = fed(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\nContent-Length: 9\r\n\r\n4;x=y\r\nWiki\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n");
    EXPECT_EQ(response.state(), State::Complete);
    EXPECT_EQ(response.body(), "Wiki0123456789");
}

TEST(HttpResponse, IsUnfinishedWhileBytesAreMissing)
{
    EXPECT_EQ(fed("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhell").finish(), State::Body);
    EXPECT_EQ(fed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWiki\r\n").finish(), State::Body);
    EXPECT_EQ(fed("HTTP/1.1 200 OK\r\nContent-Le").finish(), State::Headers);
    EXPECT_EQ(fed("HTT").finish(), State::Headers);
    EXPECT_EQ(fed("").finish(), State::Headers);
}

TEST(HttpResponse, TakesTheConnectionsEndForTheEndOfABodyWithoutLength)
{
    HttpResponse response = fed("HTTP/1.0 200 OK\n\nbody");
    EXPECT_EQ(response.state(), State::Body);
    EXPECT_EQ(response.finish(), State::Complete);
    EXPECT_EQ(response.body(), "body");
}

TEST(HttpResponse, PassesOverInterimResponses)
{
    const HttpResponse response = fed("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
    EXPECT_EQ(response.state(), State::Complete);
    EXPECT_EQ(response.status(), 204);
    EXPECT_TRUE(response.headers().empty());
}

TEST(HttpResponse, CallsAnEventStreamCompleteAtItsHeader)
{
    EXPECT_EQ(fed("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n").state(), State::Complete);
}

TEST(HttpResponse, NamesWhatHttpDoesNotAllow)
{
    for (const auto& [bytes, problem] : std::vector<std::pair<std::string, std::string>> {
             { "SSH-2.0-OpenSSH_9.2\r\n", "not HTTP/1.x" },
             { std::string("\x15\x03\x01\x00\x02\x02\x50", 7), "TLS alert" },
             { "HTTP/2.0 200 OK\r\n", "not HTTP/1.x" },
             { "HTTP/1.1 abc\r\n", "not an HTTP status line" },
             { "HTTP/1.1 99 x\r\n\r\n", "not an HTTP status line" },
             { "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", "not an HTTP header line" },
             { "HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n", "not an HTTP header line" },
             { "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "not a Content-Length" },
             { "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "two Content-Length" },
             { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "not a chunk size" },
             { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", "not a chunk size" },
             { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", "longer than its size" },
         }) {
        const HttpResponse response = fed(bytes);
        EXPECT_EQ(response.state(), State::Invalid) << bytes;
        EXPECT_THAT(response.problem(), HasSubstr(problem)) << bytes;
    }
    HttpResponse shortGarbage = fed("\x01\x02");
    EXPECT_EQ(shortGarbage.finish(), State::Invalid);
}

TEST(HttpResponse, BoundsHeaderAndBody)
{
    HttpResponse endlessLine;
    endlessLine.feed("HTTP/1.1 200 OK\r\nX: " + std::string(70000, 'x'));
    EXPECT_EQ(endlessLine.state(), State::Invalid);

    HttpResponse endlessInterim;
    for (int i = 0; i < 10000 && endlessInterim.state() == State::Headers; ++i)
        endlessInterim.feed("HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(endlessInterim.state(), State::Invalid);

    HttpResponse endlessBody;
    endlessBody.feed("HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 100 && endlessBody.state() == State::Body; ++i)
        endlessBody.feed(std::string(16 * 1024, 'y'));
    EXPECT_EQ(endlessBody.state(), State::Complete);
    EXPECT_EQ(endlessBody.body().size(), 16u * 1024);

    HttpResponse endlessTrailer;
    endlessTrailer.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + std::string(70000, 'z'));
    EXPECT_EQ(endlessTrailer.state(), State::Invalid);
}
