#include "core/probe/outside/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <ctime>
#include <memory>

namespace hopscope::probe {
namespace {

    constexpr int mostNames = 200;

    std::string textOf(const X509_NAME* name)
    {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
        // RFC 2253 order reads from the common name outward; UTF-8 stays, control characters are escaped.
        if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0)
            return {};
        char* bytes = nullptr;
        const long length = BIO_get_mem_data(out.get(), &bytes);
        return length > 0 ? std::string(bytes, std::size_t(std::min<long>(length, 4096))) : std::string();
    }

    base::TimePoint timeOf(const ASN1_TIME* time)
    {
        std::tm parts {};
        if (!time || ASN1_TIME_to_tm(time, &parts) != 1)
            return {};
        return base::TimePoint(std::chrono::seconds(::timegm(&parts)));
    }

    std::string textOf(const ASN1_STRING* text)
    {
        const auto* bytes = reinterpret_cast<const char*>(ASN1_STRING_get0_data(text));
        return std::string(bytes, std::size_t(std::min(ASN1_STRING_length(text), 1024)));
    }

    std::string addressOf(const ASN1_OCTET_STRING* octets)
    {
        char text[INET6_ADDRSTRLEN];
        const int family = ASN1_STRING_length(octets) == 4 ? AF_INET : AF_INET6;
        const bool isAddress = ASN1_STRING_length(octets) == 4 || ASN1_STRING_length(octets) == 16;
        return isAddress && inet_ntop(family, ASN1_STRING_get0_data(octets), text, sizeof text) ? text : "";
    }

    std::vector<std::string> namesOf(X509* certificate)
    {
        std::vector<std::string> names;
        const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> found(
            static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
            GENERAL_NAMES_free);
        for (int i = 0; found && i < sk_GENERAL_NAME_num(found.get()) && i < mostNames; ++i) {
            const GENERAL_NAME* name = sk_GENERAL_NAME_value(found.get(), i);
            if (name->type == GEN_DNS)
                names.push_back(textOf(name->d.dNSName));
            else if (name->type == GEN_IPADD)
                names.push_back(addressOf(name->d.iPAddress));
        }
        return names;
    }

    std::string sha256Of(const X509* certificate)
    {
        unsigned char digest[EVP_MAX_MD_SIZE];
        unsigned length = 0;
        if (X509_digest(certificate, EVP_sha256(), digest, &length) != 1)
            return {};
        std::string text;
        for (unsigned i = 0; i < length; ++i) {
            constexpr const char* digits = "0123456789abcdef";
            text += digits[digest[i] >> 4];
            text += digits[digest[i] & 15];
        }
        return text;
    }

}

model::CertificateSummary summaryOf(X509* certificate)
{
    model::CertificateSummary summary;
    summary.subject = textOf(X509_get_subject_name(certificate));
    summary.issuer = textOf(X509_get_issuer_name(certificate));
    summary.names = namesOf(certificate);
    summary.notBefore = timeOf(X509_get0_notBefore(certificate));
    summary.notAfter = timeOf(X509_get0_notAfter(certificate));
    summary.sha256 = sha256Of(certificate);
    summary.isSelfSigned = X509_check_issued(certificate, certificate) == X509_V_OK;
    return summary;
}

const char* causeOfVerifyError(int code)
{
    switch (code) {
    case X509_V_OK: return nullptr;
    case X509_V_ERR_CERT_HAS_EXPIRED: return "certificate-expired";
    case X509_V_ERR_CERT_NOT_YET_VALID: return "certificate-not-yet-valid";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "certificate-name-mismatch";
    default: return "certificate-untrusted";
    }
}

}
