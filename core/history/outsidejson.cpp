#include "core/history/recordjson.h"
#include "core/history/recordvalue.h"

namespace hopscope::history {
namespace {

    Json jsonOf(const model::DnsAnswer& dns)
    {
        const auto& [ipv4, ipv6, ipv4Addresses, ipv6Addresses, canonicalNames, errorText, milliseconds, isOverridden] = dns;
        return { { "ipv4", model::id(ipv4) }, { "ipv6", model::id(ipv6) }, { "ipv4Addresses", listJson(ipv4Addresses) },
            { "ipv6Addresses", listJson(ipv6Addresses) }, { "canonicalNames", listJson(canonicalNames) },
            { "errorText", bytesJson(errorText) }, { "milliseconds", milliseconds }, { "isOverridden", isOverridden } };
    }

    model::DnsAnswer dnsOf(const Json& json)
    {
        return { attemptOf(json, "ipv4"), attemptOf(json, "ipv6"), listOf(json, "ipv4Addresses"), listOf(json, "ipv6Addresses"),
            listOf(json, "canonicalNames"), bytesOf(json, "errorText"), numberOf(json, "milliseconds"), flagOf(json, "isOverridden") };
    }

    Json jsonOf(const model::TcpAttempt& attempt)
    {
        const auto& [address, port, result, errorText, milliseconds] = attempt;
        return { { "address", bytesJson(address) }, { "port", port }, { "result", model::id(result) },
            { "errorText", bytesJson(errorText) }, { "milliseconds", milliseconds } };
    }

    model::TcpAttempt tcpOf(const Json& json)
    {
        const long long port = integerOf(json, "port");
        if (port < 0 || port > 65535)
            throw BadRecord { "port" };
        return { bytesOf(json, "address"), base::Port(port), attemptOf(json, "result"), bytesOf(json, "errorText"),
            numberOf(json, "milliseconds") };
    }

    Json jsonOf(const model::CertificateSummary& certificate)
    {
        const auto& [subject, issuer, names, notBefore, notAfter, sha256, isSelfSigned] = certificate;
        return { { "subject", bytesJson(subject) }, { "issuer", bytesJson(issuer) }, { "names", listJson(names) },
            { "notBefore", momentJson(notBefore) }, { "notAfter", momentJson(notAfter) }, { "sha256", bytesJson(sha256) },
            { "isSelfSigned", isSelfSigned } };
    }

    model::CertificateSummary certificateOf(const Json& json)
    {
        return { bytesOf(json, "subject"), bytesOf(json, "issuer"), listOf(json, "names"), momentOf(json, "notBefore"),
            momentOf(json, "notAfter"), bytesOf(json, "sha256"), flagOf(json, "isSelfSigned") };
    }

    Json jsonOf(const model::HttpHeader& header)
    {
        const auto& [name, value] = header;
        return { { "name", bytesJson(name) }, { "value", bytesJson(value) } };
    }

    template <class Range> Json arrayOf(const Range& range)
    {
        Json json = Json::array();
        for (const auto& each : range)
            json.push_back(jsonOf(each));
        return json;
    }

    Json jsonOf(const model::TlsView& tls)
    {
        const auto& [result, version, chain, problems, causes] = tls;
        return { { "result", model::id(result) }, { "version", bytesJson(version) }, { "chain", arrayOf(chain) },
            { "problems", listJson(problems) }, { "causes", listJson(causes) } };
    }

    model::TlsView tlsOf(const Json& json)
    {
        return { attemptOf(json, "result"), bytesOf(json, "version"),
            valuesOf<model::CertificateSummary>(json, "chain", certificateOf), listOf(json, "problems"), listOf(json, "causes") };
    }

    model::HttpHeader headerOf(const Json& json) { return { bytesOf(json, "name"), bytesOf(json, "value") }; }

    Json jsonOf(const model::HttpView& http)
    {
        const auto& [result, status, headers, body, errorText, address, dnsMs, connectMs, tlsMs, firstByteMs, totalMs] = http;
        return { { "result", model::id(result) }, { "status", optionalJson(status) }, { "headers", arrayOf(headers) },
            { "body", bytesJson(body) }, { "errorText", bytesJson(errorText) }, { "address", bytesJson(address) },
            { "dnsMs", optionalJson(dnsMs) }, { "connectMs", optionalJson(connectMs) }, { "tlsMs", optionalJson(tlsMs) },
            { "firstByteMs", optionalJson(firstByteMs) }, { "totalMs", optionalJson(totalMs) } };
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
    const auto& [startedAt, url, dns, tcp, tls, http, control, controlTarget, gateway, gatewayAddress, reachability] = view;
    Json json = Json::object();
    json["startedAt"] = momentJson(startedAt);
    json["url"] = bytesJson(url);
    json["dns"] = jsonOf(dns);
    json["tcp"] = arrayOf(tcp);
    json["tls"] = jsonOf(tls);
    json["http"] = jsonOf(http);
    json["control"] = model::id(control);
    json["controlTarget"] = bytesJson(controlTarget);
    json["gateway"] = model::id(gateway);
    json["gatewayAddress"] = bytesJson(gatewayAddress);
    json["systemReachability"] = bytesJson(reachability);
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
