#include "certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

namespace hopscope::test {
namespace {

    using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
    using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;
    using File = std::unique_ptr<FILE, int (*)(FILE*)>;

    File opened(const std::filesystem::path& path, const char* mode) { return File(std::fopen(path.c_str(), mode), std::fclose); }

    void addExtension(X509* certificate, X509* issuer, int id, const std::string& value)
    {
        X509V3_CTX context;
        X509V3_set_ctx_nodb(&context);
        X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, id, value.c_str());
        X509_add_ext(certificate, extension, -1);
        X509_EXTENSION_free(extension);
    }

    X509Pointer made(EVP_PKEY* key, const CertificateWish& wish, X509* issuer, EVP_PKEY* issuerKey, bool isAuthority)
    {
        static long serial = 1; // a test program's own; uniqueness within it is all that matters
        X509Pointer certificate(X509_new(), X509_free);
        X509* x = certificate.get();
        X509_set_version(x, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
        X509_gmtime_adj(X509_getm_notBefore(x), wish.validFromSeconds);
        X509_gmtime_adj(X509_getm_notAfter(x), wish.validUntilSeconds);
        X509_set_pubkey(x, key);
        X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
            reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1, 0);
        X509_set_issuer_name(x, X509_get_subject_name(issuer ? issuer : x));
        addExtension(x, issuer ? issuer : x, NID_basic_constraints, isAuthority ? "critical,CA:TRUE" : "CA:FALSE");
        std::string names;
        for (const std::string& each : wish.alternativeNames)
            names += (names.empty() ? "" : ",") + each;
        if (!names.empty())
            addExtension(x, issuer ? issuer : x, NID_subject_alt_name, names);
        X509_sign(x, issuerKey ? issuerKey : key, EVP_sha256());
        return certificate;
    }

    void writeKey(const std::filesystem::path& path, EVP_PKEY* key)
    {
        PEM_write_PrivateKey(opened(path, "w").get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    }

}

Authority::Authority(std::filesystem::path folder)
    : m_folder(std::move(folder))
{
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    CertificateWish wish;
    wish.name = "Test authority";
    wish.alternativeNames.clear();
    const X509Pointer certificate = made(key.get(), wish, nullptr, nullptr, true);
    writeKey(m_folder / "authority.key", key.get());
    PEM_write_X509(opened(file(), "w").get(), certificate.get());
}

Certificate Authority::issue(const std::string& fileName, const CertificateWish& wish) const
{
    const Key authorityKey(PEM_read_PrivateKey(opened(m_folder / "authority.key", "r").get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    const X509Pointer authority(PEM_read_X509(opened(file(), "r").get(), nullptr, nullptr, nullptr), X509_free);
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const bool isSigned = wish.isSignedByAuthority;
    const X509Pointer leaf = made(key.get(), wish, isSigned ? authority.get() : nullptr, isSigned ? authorityKey.get() : nullptr, false);
    const Certificate certificate { m_folder / (fileName + ".key"), m_folder / (fileName + ".pem") };
    writeKey(certificate.key, key.get());
    const File chain = opened(certificate.chain, "w");
    PEM_write_X509(chain.get(), leaf.get());
    if (isSigned)
        PEM_write_X509(chain.get(), authority.get());
    return certificate;
}

}
