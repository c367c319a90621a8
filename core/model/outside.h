#pragma once

#include "core/base/ids.h"
#include "core/base/time.h"

#include <optional>
#include <string>
#include <vector>

namespace hopscope::model {

/// What this machine's own attempt at something came to. `NotTried` is not a failure and never green; an attempt that
/// was cancelled, or that the run's end left under a second, is NotTried too (the text beside it says so).
enum class AttemptResult {
    NotTried,
    Succeeded,
    NameNotFound,
    ResolverFailed,
    Refused,
    TimedOut,
    Unreachable,
    TlsFailed,
    CertificateInvalid,
    ClosedBeforeHeaders,
    ResetBeforeHeaders,
    ClosedMidResponse,
    InvalidResponse,
    OtherError,
};

/// The stable lower-case id, as in "closed-before-headers".
const char* id(AttemptResult result);

/// What the system's resolver (hosts file included) says. `Succeeded` with an empty list: the name exists, but has no
/// address of that family; that is normal as long as the other family has one.
struct DnsAnswer {
    AttemptResult ipv4 = AttemptResult::NotTried;
    AttemptResult ipv6 = AttemptResult::NotTried;
    std::vector<std::string> ipv4Addresses;
    std::vector<std::string> ipv6Addresses;
    std::vector<std::string> canonicalNames; ///< the CNAME chain, first to last
    std::string errorText;
    double milliseconds = 0;
    /// The profile's `resolve`, or an address in the url: DNS was not asked. Then ipv4 and ipv6 are NotTried, and the
    /// address stands in its list all the same.
    bool isOverridden = false;

    bool operator==(const DnsAnswer&) const = default;
};

struct CertificateSummary {
    std::string subject;
    std::string issuer;
    std::vector<std::string> names; ///< subject alternative names (DNS and IP)
    base::TimePoint notBefore {};
    base::TimePoint notAfter {};
    std::string sha256; ///< hex fingerprint
    bool isSelfSigned = false;

    bool operator==(const CertificateSummary&) const = default;
};

struct TlsView {
    AttemptResult result = AttemptResult::NotTried;
    std::string version; ///< "TLSv1.3"
    std::vector<CertificateSummary> chain; ///< leaf first, as the server sent it
    std::vector<std::string> problems;     ///< one line each, in the TLS library's words
    /// What is wrong, as cause ids of the fault catalogue (certificate-expired, tls-to-plain-port …).
    std::vector<std::string> causes;

    bool operator==(const TlsView&) const = default;
};

/// One TCP connect from here to one address of the url.
struct TcpAttempt {
    std::string address;
    base::Port port = 0;
    AttemptResult result = AttemptResult::NotTried;
    std::string errorText;
    double milliseconds = 0;

    bool operator==(const TcpAttempt&) const = default;
};

struct HttpHeader {
    std::string name;
    std::string value;

    bool operator==(const HttpHeader&) const = default;
};

/// The user's own request, once, from here. A bad certificate does not stop it (as for a person who clicks through):
/// `tls` says so, and this is what came behind. Redirects are not followed; they are kept in `headers`.
struct HttpView {
    AttemptResult result = AttemptResult::NotTried;
    std::optional<int> status;
    std::vector<HttpHeader> headers;
    std::string body; ///< the first bytes, at most 16 KiB
    std::string errorText;
    std::string address; ///< which of the url's addresses it went to, "203.0.113.7:443"; empty: no connection
    // How long each phase took, in milliseconds; empty where it was not reached. What the body took is left of total.
    std::optional<double> dnsMs;
    std::optional<double> connectMs;
    std::optional<double> tlsMs;
    std::optional<double> firstByteMs;
    std::optional<double> totalMs;

    bool operator==(const HttpView&) const = default;
};

/// What this machine saw by itself, without SSH.
struct OutsideView {
    base::TimePoint startedAt {};
    std::string url;
    DnsAnswer dns;
    std::vector<TcpAttempt> tcp; ///< every address that DNS (or `resolve`) gave
    TlsView tls;
    HttpView http;
    // this machine's own network
    AttemptResult control = AttemptResult::NotTried; ///< the profile's control target, where it names one
    std::string controlTarget;
    AttemptResult gateway = AttemptResult::NotTried; ///< the default gateway, by ARP state or a connect
    std::string gatewayAddress;
    /// QNetworkInformation's reachability: "online", "local", "site", "disconnected" or "unknown".
    std::string systemReachability = "unknown";

    bool operator==(const OutsideView&) const = default;
};

}
