#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace hopscope::test {

/// A key and certificate that a test made, as PEM files.
struct Certificate {
    std::filesystem::path key;
    std::filesystem::path chain; ///< leaf first
};

struct CertificateWish {
    std::string name = "shop.test";
    std::vector<std::string> alternativeNames = { "DNS:shop.test" };
    long validFromSeconds = -3600;   ///< from now
    long validUntilSeconds = 86400;  ///< from now
    bool isSignedByAuthority = true; ///< else by itself
};

/// A certificate authority that lives in a folder.
class Authority {
public:
    explicit Authority(std::filesystem::path folder);
    Certificate issue(const std::string& fileName, const CertificateWish& wish) const;
    std::filesystem::path file() const { return m_folder / "authority.pem"; }

private:
    std::filesystem::path m_folder;
};

}
