#include "core/probe/outside.h"

#include "certificates.h"
#include "nginxserver.h"
#include "scriptedserver.h"

#include <gmock/gmock.h>

#include <fstream>
#include <unistd.h>

using namespace hopscope;
using model::AttemptResult;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

namespace {

/// A folder with an authority that this process trusts, and an nginx with a certificate.
class Tls : public testing::Test {
protected:
    void SetUp() override
    {
        std::string name = (std::filesystem::temp_directory_path() / "hopscope-tls-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        m_folder = name;
        m_authority = std::make_unique<test::Authority>(m_folder);
        ::setenv("SSL_CERT_FILE", m_authority->file().c_str(), 1);
    }
    void TearDown() override
    {
        ::unsetenv("SSL_CERT_FILE");
        m_nginx.reset();
        std::filesystem::remove_all(m_folder);
    }

    void serve(const test::Certificate& certificate, const std::string& more = {})
    {
        m_port = test::freePort();
        m_nginx = std::make_unique<test::NginxServer>(m_folder / "nginx",
            "server { listen 127.0.0.1:" + std::to_string(m_port) + " ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate " + certificate.chain.string()
                + "; ssl_certificate_key " + certificate.key.string() + "; " + more
                + " location / { return 200 \"sni=$ssl_server_name alpn=$ssl_alpn_protocol\"; } }",
            m_port);
        ASSERT_TRUE(m_nginx->isUp());
    }

    model::OutsideView look(const std::string& host = "shop.test", const std::string& scheme = "https")
    {
        model::Profile profile;
        profile.url = scheme + "://" + host + ":" + std::to_string(m_port) + "/";
        profile.resolve = "127.0.0.1";
        return probe::lookFromOutside(profile, {}, {}, std::chrono::steady_clock::now() + 10s);
    }

    std::filesystem::path m_folder;
    std::unique_ptr<test::Authority> m_authority;
    std::unique_ptr<test::NginxServer> m_nginx;
    base::Port m_port = 0;
};

}

TEST_F(Tls, AcceptsAChainThatATrustedAuthoritySigned)
{
    serve(m_authority->issue("good", { "shop.test", { "DNS:shop.test", "DNS:*.shop.test", "IP:192.0.2.7" } }));
    const auto view = look();
    EXPECT_EQ(view.tls.result, AttemptResult::Succeeded) << testing::PrintToString(view.tls.problems);
    EXPECT_TRUE(view.tls.causes.empty());
    EXPECT_EQ(view.tls.version, "TLSv1.3");
    ASSERT_EQ(view.tls.chain.size(), 2u);
    EXPECT_EQ(view.tls.chain[0].subject, "CN=shop.test");
    EXPECT_EQ(view.tls.chain[0].issuer, "CN=Test authority");
    EXPECT_THAT(view.tls.chain[0].names, ElementsAre("shop.test", "*.shop.test", "192.0.2.7"));
    EXPECT_EQ(view.tls.chain[0].sha256.size(), 64u);
    EXPECT_FALSE(view.tls.chain[0].isSelfSigned);
    EXPECT_TRUE(view.tls.chain[1].isSelfSigned);
    EXPECT_NEAR(double((view.tls.chain[0].notAfter - base::systemNow()).count()), 86400e3, 60e3);
    EXPECT_NEAR(double((base::systemNow() - view.tls.chain[0].notBefore).count()), 3600e3, 60e3);
    EXPECT_EQ(view.http.status, 200);
    EXPECT_EQ(view.http.body, "sni=shop.test alpn=http/1.1");
    ASSERT_TRUE(view.http.tlsMs);
    EXPECT_GE(*view.http.totalMs, *view.http.tlsMs);
}

TEST_F(Tls, NamesAnExpiredCertificateAndAsksOn)
{
    serve(m_authority->issue("expired", { "shop.test", { "DNS:shop.test" }, -7200, -60 }));
    const auto view = look();
    EXPECT_EQ(view.tls.result, AttemptResult::CertificateInvalid);
    EXPECT_THAT(view.tls.causes, ElementsAre("certificate-expired"));
    EXPECT_THAT(view.tls.problems, ElementsAre("certificate has expired"));
    EXPECT_EQ(view.http.status, 200);
}

TEST_F(Tls, NamesACertificateThatIsNotYetValid)
{
    serve(m_authority->issue("early", { "shop.test", { "DNS:shop.test" }, 3600, 7200 }));
    EXPECT_THAT(look().tls.causes, ElementsAre("certificate-not-yet-valid"));
}

TEST_F(Tls, NamesACertificateForAnotherName)
{
    serve(m_authority->issue("other", { "other.test", { "DNS:other.test" } }));
    const auto view = look();
    EXPECT_THAT(view.tls.causes, ElementsAre("certificate-name-mismatch"));
    EXPECT_EQ(view.http.status, 200);
    EXPECT_THAT(look("127.0.0.1").tls.causes, ElementsAre("certificate-name-mismatch"));
}

TEST_F(Tls, ChecksAnAddressAgainstTheCertificatesAddressesAndSendsNoServerName)
{
    serve(m_authority->issue("address", { "x", { "IP:127.0.0.1" } }));
    const auto view = look("127.0.0.1");
    EXPECT_EQ(view.tls.result, AttemptResult::Succeeded) << testing::PrintToString(view.tls.problems);
    EXPECT_EQ(view.http.body, "sni= alpn=http/1.1");
}

TEST_F(Tls, CallsSelfSignedAndPrivateAuthoritiesUntrusted)
{
    test::CertificateWish wish;
    wish.isSignedByAuthority = false;
    serve(m_authority->issue("self", wish));
    EXPECT_THAT(look().tls.causes, ElementsAre("certificate-untrusted"));
    EXPECT_TRUE(look().tls.chain[0].isSelfSigned);

    m_nginx.reset();
    serve(m_authority->issue("private", {}));
    ::setenv("SSL_CERT_FILE", "/dev/null", 1);
    EXPECT_THAT(look().tls.causes, ElementsAre("certificate-untrusted"));
}

TEST_F(Tls, NamesEveryProblemOfACertificate)
{
    serve(m_authority->issue("worst", { "other.test", { "DNS:other.test" }, -7200, -60, false }));
    EXPECT_THAT(look().tls.causes,
        UnorderedElementsAre("certificate-untrusted", "certificate-expired", "certificate-name-mismatch"));
}

TEST_F(Tls, SeesTlsSpokenToAPlainPort)
{
    const test::ScriptedServer server([](test::Peer& peer) {
        peer.send("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        peer.hang();
    });
    m_port = server.port();
    const auto view = look();
    EXPECT_EQ(view.tls.result, AttemptResult::TlsFailed);
    EXPECT_EQ(view.http.result, AttemptResult::TlsFailed);
    EXPECT_THAT(view.tls.causes, ElementsAre("tls-to-plain-port"));
    EXPECT_THAT(view.tls.problems, ElementsAre(HasSubstr("it sent \"HTTP/1.1 400 Bad Request\"")));
}

TEST_F(Tls, SeesPlainHttpSpokenToATlsPort)
{
    serve(m_authority->issue("good", {}));
    const auto view = look("shop.test", "http");
    EXPECT_EQ(view.http.status, 400);
    EXPECT_THAT(view.http.body, HasSubstr("plain HTTP request was sent to HTTPS port"));
    EXPECT_EQ(view.tls.result, AttemptResult::NotTried);
}

TEST_F(Tls, SaysWhyAHandshakeEnded)
{
    const test::ScriptedServer closing([](test::Peer& peer) { peer.readSome(); });
    m_port = closing.port();
    const auto closed = look();
    EXPECT_THAT(closed.tls.problems, ElementsAre("the server closed the connection during the TLS handshake"));
    EXPECT_EQ(closed.tls.result, AttemptResult::ClosedBeforeHeaders);
    EXPECT_EQ(closed.http.result, AttemptResult::ClosedBeforeHeaders);

    const test::ScriptedServer resetting([](test::Peer& peer) {
        peer.readSome();
        peer.reset();
    });
    m_port = resetting.port();
    EXPECT_EQ(look().tls.result, AttemptResult::ResetBeforeHeaders);

    serve(m_authority->issue("old", {}), "ssl_reject_handshake on;");
    const auto rejected = look();
    EXPECT_EQ(rejected.tls.result, AttemptResult::TlsFailed);
    EXPECT_THAT(rejected.tls.problems, ElementsAre(HasSubstr("unrecognized name")));
    EXPECT_TRUE(rejected.tls.causes.empty());
}

TEST_F(Tls, TimesOutOnAHandshakeThatHangs)
{
    const test::ScriptedServer server([](test::Peer& peer) { peer.hang(); });
    model::Profile profile;
    profile.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    const auto view = probe::lookFromOutside(profile, {}, {}, std::chrono::steady_clock::now() + 1300ms);
    EXPECT_EQ(view.tls.result, AttemptResult::TimedOut);
    EXPECT_EQ(view.http.result, AttemptResult::TimedOut);
}

TEST_F(Tls, ReadsAnAnswerOfManyRecords)
{
    const auto certificate = m_authority->issue("good", {});
    m_port = test::freePort();
    const auto root = m_folder / "root";
    std::filesystem::create_directories(root);
    std::filesystem::resize_file((std::ofstream(root / "big.bin"), root / "big.bin"), 300000);
    m_nginx = std::make_unique<test::NginxServer>(m_folder / "nginx",
        "server { listen 127.0.0.1:" + std::to_string(m_port) + " ssl; ssl_certificate " + certificate.chain.string()
            + "; ssl_certificate_key " + certificate.key.string() + "; root " + root.string() + "; }",
        m_port);
    ASSERT_TRUE(m_nginx->isUp());
    model::Profile profile;
    profile.url = "https://shop.test:" + std::to_string(m_port) + "/big.bin";
    profile.resolve = "127.0.0.1";
    const auto view = probe::lookFromOutside(profile, {}, {}, std::chrono::steady_clock::now() + 10s);
    EXPECT_EQ(view.http.result, AttemptResult::Succeeded) << view.http.errorText;
    EXPECT_EQ(view.http.status, 200);
    EXPECT_EQ(view.http.body.size(), 16u * 1024);
}
