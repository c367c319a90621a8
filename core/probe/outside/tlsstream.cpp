#include "core/probe/outside/tlsstream.h"

#include "core/probe/outside/certificate.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <unistd.h>

namespace hopscope::probe {

struct TlsStream::Session {
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context { nullptr, SSL_CTX_free };
    std::unique_ptr<SSL, decltype(&SSL_free)> ssl { nullptr, SSL_free };
    BIO* in = nullptr;  ///< owned by ssl
    BIO* out = nullptr; ///< owned by ssl
    std::string firstBytes; ///< what the server sent first, to name what is not TLS
    model::TlsView view;
};

namespace {

    using model::AttemptResult;

    template <class List> void addOnce(List& list, const std::string& value)
    {
        if (std::find(list.begin(), list.end(), value) == list.end())
            list.push_back(value);
    }

    /// Notes each problem of the chain and lets the session go on.
    int noteVerifyError(int isFine, X509_STORE_CTX* store)
    {
        const auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
        auto* view = static_cast<model::TlsView*>(SSL_get_app_data(ssl));
        const int code = X509_STORE_CTX_get_error(store);
        if (isFine == 0 && view && causeOfVerifyError(code)) {
            addOnce(view->problems, X509_verify_cert_error_string(code));
            addOnce(view->causes, causeOfVerifyError(code));
        }
        return 1;
    }

    /// OpenSSL knows where its distribution keeps the roots (and heeds SSL_CERT_FILE); a build that moved to another
    /// system looks where those keep them.
    void useSystemRoots(SSL_CTX* context)
    {
        SSL_CTX_set_default_verify_paths(context);
        if (::access(X509_get_default_cert_file(), R_OK) == 0 || ::access(X509_get_default_cert_dir(), R_OK) == 0)
            return;
        for (const char* bundle : { "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem" })
            if (SSL_CTX_load_verify_locations(context, bundle, nullptr) == 1)
                return;
    }

    std::string opensslWords()
    {
        std::string words;
        while (const unsigned long code = ERR_get_error()) {
            const char* reason = ERR_reason_error_string(code);
            if (words.empty() && reason)
                words = reason;
        }
        return words.empty() ? "the TLS handshake failed" : words;
    }

    const char* causeOfHandshakeError(int reason)
    {
        switch (reason) {
        case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        case SSL_R_UNSUPPORTED_PROTOCOL: return "tls-version-mismatch";
        case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED: return "client-certificate-missing";
        default: return nullptr;
        }
    }

    /// Every TLS record a server may send first begins with its type, 20 to 23, and the version's 3 (RFC 8446 5.1).
    bool looksLikeTls(const std::string& bytes)
    {
        return bytes.empty() || (bytes[0] >= 20 && bytes[0] <= 23 && (bytes.size() < 2 || bytes[1] == 3));
    }

