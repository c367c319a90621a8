#include "core/parse/hopprobe.h"

#include <algorithm>
#include <initializer_list>

namespace hopscope::parse {
namespace {

using model::ConnectResult;
using model::HopProbe;
using model::ReplyResult;
using model::TlsResult;

bool hasAny(std::string_view text, std::initializer_list<std::string_view> words)
{
    for (const std::string_view word : words) {
        if (text.find(word) != std::string_view::npos)
            return true;
    }
    return false;
}

/// What the transcript told before the exit status is judged.
struct Transcript {
    bool isTls = false; ///< a handshake was begun
    bool isTlsUp = false;
    bool isHttp09 = false;
    int exit = -1;
    std::string_view error; ///< the words of "curl: (7) …"
    std::string_view connectWords; ///< the line that names the errno: curl's last words do not
    int errorLine = 0;
    bool isCertificateRejected = false;
    std::string_view length; ///< of the answer, as its header says
    std::string_view otherLength; ///< a second, different one: no reader can tell where the answer ends (RFC 9112 6.3)
};

/// "hs-time: dns=0.000017 connect=0.000096 …" in seconds; 0 where that phase was not reached.
void readTimes(std::string_view rest, HopProbe& probe, Transcript& transcript)
{
    for (std::string_view word = takeWord(rest); !word.empty(); word = takeWord(rest)) {
        std::string_view value = word;
        const std::string_view key = takeUntil(value, "=");
        if (key == "version") {
            transcript.isHttp09 = value == "0";
            continue;
        }
        if (key == "header") {
            if (const auto bytes = numberOf<std::size_t>(value); bytes && *bytes > 0)
                probe.headerBytes = bytes;
            continue;
        }
        const auto seconds = numberOf<double>(value);
        if (!seconds || *seconds <= 0)
            continue;
        const double milliseconds = *seconds * 1000.0;
        if (key == "connect")
            probe.connectMs = milliseconds;
        else if (key == "tls")
            probe.tlsMs = milliseconds;
        else if (key == "first")
            probe.firstByteMs = milliseconds;
        else if (key == "total")
            probe.totalMs = milliseconds;
    }
    if (probe.connectMs && probe.connect != ConnectResult::Connected)
        probe.connect = ConnectResult::Connected;
}

void readHeader(const Line& line, std::string_view text, HopProbe& probe, Transcript& transcript)
{
    if (text.starts_with("HTTP/")) {
        takeWord(text);
        probe.status = numberOf<int>(takeWord(text));
        probe.source.line = line.number;
        return;
    }
    const std::string_view name = takeUntil(text, ":");
    if (name == "Server" || name == "server")
        probe.serverHeader = textOf(trimmed(text).substr(0, 300));
    else if (name == "Content-Length" || name == "content-length") {
        if (transcript.length.empty())
            transcript.length = trimmed(text);
        else if (trimmed(text) != transcript.length)
            transcript.otherLength = trimmed(text);
    } else if (name == "Location" || name == "location")
        probe.location = textOf(trimmed(text).substr(0, 300));
}

void readLine(const Line& line, HopProbe& probe, Transcript& transcript)
{
    std::string_view text = line.text;
    if (text.starts_with("< ")) {
        readHeader(line, text.substr(2), probe, transcript);
    } else if (text.starts_with("* ")) {
        text = trimmed(text.substr(2));
        const std::size_t failed = text.find(" failed: ");
        if (text.starts_with("connect to ") && failed != std::string_view::npos) {
            probe.connect = connectResultOfText(text.substr(failed + 9));
            probe.source.line = line.number;
            transcript.connectWords = text;
        } else if (text.starts_with("Immediate connect fail for ")) {
            probe.connect = connectResultOfText(text.substr(std::min(text.rfind(": "), text.size())));
            probe.source.line = line.number;
            transcript.connectWords = text;
        } else if (text.starts_with("Connected to ") || text.starts_with("Established connection to ")) {
            probe.connect = ConnectResult::Connected;
            probe.source.line = line.number;
        } else if (text.find("TLS handshake, Client hello") != std::string_view::npos || text.starts_with("ALPN")) {
            transcript.isTls = true;
        } else if (text.starts_with("SSL connection using ")) {
            transcript.isTlsUp = true;
            probe.tlsDetail = textOf(text.substr(21));
        } else if (text.starts_with("SSL certificate verify result: ")) {
            // -k: the caller does not verify either, so this is a remark only
            probe.tlsDetail += (probe.tlsDetail.empty() ? "" : "; ") + textOf(text.substr(31));
        } else if (text.starts_with("SSL certificate problem") || text.starts_with("SSL: no alternative certificate")
            || text.starts_with("subjectAltName does not match")) {
            transcript.isCertificateRejected = true;
            probe.tlsDetail = textOf(text);
        }
    } else if (text.starts_with("curl: (")) {
        takeUntil(text, ") ");
        transcript.error = text;
        transcript.errorLine = line.number;
    } else if (text.starts_with("hs-time: ")) {
        readTimes(text.substr(9), probe, transcript);
    } else if (text.starts_with("hs-exit: ")) {
        transcript.exit = numberOf<int>(text.substr(9)).value_or(-1);
    }
}

TlsResult tlsFailure(std::string_view words)
{
    // OpenSSL's and GnuTLS's words for an answer that is no TLS
    if (hasAny(words, { "wrong version number", "packet length too long", "http request", "unknown protocol",
                          "record layer failure", "unexpected TLS packet", "first record does not look like a TLS" }))
        return TlsResult::PlainText;
    if (hasAny(words, { "unexpected eof", "SSL_ERROR_SYSCALL", "reset by peer", "Connection was reset",
                          "non-properly terminated", "SSL_ERROR_ZERO_RETURN" }))
        return TlsResult::Closed;
    return TlsResult::HandshakeFailed;
}

/// libcurl-errors(3) for the exit status.
void judge(const Transcript& transcript, HopProbe& probe)
{
    const bool hasHeader = probe.status.has_value();
    const std::string_view words = transcript.error;
    switch (transcript.exit) {
    case 0:
        probe.reply = hasHeader && !transcript.isHttp09 ? ReplyResult::Answered
            : transcript.isHttp09                       ? ReplyResult::InvalidReply
                                                        : ReplyResult::Unknown;
        break;
    case 1: // HTTP/0.9, or a version of HTTP that is none
    case 8: // a header or status line that HTTP does not allow
        probe.reply = ReplyResult::InvalidReply;
        break;
    case 7:
        if (probe.connect == ConnectResult::Unknown || probe.connect == ConnectResult::Connected)
            probe.connect = connectResultOfText(words);
        break;
    case 18:
        probe.reply = ReplyResult::ClosedMidResponse;
        break;
    case 23: // we stopped reading
    case 61:
    case 63:
        probe.reply = hasHeader ? ReplyResult::Answered : ReplyResult::Unknown;
        break;
    case 28:
        if (probe.connect != ConnectResult::Connected)
            probe.connect = ConnectResult::TimedOut;
        else if (transcript.isTls && !transcript.isTlsUp)
            probe.tls = TlsResult::TimedOut;
        else
            probe.reply = hasHeader ? ReplyResult::Answered : ReplyResult::TimedOut;
        break;
    case 35:
        probe.tls = tlsFailure(words);
        break;
    case 51:
    case 60:
        probe.tls = TlsResult::CertificateInvalid;
        if (probe.tlsDetail.empty())
            probe.tlsDetail = textOf(words);
        break;
    case 52:
        probe.reply = ReplyResult::ClosedBeforeHeaders;
        break;
    case 55:
    case 56:
        if (hasAny(words, { "alert", "certificate required" }) && !hasHeader) // TLS 1.3 tells after the handshake
            probe.tls = TlsResult::HandshakeFailed;
        else if (hasHeader)
            probe.reply = ReplyResult::ClosedMidResponse;
        else if (hasAny(words, { "reset by peer", "Connection was reset", "Broken pipe", "Send failure" }))
            probe.reply = ReplyResult::ResetBeforeHeaders;
        else if (hasAny(words, { "unexpected eof", "SSL_ERROR_SYSCALL" }))
            probe.reply = ReplyResult::ClosedBeforeHeaders;
        else
            probe.reply = ReplyResult::Unknown;
        break;
    default: // statuses are curl's, and there will be more of them
        probe.reply = hasHeader ? ReplyResult::Unknown : probe.reply;
        break;
    }
    if (!transcript.otherLength.empty()) {
        probe.reply = ReplyResult::InvalidReply;
        probe.errorText = "two lengths in one answer: " + textOf(transcript.length.substr(0, 20)) + " and " + textOf(transcript.otherLength.substr(0, 20));
        return;
    }
    if (transcript.isTlsUp && probe.tls == TlsResult::NotTried)
        probe.tls = TlsResult::Established;
    if (transcript.exit == 0)
        return;
    const bool isConnectKnown = !transcript.connectWords.empty() && probe.connect != ConnectResult::Connected;
    probe.errorText = textOf(isConnectKnown ? transcript.connectWords : words);
    if (transcript.errorLine != 0 && probe.connect == ConnectResult::Connected)
        probe.source.line = transcript.errorLine;
    if (probe.tls != TlsResult::NotTried && probe.tls != TlsResult::Established && probe.tlsDetail.empty())
        probe.tlsDetail = textOf(words);
}

}

void readCurl(const std::vector<Line>& lines, HopProbe& probe)
{
    Transcript transcript;
    for (const Line& line : lines)
        readLine(line, probe, transcript);
    judge(transcript, probe);
}

}
