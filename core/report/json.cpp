#include "core/report/json.h"

#include "core/report/jsonvalue.h"

#include <cmath>

namespace hopscope::report {
namespace {

    Json textOrNull(const std::string& text) { return text.empty() ? Json() : Json(text); }

    std::string written(const Json& json, JsonLayout layout)
    {
        // Servers send any bytes: what is not UTF-8 becomes U+FFFD, so that every reader can parse the document.
        constexpr auto onInvalid = Json::error_handler_t::replace;
        switch (layout) {
        case JsonLayout::OneLine: return json.dump(-1, ' ', false, onInvalid) + "\n";
        case JsonLayout::Indented: return json.dump(2, ' ', false, onInvalid) + "\n";
        }
        return {};
    }

    Json jsonOf(const model::RequestResult& request)
    {
        Json json = Json::object();
        json["status"] = request.status ? Json(*request.status) : Json();
        json["totalMs"] = numberOrNull(request.totalMs);
        json["dnsMs"] = numberOrNull(request.dnsMs);
        json["connectMs"] = numberOrNull(request.connectMs);
        json["tlsMs"] = numberOrNull(request.tlsMs);
        json["firstByteMs"] = numberOrNull(request.firstByteMs);
        json["error"] = request.error ? Json(*request.error) : Json();
        return json;
    }

    Json jsonOf(const model::Alternative& alternative)
    {
        Json json = Json::object();
        json["failingHop"] = alternative.failingHop;
        json["variant"] = alternative.variant;
        json["cause"] = alternative.cause ? Json(*alternative.cause) : Json();
        json["confidence"] = numberOrNull(alternative.confidence);
        json["toTellApart"] = alternative.toTellApart;
        return json;
    }

    Json jsonOf(const model::Advice& advice)
    {
        Json json = Json::object();
        json["id"] = advice.id;
        json["severity"] = model::id(advice.severity);
        json["node"] = advice.node;
        json["summary"] = advice.summary;
        json["remediation"] = listOf(advice.remediation);
        return json;
    }

    Json jsonOf(const model::Gap& gap)
    {
        Json json = Json::object();
        json["host"] = textOrNull(gap.host.value());
        json["check"] = gap.check;
        json["reason"] = gap.reason;
        return json;
    }

    bool hasDiagnosis(model::Verdict verdict)
    {
        switch (verdict) {
        case model::Verdict::Degraded:
        case model::Verdict::Failing: return true;
        case model::Verdict::Healthy:
        case model::Verdict::Unknown: return false;
        }
        return false;
    }

}

Json numberOrNull(std::optional<double> value)
{
    if (!value || !std::isfinite(*value))
        return {};
    return std::round(*value * 1000) / 1000;
}

Json jsonOf(const model::HostReport& host)
{
    const model::Resources& used = host.resources;
    Json resources = Json::object();
    resources["cpuPercent"] = numberOrNull(used.cpuPercent);
    resources["load1"] = numberOrNull(used.load1);
    resources["memoryUsedPercent"] = numberOrNull(used.memoryUsedPercent);
    resources["swapUsedPercent"] = numberOrNull(used.swapUsedPercent);
    resources["diskUsedPercent"] = numberOrNull(used.diskUsedPercent);
    resources["inodesUsedPercent"] = numberOrNull(used.inodesUsedPercent);
    resources["fdUsedPercent"] = numberOrNull(used.fdUsedPercent);
    resources["conntrackUsedPercent"] = numberOrNull(used.conntrackUsedPercent);
    resources["stealPercent"] = numberOrNull(used.stealPercent);
    resources["cores"] = used.cores ? Json(*used.cores) : Json();
    resources["diskMount"] = textOrNull(used.diskMount);
    resources["inodesMount"] = textOrNull(used.inodesMount);
    Json json = Json::object();
    json["name"] = host.name.value();
    json["reachable"] = host.isReachable;
    json["error"] = host.error ? Json(host.error->text()) : Json();
    json["errorCode"] = host.error ? Json(base::id(host.error->code)) : Json();
    json["advice"] = host.error ? textOrNull(host.error->advice) : Json();
    json["os"] = host.os;
    json["resources"] = std::move(resources);
    return json;
}

std::string diagnosisJson(const model::Diagnosis& diagnosis, JsonLayout layout)
{
    Json json = Json::object();
    json["schema"] = "hopscope.diagnosis/1";
    json["profile"] = diagnosis.profile;
    json["url"] = diagnosis.url;
    json["startedAt"] = base::toIso8601(diagnosis.startedAt);
    json["durationMs"] = diagnosis.duration.count();
    json["verdict"] = model::id(diagnosis.verdict);
    json["request"] = jsonOf(diagnosis.request);
    json["topology"] = jsonOf(diagnosis.topology);
    const bool isNamed = diagnosis.finding && hasDiagnosis(diagnosis.verdict);
    json["diagnosis"] = isNamed ? jsonOf(*diagnosis.finding) : Json();
    json["unknownReason"] = textOrNull(diagnosis.unknownReason);
    json["alternatives"] = Json::array();
    for (const model::Alternative& each : diagnosis.alternatives)
        json["alternatives"].push_back(jsonOf(each));
    json["advice"] = Json::array();
    for (const model::Advice& each : diagnosis.advice)
        json["advice"].push_back(jsonOf(each));
    json["hosts"] = listOf(diagnosis.hosts);
    json["incomplete"] = Json::array();
    for (const model::Gap& each : diagnosis.incomplete)
        json["incomplete"].push_back(jsonOf(each));
    return written(json, layout);
}

std::string topologyJson(
    const model::Topology& topology, const std::vector<model::ConfigWarning>& warnings, JsonLayout layout)
{
    Json json = Json::object();
    json["schema"] = "hopscope.topology/1";
    json["topology"] = jsonOf(topology);
    json["warnings"] = Json::array();
    for (const model::ConfigWarning& warning : warnings) {
        Json each = Json::object();
        each["file"] = warning.place.file;
        each["line"] = warning.place.line;
        each["message"] = warning.message;
        json["warnings"].push_back(std::move(each));
    }
    return written(json, layout);
}

}