    std::string printable(std::string_view bytes)
    {
        std::string text;
        for (const char c : bytes.substr(0, std::min<std::size_t>(60, bytes.find_first_of("\r\n"))))
            text += c >= 0x20 && c < 0x7f ? c : '.';
        return text;
    }

}

TlsStream::TlsStream(ByteStream& below, const std::string& name)
    : m_below(below)
    , m_session(std::make_unique<Session>())
{
    Session& session = *m_session;
    session.context.reset(SSL_CTX_new(TLS_client_method()));
    if (!session.context)
        return;
    useSystemRoots(session.context.get());
    SSL_CTX_set_verify(session.context.get(), SSL_VERIFY_PEER, noteVerifyError);
    session.ssl.reset(SSL_new(session.context.get()));
    if (!session.ssl)
        return;
    SSL* ssl = session.ssl.get();
    SSL_set_app_data(ssl, &session.view);
    X509_VERIFY_PARAM* expected = SSL_get0_param(ssl);
    if (X509_VERIFY_PARAM_set1_ip_asc(expected, name.c_str()) != 1) {
        SSL_set_tlsext_host_name(ssl, name.c_str());
        X509_VERIFY_PARAM_set1_host(expected, name.data(), name.size());
    }
    constexpr std::array<unsigned char, 9> alpn { 8, 'h', 't', 't', 'p', '/', '1', '.', '1' };
    SSL_set_alpn_protos(ssl, alpn.data(), unsigned(alpn.size()));
    session.in = BIO_new(BIO_s_mem());
    session.out = BIO_new(BIO_s_mem());
    SSL_set_bio(ssl, session.in, session.out);
    SSL_set_connect_state(ssl);
}

TlsStream::~TlsStream() = default;

StreamResult TlsStream::pumpOut(Clock::time_point limit)
{
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(m_session->out, &bytes);
    if (length <= 0)
        return {};
    const std::string pending(bytes, std::size_t(length));
    (void)BIO_reset(m_session->out);
    return m_below.write(pending, limit);
}

StreamResult TlsStream::pumpIn(Clock::time_point limit)
{
    std::array<char, 16 * 1024> buffer;
    const StreamResult got = m_below.read(buffer, limit);
    if (got.state == StreamState::Done) {
        BIO_write(m_session->in, buffer.data(), int(got.bytes));
        if (m_session->firstBytes.size() < 64)
            m_session->firstBytes.append(buffer.data(), std::min<std::size_t>(got.bytes, 64));
    }
    return got;
}

model::TlsView TlsStream::handshake(Clock::time_point limit)
{
    Session& session = *m_session;
    model::TlsView& view = session.view;
    const auto failed = [&view](AttemptResult result, const std::string& problem) {
        view.result = result;
        addOnce(view.problems, problem);
        return view;
    };
    if (!session.ssl || !session.in || !session.out)
        return failed(AttemptResult::OtherError, "OpenSSL could not start a session");
    for (;;) {
        ERR_clear_error();
        const int done = SSL_do_handshake(session.ssl.get());
        const int why = done == 1 ? SSL_ERROR_NONE : SSL_get_error(session.ssl.get(), done);
        const int reason = ERR_GET_REASON(ERR_peek_error());
        StreamResult moved = pumpOut(limit);
        if (done == 1 && moved.state == StreamState::Done)
            break;
        if (why != SSL_ERROR_NONE && why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
            if (!looksLikeTls(session.firstBytes)) {
                addOnce(view.causes, "tls-to-plain-port");
                return failed(AttemptResult::TlsFailed,
                    "the server does not speak TLS on this port (" + opensslWords() + "); it sent \"" + printable(session.firstBytes)
                        + "\"");
            }
            if (const char* cause = causeOfHandshakeError(reason))
                addOnce(view.causes, cause);
            return failed(AttemptResult::TlsFailed, opensslWords());
        }
        if (moved.state == StreamState::Done)
            moved = pumpIn(limit);
        switch (moved.state) {
        case StreamState::Done: break;
        case StreamState::Ended: return failed(AttemptResult::ClosedBeforeHeaders, "the server closed the connection during the TLS handshake");
        case StreamState::Reset: return failed(AttemptResult::ResetBeforeHeaders, "the server reset the connection during the TLS handshake");
        case StreamState::TimedOut: return failed(AttemptResult::TimedOut, "the TLS handshake got no answer in time");
        case StreamState::Cancelled: return failed(AttemptResult::NotTried, "cancelled");
        case StreamState::Failed: return failed(AttemptResult::TlsFailed, moved.errorText);
        }
    }
    view.version = SSL_get_version(session.ssl.get());
    if (STACK_OF(X509)* chain = SSL_get_peer_cert_chain(session.ssl.get()))
        for (int i = 0; i < sk_X509_num(chain) && i < 10; ++i)
            view.chain.push_back(summaryOf(sk_X509_value(chain, i)));
    view.result = view.causes.empty() ? AttemptResult::Succeeded : AttemptResult::CertificateInvalid;
    return view;
}

StreamResult TlsStream::read(std::span<char> buffer, Clock::time_point limit)
{
    for (;;) {
        ERR_clear_error();
        const int count = SSL_read(m_session->ssl.get(), buffer.data(), int(buffer.size()));
        if (count > 0)
            return { StreamState::Done, std::size_t(count) };
        const int why = SSL_get_error(m_session->ssl.get(), count);
        const int reason = ERR_GET_REASON(ERR_peek_error());
        const std::string words = why == SSL_ERROR_SSL ? opensslWords() : "";
        if (const StreamResult sent = pumpOut(limit); sent.state != StreamState::Done)
            return sent;
        if (why == SSL_ERROR_ZERO_RETURN)
            return { StreamState::Ended };
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
            // TLS 1.3 servers ask for a client certificate after the handshake is done for us (RFC 8446 4.4.2.4).
            const char* cause = causeOfHandshakeError(reason);
            return { StreamState::Failed, 0, "TLS: " + words + (cause ? std::string(" (") + cause + ")" : "") };
        }
        if (const StreamResult got = pumpIn(limit); got.state != StreamState::Done)
            return got;
    }
}

StreamResult TlsStream::write(std::string_view bytes, Clock::time_point limit)
{
    ERR_clear_error();
    // Into memory, which takes all of it at once.
    if (SSL_write(m_session->ssl.get(), bytes.data(), int(bytes.size())) <= 0)
        return { StreamState::Failed, 0, "TLS: " + opensslWords() };
    StreamResult sent = pumpOut(limit);
    sent.bytes = sent.state == StreamState::Done ? bytes.size() : 0;
    return sent;
}

}
