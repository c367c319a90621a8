#include "core/diagnosis/wording.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace hopscope::diagnosis {

namespace {
using faults::HopView;
using model::NodeKind;

bool isOneOf(std::string_view text, std::initializer_list<std::string_view> list)
{
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool isEntry(const HopView& view) { return view.caller && view.caller->kind == NodeKind::Client; }

std::string capitalised(std::string text)
{
    // Software keeps its own spelling ("nginx on edge"); only our own words start large.
    if (text.starts_with("users") || text.starts_with("the "))
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

std::string happening(const HopView& view)
{
    const std::string who = callerName(view);
    const std::string whom = calleeName(view);
    const bool isPlural = isEntry(view);
    const std::string& variant = view.symptom.variant;
    if (isOneOf(variant,
            { "connection-refused", "connection-timed-out", "host-unreachable", "connect-failed",
                "socket-missing" }))
        return who + " can't reach " + whom;
    if (variant == "permission-denied")
        return who + (isPlural ? " are" : " is") + " not allowed to connect to " + whom;
    if (variant == "dns-resolution-failed")
        return who + " can't find the address of " + whom;
    if (variant == "tls-handshake-failed")
        return who + " can't set up an encrypted connection to " + whom;
    if (variant == "certificate-invalid")
        return who + (isPlural ? " do" : " does") + " not accept the certificate of " + whom;
    if (variant == "protocol-mismatch")
        return who + " and " + whom + " do not speak the same protocol";
    if (variant == "reset-before-headers")
        return whom + " closes the connection before it answers " + who;
    if (variant == "closed-mid-response")
        return whom + " breaks off in the middle of its answer to " + who;
    if (variant == "response-timed-out")
        return who + (isPlural ? " get" : " gets") + " no answer from " + whom + " in time";
    if (variant == "invalid-response")
        return whom + " answers " + who + " with something that can't be read";
    const model::HopProbe* probe = view.callerProbe();
    if (variant == "error-response" && view.symptom.share.empty() && probe && probe->status.value_or(500) < 400)
        return whom + " answers " + who + " in place of the server that should";
    if (variant == "error-response")
        return whom + " answers " + who + " with an error";
    if (variant == "no-healthy-upstream")
        return who + (isPlural ? " have" : " has") + " no working server left to send requests to";
    if (variant == "overloaded")
        return whom + " takes no more requests from " + who;
    if (variant == "resource-exhausted")
        return who + (isPlural ? " have" : " has") + " nothing left to make a connection to " + whom
            + " with";
    if (variant == "request-rejected")
        return whom + " turns requests away";
    return "requests fail between " + who + " and " + whom;
}

std::string variantWords(const HopView& view)
{
    const std::string& variant = view.symptom.variant;
    if (variant == "connection-refused")
        return "connections to " + view.targetWords() + " are refused";
    if (variant == "connection-timed-out")
        return "connections to " + view.targetWords() + " get no answer";
    if (variant == "host-unreachable")
        return "there is no way to its host";
    if (variant == "socket-missing")
        return view.targetWords() + " does not exist";
    if (variant == "error-response") {
        const model::HopProbe* probe = view.callerProbe();
        return probe && probe->status ? "the answer is " + std::to_string(*probe->status)
                                      : "the answer is an error";
    }
    return "";
}

std::string atHost(const HopView& view, bool isCallee)
{
    const model::HostFacts* host = isCallee ? view.calleeHost : view.callerHost;
    return host ? " on " + host->host.value() : "";
}
}

std::string callerName(const HopView& view)
{
    if (isEntry(view))
        return "users";
    return view.caller && !view.caller->label.empty() ? view.caller->label : view.hop->from.value();
}

std::string calleeName(const HopView& view)
{
    return view.callee && !view.callee->label.empty() ? view.callee->label
                                                      : view.hop->declared.endpoint.text();
}

std::string summaryOf(const HopView& view, const Hypothesis* cause, const faults::Catalogue& catalogue)
{
    std::string text = capitalised(happening(view));
    if (!view.symptom.share.empty())
        text += " (" + view.symptom.share + ")";
    if (cause && !cause->assessment.because.empty())
        return text + ": " + cause->assessment.because + ".";
    const std::string words = variantWords(view);
    if (!words.empty())
        text += ": " + words;
    if (cause) {
        const faults::FaultText* known = catalogue.byCause(cause->assessment.cause());
        return text + (known && !known->title.empty() ? " (" + known->title + ")." : ".");
    }
    return text + ". What could be seen does not settle why.";
}

std::string firstPlaceOf(const HopView& view, const Hypothesis* cause, const faults::Catalogue& catalogue)
{
    if (cause && !cause->assessment.firstPlace.empty())
        return cause->assessment.firstPlace;
    if (view.unit && view.calleeHost)
        return "systemctl status " + view.unit->name + atHost(view, true);
    if (view.isUnix())
        return "ls -l " + view.hop->declared.endpoint.path + atHost(view, true);
    if (view.calleeHost && view.port() != 0)
        return "ss -ltnp 'sport = :" + std::to_string(view.port()) + "'" + atHost(view, true);
    if (cause)
        if (const faults::FaultText* known = catalogue.byCause(cause->assessment.cause());
            known && known->firstPlaceToCheck.find('{') == std::string::npos)
            return known->firstPlaceToCheck;
    return calleeName(view);
}

std::string responsibleFor(const HopView& view, const Hypothesis* cause)
{
    const std::string id = cause ? cause->assessment.cause() : "";
    if (cause && !cause->assessment.responsible.empty())
        return cause->assessment.responsible;
    if (id.starts_with("dns-") || id == "edge-dns-wrong"
        || (id.empty() && view.symptom.variant == "dns-resolution-failed"))
        return "dns";
    if (id == "this-machine-offline")
        return "this-machine";
    if (isOneOf(id,
            { "firewall-drop", "firewall-reject", "host-down", "network-partition", "route-missing",
                "security-policy-denied", "disk-full", "inodes-exhausted", "memory-exhausted",
                "cpu-saturated", "conntrack-full", "oom-killed", "clock-skew", "neighbour-table-full",
                "fd-exhausted" }))
        return "host";
    if (isOneOf(id,
            { "wrong-port", "wrong-address", "stale-address", "timeout-too-short", "proxy-config-invalid",
                "proxy-config-not-reloaded" }))
        return "proxy";
    if (!view.callee)
        return "app";
    switch (view.callee->kind) {
    case NodeKind::Proxy:
    case NodeKind::LoadBalancer:
    case NodeKind::Sidecar:
        return "proxy";
    case NodeKind::Database:
    case NodeKind::Cache:
        return "dependency";
    case NodeKind::External:
        return "third-party";
    case NodeKind::Client:
        return "this-machine";
    case NodeKind::App:
        return "app";
    }
    return "app";
}

}
