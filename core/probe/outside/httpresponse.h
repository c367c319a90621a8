#pragma once

#include "core/model/outside.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::probe {

/// Reads one HTTP/1.1 response from the bytes of a connection as they come (RFC 9112). Bounded: headers 64 KiB, of the
/// body 16 KiB are kept and 1 MiB is read.
class HttpResponse {
public:
    enum class State {
        Headers,  ///< more of the header is to come
        Body,     ///< the header is whole, the body is not
        Complete, ///< all was read, or as much as anybody wants
        Invalid,  ///< not a response that HTTP allows; `problem` says why
    };

    State feed(std::string_view bytes);
    /// The connection ended in order: a body that is only bounded by that is whole now.
    State finish();

    State state() const { return m_state; }
    int status() const { return m_status; }
    const std::vector<model::HttpHeader>& headers() const { return m_headers; }
    const std::string& body() const { return m_body; }
    const std::string& problem() const { return m_problem; }
    bool hasBytes() const { return m_hasBytes; }

private:
    enum class Framing { None, Length, Chunked, UntilEnd };
    enum class ChunkPart { Size, Data, DataEnd, Trailer };

    void readHeaders();
    bool readStatusLine(std::string_view line);
    bool readHeaderLine(std::string_view line);
    void chooseFraming();
    void readBody();
    void readChunks();
    void keep(std::string_view bytes);
    void fail(std::string problem);
    std::optional<std::string> takeLine();
    const std::string* header(std::string_view name) const;

    State m_state = State::Headers;
    Framing m_framing = Framing::UntilEnd;
    ChunkPart m_chunkPart = ChunkPart::Size;
    std::string m_pending;
    std::size_t m_headerBytes = 0;
    bool m_hasBytes = false;
    bool m_hasStatusLine = false;
    int m_status = 0;
    std::vector<model::HttpHeader> m_headers;
    std::string m_body;
    std::uint64_t m_bodyBytes = 0;
    std::uint64_t m_left = 0; ///< of the length, or of the chunk
    std::string m_problem;
};

}
