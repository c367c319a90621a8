#include "core/parse/hopprobe.h"

#include "core/model/checkids.h"

namespace hopscope::parse {
namespace {

using model::ConnectResult;
using model::HopProbe;
using model::ReplyResult;
using model::ResolveResult;
using model::TlsResult;

/// Undoes the engines' escapes: \n \r \t \\ \xNN.
std::string unescaped(std::string_view text)
{
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 >= text.size()) {
            bytes += text[i];
            continue;
        }
        const char kind = text[++i];
        unsigned value = 0;
        if (kind == 'n') {
            bytes += '\n';
        } else if (kind == 'r') {
            bytes += '\r';
        } else if (kind == 't') {
            bytes += '\t';
        } else if (kind == 'x' && i + 2 < text.size()
            && std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
            bytes += char(value);
            i += 2;
        } else {
            bytes += kind;
        }
    }
    return bytes;
}

ResolveResult resolveResultOf(std::string_view word)
{
    if (word == "not-needed")
        return ResolveResult::NotNeeded;
    if (word == "resolved")
        return ResolveResult::Resolved;
    if (word == "not-found")
        return ResolveResult::NameNotFound;
    if (word == "failed")
        return ResolveResult::ResolverFailed;
    if (word == "timed-out")
        return ResolveResult::ResolverTimedOut;
    return ResolveResult::Unknown;
}

TlsResult tlsResultOf(std::string_view word)
{
    if (word == "ok")
        return TlsResult::Established;
    if (word == "plain-text")
        return TlsResult::PlainText;
    if (word == "certificate-invalid")
        return TlsResult::CertificateInvalid;
    if (word == "handshake-failed")
        return TlsResult::HandshakeFailed;
    if (word == "timed-out")
        return TlsResult::TimedOut;
    if (word == "closed")
        return TlsResult::Closed;
    return TlsResult::Unknown;
}

ReplyResult replyResultOf(std::string_view word)
{
    if (word == "answered")
        return ReplyResult::Answered;
    if (word == "closed")
        return ReplyResult::ClosedBeforeHeaders;
    if (word == "reset")
        return ReplyResult::ResetBeforeHeaders;
    if (word == "closed-mid-response")
        return ReplyResult::ClosedMidResponse;
    if (word == "timed-out")
        return ReplyResult::TimedOut;
    if (word == "invalid")
        return ReplyResult::InvalidReply;
    if (word == "not-tried")
        return ReplyResult::NotTried;
    return ReplyResult::Unknown;
}

/// The lines that come before any address is tried.
void readHead(const Section& head, HopProbe& probe, std::string_view& wantedUser)
{
    for (const Line& line : head.lines) {
        std::string_view value = line.text;
        const std::string_view key = takeUntil(value, "=");
        if (key == "target") {
            probe.target = textOf(value);
        } else if (key == "wanted_user") {
            wantedUser = value;
        } else if (key == "resolve") {
            probe.resolve = resolveResultOf(value);
            probe.source.line = line.number;
        } else if (key == "addresses") {
            for (const std::string_view address : wordsOf(value))
                probe.resolved.push_back(textOf(address));
        } else if (key == "error") {
            probe.errorText = textOf(unescaped(value));
        }
    }
}

/// The attempt had to go without the caller's own certificate, whose key is not ours to read: that it was turned away says
/// nothing of the caller.
void forgetFailure(HopProbe& probe)
{
    if (probe.tls == TlsResult::HandshakeFailed || probe.tls == TlsResult::Closed)
        probe.tls = TlsResult::Unknown;
    if (probe.tls != TlsResult::Established || probe.reply != ReplyResult::Answered || probe.status.value_or(0) == 400) {
        probe.reply = ReplyResult::Unknown;
        probe.status.reset();
        probe.firstBytes.clear();
    }
    probe.errorText += (probe.errorText.empty() ? "" : " ") + std::string("(without the caller's own certificate, whose key may not be read)");
}

/// The key=value lines of every engine but curl.
void readLines(const std::vector<Line>& lines, HopProbe& probe)
{
    for (const Line& line : lines) {
        std::string_view value = line.text;
        const std::string_view key = takeUntil(value, "=");
        const auto text = [&] { return textOf(unescaped(value)); };
        if (key == "connect") {
            probe.connect = value == "ok" ? ConnectResult::Connected : connectResultOf(value);
            probe.source.line = line.number;
        } else if (key == "tls") {
            probe.tls = tlsResultOf(value);
            if (probe.tls != TlsResult::Established)
                probe.source.line = line.number;
        } else if (key == "reply") {
            probe.reply = replyResultOf(value);
            probe.source.line = line.number;
        } else if (key == "seat_user")
            probe.user = text();
        else if (key == "tls_detail")
            probe.tlsDetail = text();
        else if (key == "status")
            probe.status = numberOf<int>(value);
        else if (key == "server")
            probe.serverHeader = text();
        else if (key == "location")
            probe.location = text();
        else if (key == "first")
            probe.firstBytes = text();
        else if (key == "error")
            probe.errorText = text();
        else if (key == "header_bytes")
            probe.headerBytes = numberOf<std::size_t>(value);
        else if (key == "connect_ms")
            probe.connectMs = numberOf<double>(value);
        else if (key == "tls_ms")
            probe.tlsMs = numberOf<double>(value);
        else if (key == "first_byte_ms")
            probe.firstByteMs = numberOf<double>(value);
        else if (key == "total_ms")
            probe.totalMs = numberOf<double>(value);
        else if (key == "works-with")
            probe.worksWith = text();
        else if (key == "answers-ping")
            probe.answersPing = value == "yes";
        else if (key == "carries-large")
            probe.carriesLargePackets = value == "yes";
        else if (key == "key-hidden")
            forgetFailure(probe);
    }
}

