#include "core/probe/outside/httprequest.h"

#include "core/probe/outside/httpresponse.h"

#include <array>

namespace hopscope::probe {
namespace {

    using model::AttemptResult;

    std::string requestText(const Target& target)
    {
        return "GET " + target.pathAndQuery + " HTTP/1.1\r\nHost: " + target.hostHeader()
            + "\r\nUser-Agent: hopscope/" HOPSCOPE_VERSION "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    }

    void conclude(model::HttpView& http, AttemptResult result, std::string words)
    {
        http.result = result;
        http.errorText = std::move(words);
    }

    /// The connection ended (orderly or not) before the response was whole.
    void concludeEnd(model::HttpView& http, const HttpResponse& response, bool isReset)
    {
        const std::string how = isReset ? "reset" : "closed";
        switch (response.state()) {
        case HttpResponse::State::Headers:
            conclude(http, isReset ? AttemptResult::ResetBeforeHeaders : AttemptResult::ClosedBeforeHeaders,
                "the server " + how + " the connection "
                    + (response.hasBytes() ? "in the middle of the response header" : "without sending a byte"));
            break;
        case HttpResponse::State::Body:
            conclude(http, AttemptResult::ClosedMidResponse, "the server " + how + " the connection before the body was complete");
            break;
        case HttpResponse::State::Complete: conclude(http, AttemptResult::Succeeded, ""); break;
        case HttpResponse::State::Invalid: conclude(http, AttemptResult::InvalidResponse, response.problem()); break;
        }
    }

    void concludeStream(model::HttpView& http, HttpResponse& response, const StreamResult& got)
    {
        switch (got.state) {
        case StreamState::Done: break;
        case StreamState::Ended:
            response.finish();
            concludeEnd(http, response, false);
            break;
        case StreamState::Reset: concludeEnd(http, response, true); break;
        case StreamState::TimedOut:
            conclude(http, AttemptResult::TimedOut,
                response.state() == HttpResponse::State::Body ? "the body did not end in time"
                    : response.hasBytes()                     ? "the response header did not end in time"
                                                              : "connected, but no answer came in time");
            break;
        case StreamState::Cancelled: conclude(http, AttemptResult::NotTried, "cancelled"); break;
        case StreamState::Failed:
            conclude(http, got.errorText.starts_with("TLS:") ? AttemptResult::TlsFailed : AttemptResult::OtherError, got.errorText);
            break;
        }
    }

}

void askHttp(ByteStream& stream, const Target& target, Clock::time_point limit, model::HttpView& http)
{
    const Clock::time_point start = Clock::now();
    HttpResponse response;
    std::array<char, 16 * 1024> buffer;
    // A server may answer (413, 400) and close before it read all: what it said counts more than the failed write.
    const StreamResult sent = stream.write(requestText(target), limit);
    bool isOver = sent.state == StreamState::TimedOut || sent.state == StreamState::Cancelled;
    if (isOver)
        concludeStream(http, response, sent);
    while (!isOver) {
        const StreamResult got = stream.read(buffer, limit);
        if (got.state == StreamState::Done) {
            if (!http.firstByteMs)
                http.firstByteMs = millisecondsSince(start);
            const auto state = response.feed({ buffer.data(), got.bytes });
            isOver = state == HttpResponse::State::Complete || state == HttpResponse::State::Invalid;
            if (isOver)
                concludeEnd(http, response, false);
        } else {
            isOver = true;
            concludeStream(http, response, got);
        }
    }
    if (response.status() != 0 && response.state() != HttpResponse::State::Headers) {
        http.status = response.status();
        http.headers = response.headers();
        http.body = response.body();
    }
}

}
