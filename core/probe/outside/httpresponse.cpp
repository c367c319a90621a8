#include "core/probe/outside/httpresponse.h"

#include <algorithm>
#include <charconv>

namespace hopscope::probe {
namespace {

    constexpr std::size_t mostHeaderBytes = 64 * 1024;
    constexpr std::size_t mostHeaders = 256;
    constexpr std::size_t mostBodyKept = 16 * 1024;
    constexpr std::uint64_t mostBodyRead = 1024 * 1024;

    bool isSameName(std::string_view a, std::string_view b)
    {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
    }

    std::string_view trimmed(std::string_view text)
    {
        const auto isBlank = [](char c) { return c == ' ' || c == '\t'; };
        while (!text.empty() && isBlank(text.front()))
            text.remove_prefix(1);
        while (!text.empty() && isBlank(text.back()))
            text.remove_suffix(1);
        return text;
    }

    /// RFC 9110 5.6.2
    bool isToken(std::string_view text)
    {
        return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
            return c > 0x20 && c < 0x7f && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
        });
    }

    std::optional<std::uint64_t> numberOf(std::string_view text, int base)
    {
        std::uint64_t value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
        if (text.empty() || problem != std::errc() || end != text.data() + text.size())
            return std::nullopt;
        return value;
    }

    std::string quoted(std::string_view text)
    {
        std::string plain = "\"";
        for (const char c : text.substr(0, 60))
            plain += c >= 0x20 && c < 0x7f ? c : '.';
        return plain + "\"";
    }

    /// "application/x, Chunked": the last coding decides (RFC 9112 6.3).
    bool isChunked(std::string_view codings)
    {
        const std::size_t comma = codings.rfind(',');
        return isSameName(trimmed(comma == std::string_view::npos ? codings : codings.substr(comma + 1)), "chunked");
    }

}

HttpResponse::State HttpResponse::feed(std::string_view bytes)
{
    m_hasBytes = m_hasBytes || !bytes.empty();
    m_pending += bytes;
    if (m_state == State::Headers)
        readHeaders();
    if (m_state == State::Body)
        readBody();
    return m_state;
}

HttpResponse::State HttpResponse::finish()
{
    if (m_state == State::Body && m_framing == Framing::UntilEnd)
        m_state = State::Complete;
    // What never was HTTP is invalid, not merely unfinished.
    if (m_state == State::Headers && !m_hasStatusLine && !m_pending.empty()
        && !std::string_view("HTTP/1.").starts_with(std::string_view(m_pending).substr(0, 7)))
        fail("the server's answer is not HTTP/1.x, it begins with " + quoted(m_pending));
    return m_state;
}

void HttpResponse::fail(std::string problem)
{
    m_problem = std::move(problem);
    m_state = State::Invalid;
}

std::optional<std::string> HttpResponse::takeLine()
{
    const std::size_t end = m_pending.find('\n');
    if (end == std::string::npos)
        return std::nullopt;
    std::string line = m_pending.substr(0, end);
    m_pending.erase(0, end + 1);
    if (!line.empty() && line.back() == '\r')
        line.pop_back();
    return line;
}

void HttpResponse::readHeaders()
{
    // Told at once, without waiting for a line end that such a server may never send.
    if (!m_hasStatusLine && m_pending.size() >= 3 && m_pending[0] == 0x15 && m_pending[1] == 0x03)
        return fail("the server answered with a TLS alert: this port speaks TLS, not plain HTTP");
    if (!m_hasStatusLine && m_pending.size() >= 7 && !m_pending.starts_with("HTTP/1."))
        return fail("the server's answer is not HTTP/1.x, it begins with " + quoted(m_pending));
    while (m_state == State::Headers) {
        const auto line = takeLine();
        m_headerBytes += line ? line->size() + 1 : 0;
        if (m_headerBytes + (line ? 0 : m_pending.size()) > mostHeaderBytes)
            return fail("the response header is larger than 64 KiB");
        if (!line)
            return;
        if (!m_hasStatusLine) {
            if (!readStatusLine(*line))
                return fail("not an HTTP status line: " + quoted(*line));
            m_hasStatusLine = true;
        } else if (!line->empty()) {
            if (!readHeaderLine(*line))
                return fail("not an HTTP header line: " + quoted(*line));
        } else if (m_status >= 100 && m_status < 200 && m_status != 101) {
            // An interim response: the real one follows (RFC 9110 15.2).
            m_hasStatusLine = false;
            m_headers.clear();
        } else {
            chooseFraming();
        }
    }
}

