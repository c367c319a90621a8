#pragma once

#include "core/model/outside.h"
#include "core/probe/outside/bytestream.h"

#include <memory>
#include <string>

namespace hopscope::probe {

/// TLS over a connected stream, as a browser's user who clicks through would have it: a bad certificate is noted and
/// the session goes on. OpenSSL works on memory only; the bytes go through the stream below, which keeps its errors exact.
class TlsStream final : public ByteStream {
public:
    /// `name`: the url's host, for SNI and for the certificate's check (an address sends no SNI).
    TlsStream(ByteStream& below, const std::string& name);
    ~TlsStream() override;

    /// Chain, version, problems and causes; `result` Succeeded or CertificateInvalid where the session stands.
    model::TlsView handshake(Clock::time_point limit);

    StreamResult read(std::span<char> buffer, Clock::time_point limit) override;
    StreamResult write(std::string_view bytes, Clock::time_point limit) override;

private:
    struct Session;
    StreamResult pumpOut(Clock::time_point limit);
    StreamResult pumpIn(Clock::time_point limit);

    ByteStream& m_below;
    std::unique_ptr<Session> m_session;
};

}