model::Seat seatOf(const model::CheckResult& result)
{
    if (result.check.value() == model::checkid::hopCallee)
        return model::Seat::Callee;
    if (result.check.value() == model::checkid::hopLoopback)
        return model::Seat::CalleeLoop;
    return model::Seat::Caller;
}

void readBody(const std::vector<Line>& lines, HopProbe& probe)
{
    std::string body;
    for (const Line& line : lines) {
        if (line.text.starts_with(": "))
            body += (body.empty() ? "" : "\n") + std::string(line.text.substr(2));
        else if (line.text == "speaks-tls=yes") { // asked after a plain request that got no answer
            probe.tls = TlsResult::Established;
            probe.tlsDetail = "a TLS handshake on this port succeeds";
        }
    }
    // a curl before 7.63 prints its times there, as it can't do otherwise
    body.resize(std::min(body.find("hs-time: "), body.size()));
    probe.firstBytes = textOf(body.substr(0, 512));
}

}

ConnectResult connectResultOf(std::string_view name)
{
    if (name == "ECONNREFUSED")
        return ConnectResult::Refused;
    if (name == "ETIMEDOUT")
        return ConnectResult::TimedOut;
    if (name == "EHOSTUNREACH" || name == "EHOSTDOWN")
        return ConnectResult::HostUnreachable;
    if (name == "ENETUNREACH" || name == "ENETDOWN" || name == "EAFNOSUPPORT")
        return ConnectResult::NetworkUnreachable;
    if (name == "ENOENT" || name == "ENOTDIR")
        return ConnectResult::SocketMissing;
    if (name == "EACCES" || name == "EPERM")
        return ConnectResult::PermissionDenied;
    if (name == "EAGAIN" || name == "EWOULDBLOCK")
        return ConnectResult::QueueFull;
    if (name == "EADDRNOTAVAIL")
        return ConnectResult::NoLocalPort;
    return name == "unknown" || name.empty() ? ConnectResult::Unknown : ConnectResult::OtherError;
}

ConnectResult connectResultOfText(std::string_view text)
{
    constexpr std::pair<std::string_view, const char*> words[] = { { "efused", "ECONNREFUSED" },
        { "imed out", "ETIMEDOUT" }, { "o route to host", "EHOSTUNREACH" }, { "ost is unreachable", "EHOSTUNREACH" },
        { "ost is down", "EHOSTDOWN" }, { "etwork is unreachable", "ENETUNREACH" },
        { "etwork unreachable", "ENETUNREACH" }, { "etwork is down", "ENETDOWN" }, { "o such file", "ENOENT" },
        { "ermission denied", "EACCES" }, { "peration not permitted", "EPERM" },
        { "esource temporarily unavailable", "EAGAIN" }, { "annot assign requested address", "EADDRNOTAVAIL" },
        { "ddress not available", "EADDRNOTAVAIL" } };
    for (const auto& [word, name] : words) {
        if (text.find(word) != std::string_view::npos)
            return connectResultOf(name);
    }
    return ConnectResult::OtherError;
}

std::vector<HopProbe> parseHopProbes(const model::CheckResult& result)
{
    HopProbe common;
    common.hop = base::HopId(textOf(result.subject));
    common.host = result.host;
    common.container = result.container;
    common.seat = seatOf(result);
    common.at = result.startedAt;
    common.resolve = ResolveResult::Unknown;
    std::string_view wantedUser;
    std::vector<HopProbe> probes;
    for (const Section& section : sectionsOf(result.output)) {
        if (section.title.empty()) {
            readHead(section, common, wantedUser);
        } else if (section.title.starts_with("probe ")) {
            probes.push_back(common);
            HopProbe& probe = probes.back();
            probe.address = textOf(section.title.substr(6));
            if (probe.address.starts_with("unix:"))
                probe.resolve = ResolveResult::NotNeeded;
            probe.connect = ConnectResult::Unknown; // until the engine says better
            for (const Line& line : section.lines) {
                if (const auto tool = valueOf(line.text, "tool"))
                    probe.tool = textOf(*tool);
            }
            if (probe.tool == "curl")
                readCurl(section.lines, probe);
            else
                readLines(section.lines, probe);
            probe.isOtherUser = !wantedUser.empty() && !probe.user.empty() && probe.user != wantedUser;
            if (probe.isOtherUser && probe.connect == ConnectResult::PermissionDenied) {
                probe.errorText += " (tried as " + probe.user + ", not as " + textOf(wantedUser) + ")";
                probe.connect = ConnectResult::Unknown;
            }
        } else if (section.title == "body" && !probes.empty()) {
            readBody(section.lines, probes.back());
        } else if ((section.title == "tls-probe" || section.title == "second-look") && !probes.empty()) {
            readLines(section.lines, probes.back()); // that port speaks TLS; the request works otherwise
        }
    }
    const bool isUnresolved = common.resolve == ResolveResult::NameNotFound
        || common.resolve == ResolveResult::ResolverFailed || common.resolve == ResolveResult::ResolverTimedOut
        // no address, and no tool that could tell why
        || (common.resolve == ResolveResult::Unknown && !common.errorText.empty());
    if (probes.empty() && isUnresolved)
        probes.push_back(std::move(common));
    return probes;
}

}