bool HttpResponse::readStatusLine(std::string_view line)
{
    // "HTTP/1.1 502 Bad Gateway"; the reason may be missing.
    if (line.size() < 12 || !line.starts_with("HTTP/1.") || line[7] < '0' || line[7] > '9' || line[8] != ' ')
        return false;
    const auto status = numberOf(line.substr(9, 3), 10);
    if (!status || *status < 100 || *status > 599 || (line.size() > 12 && line[12] != ' '))
        return false;
    m_status = int(*status);
    return true;
}

bool HttpResponse::readHeaderLine(std::string_view line)
{
    if (line.front() == ' ' || line.front() == '\t') {
        if (m_headers.empty())
            return false;
        m_headers.back().value += " " + std::string(trimmed(line));
        return true;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !isToken(line.substr(0, colon)) || m_headers.size() >= mostHeaders)
        return false;
    m_headers.push_back({ std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1))) });
    return true;
}

const std::string* HttpResponse::header(std::string_view name) const
{
    for (const model::HttpHeader& each : m_headers)
        if (isSameName(each.name, name))
            return &each.value;
    return nullptr;
}

void HttpResponse::chooseFraming()
{
    m_state = State::Body;
    const std::string* type = header("Content-Type");
    // A stream of events never ends; its header is the answer.
    const bool isEndless = type && isSameName(std::string_view(*type).substr(0, 17), "text/event-stream");
    if (m_status == 204 || m_status == 304 || m_status == 101 || isEndless) {
        m_framing = Framing::None;
        m_state = State::Complete;
        return;
    }
    if (const std::string* coding = header("Transfer-Encoding")) {
        m_framing = isChunked(*coding) ? Framing::Chunked : Framing::UntilEnd;
        return;
    }
    const std::string* length = header("Content-Length");
    if (!length)
        return;
    for (const model::HttpHeader& each : m_headers)
        if (isSameName(each.name, "Content-Length") && each.value != *length)
            return fail("two Content-Length headers that differ: " + quoted(*length) + " and " + quoted(each.value));
    const auto bytes = numberOf(*length, 10);
    if (!bytes)
        return fail("not a Content-Length: " + quoted(*length));
    m_framing = Framing::Length;
    m_left = *bytes;
}

void HttpResponse::keep(std::string_view bytes)
{
    m_body += bytes.substr(0, mostBodyKept - std::min(mostBodyKept, m_body.size()));
    m_bodyBytes += bytes.size();
    if (m_bodyBytes >= mostBodyRead)
        m_state = State::Complete;
}

void HttpResponse::readBody()
{
    switch (m_framing) {
    case Framing::None: break;
    case Framing::UntilEnd:
        keep(m_pending);
        m_pending.clear();
        break;
    case Framing::Length: {
        const std::size_t take = std::size_t(std::min<std::uint64_t>(m_left, m_pending.size()));
        keep(std::string_view(m_pending).substr(0, take));
        m_pending.erase(0, take);
        m_left -= take;
        if (m_left == 0)
            m_state = State::Complete;
        break;
    }
    case Framing::Chunked: readChunks(); break;
    }
}

void HttpResponse::readChunks()
{
    while (m_state == State::Body) {
        if (m_chunkPart == ChunkPart::Data) {
            const std::size_t take = std::size_t(std::min<std::uint64_t>(m_left, m_pending.size()));
            keep(std::string_view(m_pending).substr(0, take));
            m_pending.erase(0, take);
            m_left -= take;
            if (m_left > 0)
                return;
            m_chunkPart = ChunkPart::DataEnd;
            continue;
        }
        const auto line = takeLine();
        if (!line && m_pending.size() > mostHeaderBytes)
            return fail("a line of the chunked body is larger than 64 KiB");
        if (!line)
            return;
        switch (m_chunkPart) {
        case ChunkPart::Size: {
            const auto size = numberOf(trimmed(std::string_view(*line).substr(0, line->find(';'))), 16);
            if (!size)
                return fail("not a chunk size: " + quoted(*line));
            m_left = *size;
            m_chunkPart = *size == 0 ? ChunkPart::Trailer : ChunkPart::Data;
            break;
        }
        case ChunkPart::DataEnd:
            if (!line->empty())
                return fail("a chunk is longer than its size says");
            m_chunkPart = ChunkPart::Size;
            break;
        case ChunkPart::Trailer:
            if (line->empty())
                m_state = State::Complete;
            break;
        case ChunkPart::Data: break;
        }
    }
}

}
