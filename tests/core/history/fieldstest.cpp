#include "core/model/capture.h"

#include <gtest/gtest.h>

using namespace hopscope;

namespace {

// Each function names every field of a part of the capture. Where one does not compile, a field was added: keep it in
// core/history (recordjson, outsidejson, savebundle, loadbundle), give it a value in bundletest's rich(), then name it here.

int fields(const model::Capture& value)
{
    [[maybe_unused]] const auto& [profile, startedAt, duration, sessions, checks, outside] = value;
    return 6;
}

int fields(const model::CheckResult& value)
{
    [[maybe_unused]] const auto& [host, container, check, subject, command, outcome, output, errorOutput, isTruncated, startedAt, duration]
        = value;
    return 11;
}

int fields(const model::HostSession& value)
{
    [[maybe_unused]] const auto& [host, error, address, user, connect, authenticate, clockOffset] = value;
    return 7;
}

int fields(const model::OutsideView& value)
{
    [[maybe_unused]] const auto& [startedAt, url, dns, tcp, tls, http, control, controlTarget, gateway, gatewayAddress, reachability] = value;
    [[maybe_unused]] const auto& [ipv4, ipv6, ipv4Addresses, ipv6Addresses, canonicalNames, dnsError, dnsMs, isOverridden] = dns;
    [[maybe_unused]] const auto& [address, port, tcpResult, tcpError, tcpMs] = model::TcpAttempt();
    [[maybe_unused]] const auto& [tlsResult, version, chain, problems, causes] = tls;
    [[maybe_unused]] const auto& [subject, issuer, names, notBefore, notAfter, sha256, isSelfSigned] = model::CertificateSummary();
    [[maybe_unused]] const auto& [result, status, headers, body, errorText, httpAddress, phase1, phase2, phase3, phase4, totalMs] = http;
    [[maybe_unused]] const auto& [name, headerValue] = model::HttpHeader();
    return 11;
}

int fields(const model::Profile& value)
{
    [[maybe_unused]] const auto& [name, url, resolve, hosts, checks, baseline, document] = value;
    [[maybe_unused]] const auto& [interval, timeout, controlTarget] = checks;
    [[maybe_unused]] const auto& [hostName, isLocal, ssh, kubernetes] = model::ProfileHost();
    [[maybe_unused]] const auto& [alias, host, port, user, identityFile, jump] = ssh;
    return 7;
}

int fields(const base::Error& value)
{
    [[maybe_unused]] const auto& [code, operation, subject, detail, advice] = value;
    return 5;
}

}

TEST(BundleFields, AreAllKept)
{
    const model::Capture capture;
    EXPECT_EQ(fields(capture) + fields(capture.outside) + fields(capture.profile), 24);
    EXPECT_EQ(fields(model::CheckResult()) + fields(model::HostSession()) + fields(base::Error()), 23);
    EXPECT_EQ(std::variant_size_v<model::Outcome>, 7u);
}
