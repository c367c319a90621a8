#include "core/report/jsonvalue.h"

namespace hopscope::report {
namespace {

    Json jsonOf(const model::Evidence& evidence)
    {
        Json json = Json::object();
        json["from"] = evidence.from;
        json["check"] = evidence.check;
        json["command"] = evidence.command;
        json["observed"] = evidence.observed;
        json["bearing"] = model::id(evidence.bearing);
        json["rulesOut"] = evidence.rulesOut;
        json["at"] = base::toIso8601(evidence.at);
        return json;
    }

    Json jsonOf(const model::Change& change)
    {
        Json json = Json::object();
        json["at"] = base::toIso8601(change.at);
        json["host"] = change.host.value();
        json["what"] = change.what;
        json["command"] = change.command;
        return json;
    }

}

Json jsonOf(const model::Remediation& remediation)
{
    Json json = Json::object();
    json["title"] = remediation.title;
    json["host"] = remediation.host ? Json(remediation.host->value()) : Json();
    json["commands"] = remediation.commands;
    json["why"] = remediation.why;
    json["risk"] = model::id(remediation.risk);
    json["expect"] = remediation.expect;
    json["verify"] = remediation.verify;
    json["undo"] = remediation.undo;
    return json;
}

Json jsonOf(const model::Finding& finding)
{
    Json json = Json::object();
    json["failingHop"] = finding.failingHop.value();
    json["variant"] = finding.variant;
    json["cause"] = finding.cause ? Json(*finding.cause) : Json();
    json["confidence"] = numberOrNull(finding.confidence);
    json["summary"] = finding.summary;
    json["firstPlaceToCheck"] = finding.firstPlaceToCheck;
    json["responsible"] = finding.responsible;
    json["onset"] = finding.onset ? base::toIso8601(*finding.onset) : "unknown";
    json["evidence"] = Json::array();
    for (const model::Evidence& each : finding.evidence)
        json["evidence"].push_back(jsonOf(each));
    json["changes"] = Json::array();
    for (const model::Change& each : finding.changes)
        json["changes"].push_back(jsonOf(each));
    json["remediation"] = listOf(finding.remediation);
    json["prevention"] = listOf(finding.prevention);
    return json;
}

}
