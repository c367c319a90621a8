#include "core/history/recordjson.h"
#include "core/history/recordvalue.h"

namespace hopscope::history {
namespace {

    Json partOf(const model::DnsAnswer& dns)
    {
        return { { "ipv4", model::id(dns.ipv4) }, { "ipv6", model::id(dns.ipv6) }, { "ipv4Addresses", listJson(dns.ipv4Addresses) },
            { "ipv6Addresses", listJson(dns.ipv6Addresses) }, { "canonicalNames", listJson(dns.canonicalNames) },
            { "errorText", bytesJson(dns.errorText) }, { "milliseconds", dns.milliseconds }, { "isOverridden", dns.isOverridden } };
    }

    model::DnsAnswer dnsOf(const Json& json)
    {
        return { attemptOf(json, "ipv4"), attemptOf(json, "ipv6"), listOf(json, "ipv4Addresses"), listOf(json, "ipv6Addresses"),
            listOf(json, "canonicalNames"), bytesOf(json, "errorText"), numberOf(json, "milliseconds"), flagOf(json, "isOverridden") };
    }

    Json partOf(const model::TcpAttempt& attempt)
    {
        return { { "address", bytesJson(attempt.address) }, { "port", attempt.port }, { "result", model::id(attempt.result) },
            { "errorText", bytesJson(attempt.errorText) }, { "milliseconds", attempt.milliseconds } };
    }

    model::TcpAttempt tcpOf(const Json& json)
    {
        const long long port = integerOf(json, "port");
        if (port < 0 || port > 65535)
            throw BadRecord { "port" };
        return { bytesOf(json, "address"), base::Port(port), attemptOf(json, "result"), bytesOf(json, "errorText"),
            numberOf(json, "milliseconds") };
    }

    Json partOf(const model::CertificateSummary& certificate)
    {
        return { { "subject", bytesJson(certificate.subject) }, { "issuer", bytesJson(certificate.issuer) }, { "names", listJson(certificate.names) },
            { "notBefore", momentJson(certificate.notBefore) }, { "notAfter", momentJson(certificate.notAfter) }, { "sha256", bytesJson(certificate.sha256) },
            { "isSelfSigned", certificate.isSelfSigned } };
    }

    model::CertificateSummary certificateOf(const Json& json)
    {
        return { bytesOf(json, "subject"), bytesOf(json, "issuer"), listOf(json, "names"), momentOf(json, "notBefore"),
            momentOf(json, "notAfter"), bytesOf(json, "sha256"), flagOf(json, "isSelfSigned") };
    }

    Json partOf(const model::HttpHeader& header)
    {
        return { { "name", bytesJson(header.name) }, { "value", bytesJson(header.value) } };
    }

    template <class Range> Json arrayOf(const Range& range)
    {
        Json json = Json::array();
        for (const auto& each : range)
            json.push_back(partOf(each));
        return json;
    }

    Json partOf(const model::TlsView& tls)
    {
        return { { "result", model::id(tls.result) }, { "version", bytesJson(tls.version) }, { "chain", arrayOf(tls.chain) },
            { "problems", listJson(tls.problems) }, { "causes", listJson(tls.causes) } };
    }

    model::TlsView tlsOf(const Json& json)
    {
        return { attemptOf(json, "result"), bytesOf(json, "version"),
            valuesOf<model::CertificateSummary>(json, "chain", certificateOf), listOf(json, "problems"), listOf(json, "causes") };
    }

    model::HttpHeader headerOf(const Json& json) { return { bytesOf(json, "name"), bytesOf(json, "value") }; }

    Json partOf(const model::HttpView& http)
    {
        return { { "result", model::id(http.result) }, { "status", optionalJson(http.status) }, { "headers", arrayOf(http.headers) },
            { "body", bytesJson(http.body) }, { "errorText", bytesJson(http.errorText) }, { "address", bytesJson(http.address) },
            { "dnsMs", optionalJson(http.dnsMs) }, { "connectMs", optionalJson(http.connectMs) }, { "tlsMs", optionalJson(http.tlsMs) },
            { "firstByteMs", optionalJson(http.firstByteMs) }, { "totalMs", optionalJson(http.totalMs) } };
    }

    model::HttpView httpOf(const Json& json)
    {
        model::HttpView http;
        http.result = attemptOf(json, "result");
        if (!member(json, "status").is_null())
            http.status = int(integerOf(json, "status"));
        http.headers = valuesOf<model::HttpHeader>(json, "headers", headerOf);
        http.body = bytesOf(json, "body");
        http.errorText = bytesOf(json, "errorText");
        http.address = bytesOf(json, "address");
        http.dnsMs = optionalNumberOf(json, "dnsMs");
        http.connectMs = optionalNumberOf(json, "connectMs");
        http.tlsMs = optionalNumberOf(json, "tlsMs");
        http.firstByteMs = optionalNumberOf(json, "firstByteMs");
        http.totalMs = optionalNumberOf(json, "totalMs");
        return http;
    }

}

Json jsonOf(const model::OutsideView& view)
{
    Json json = Json::object();
    json["startedAt"] = momentJson(view.startedAt);
    json["url"] = bytesJson(view.url);
    json["dns"] = partOf(view.dns);
    json["tcp"] = arrayOf(view.tcp);
    json["tls"] = partOf(view.tls);
    json["http"] = partOf(view.http);
    json["control"] = model::id(view.control);
    json["controlTarget"] = bytesJson(view.controlTarget);
    json["gateway"] = model::id(view.gateway);
    json["gatewayAddress"] = bytesJson(view.gatewayAddress);
    json["systemReachability"] = bytesJson(view.systemReachability);
    return json;
}

model::OutsideView outsideOf(const Json& json)
{
    model::OutsideView view;
    view.startedAt = momentOf(json, "startedAt");
    view.url = bytesOf(json, "url");
    view.dns = dnsOf(member(json, "dns"));
    view.tcp = valuesOf<model::TcpAttempt>(json, "tcp", tcpOf);
    view.tls = tlsOf(member(json, "tls"));
    view.http = httpOf(member(json, "http"));
    view.control = attemptOf(json, "control");
    view.controlTarget = bytesOf(json, "controlTarget");
    view.gateway = attemptOf(json, "gateway");
    view.gatewayAddress = bytesOf(json, "gatewayAddress");
    view.systemReachability = bytesOf(json, "systemReachability");
    return view;
}

}
