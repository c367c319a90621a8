#include "core/report/texts.h"

#include "core/report/escape.h"
#include "core/report/phrases.h"

namespace hopscope::report {
namespace {

    std::string inlineText(std::string_view text) { return markdownEscaped(text, 1000); }

    std::string bullet(const std::string& name, const std::string& value)
    {
        return value.empty() ? std::string() : "- **" + name + ":** " + value + "\n";
    }

    std::string fault(const model::Diagnosis& diagnosis, const model::Finding& finding)
    {
        const model::Hop* hop = diagnosis.topology.hop(finding.failingHop);
        std::string place;
        if (hop && !hop->declared.place.file.empty())
            place = markdownSpan(hop->declared.place.text());
        return bullet("Failing hop", inlineText(hopWords(diagnosis.topology, finding.failingHop))) + bullet("Declared in", place)
            + bullet("Fault", inlineText(faultWords(finding.variant, finding.cause)) + ", confidence " + percentWords(finding.confidence))
            + bullet("Responsible", inlineText(responsibleWords(finding.responsible)))
            + bullet("Since", finding.onset ? utcWords(*finding.onset) : "unknown")
            + bullet("Check first", finding.firstPlaceToCheck.empty() ? "" : inlineText(finding.firstPlaceToCheck));
    }

    std::string remedies(const std::vector<model::Remediation>& list)
    {
        std::string text;
        for (const model::Remediation& each : list) {
            text += "\n**" + inlineText(each.title) + "**" + (each.host ? " on " + markdownSpan(each.host->value()) : "") + " ("
                + riskWords(each.risk) + ")\n\n";
            if (!each.why.empty())
                text += inlineText(each.why) + "\n\n";
            std::string commands;
            for (const std::string& command : each.commands)
                commands += command + "\n";
            if (!commands.empty())
                text += markdownFence(commands, "sh");
            if (!each.expect.empty())
                text += "\nExpect: " + inlineText(each.expect) + "\n";
            if (!each.verify.empty())
                text += "\nCheck that it helped: " + markdownSpan(each.verify) + "\n";
            for (const std::string& command : each.undo)
                text += "\nTo undo: " + markdownSpan(command) + "\n";
        }
        return text;
    }

    std::string evidence(const std::vector<model::Evidence>& list)
    {
        std::string text;
        for (const model::Evidence& each : list)
            text += "\n" + markdownSpan(each.from) + " · " + markdownSpan(each.check) + " · " + bearingWords(each.bearing) + " · "
                + utcWords(each.at) + "\n\n"
                + markdownFence((each.command.empty() ? "" : "$ " + each.command + "\n") + each.observed, "text");
        return text;
    }

    std::string chain(const model::Topology& topology)
    {
        std::string text;
        for (const model::Hop* hop : hopsOnPath(topology))
            text += "- " + stateSign(hop->state) + " " + inlineText(hopWords(topology, hop->id)) + " (" + model::id(hop->protocol) + " "
                + markdownSpan(hop->declared.endpoint.text()) + ", " + model::id(hop->state)
                + (hop->latencyMs ? ", " + millisecondWords(*hop->latencyMs) : "") + ")\n";
        return text;
    }

    std::string notSeen(const model::Diagnosis& diagnosis)
    {
        std::string text;
        for (const model::HostReport& each : diagnosis.hosts)
            if (!each.isReachable && each.error)
                text += "- " + markdownSpan(each.name.value()) + ": " + inlineText(each.error->text()) + "\n";
        for (const model::Gap& each : diagnosis.incomplete)
            text += "- " + (each.host.isEmpty() ? std::string() : markdownSpan(each.host.value()) + ", ") + markdownSpan(each.check) + ": "
                + inlineText(each.reason) + "\n";
        return text;
    }

    std::string alternatives(const model::Diagnosis& diagnosis)
    {
        std::string text;
        for (const model::Alternative& each : diagnosis.alternatives)
            text += "- " + inlineText(faultWords(each.variant, each.cause)) + " (" + percentWords(each.confidence) + ")"
                + (each.toTellApart.empty() ? "" : ": " + inlineText(each.toTellApart)) + "\n";
        return text;
    }

    std::string section(const std::string& title, const std::string& content)
    {
        return content.empty() ? std::string() : "\n## " + title + "\n" + (content.starts_with('\n') ? "" : "\n") + content;
    }

}

std::string markdownText(const model::Diagnosis& diagnosis)
{
    std::string text = "# " + verdictWord(diagnosis.verdict) + ": " + inlineText(diagnosis.profile) + "\n\n" + inlineText(headline(diagnosis))
        + "\n\n" + markdownSpan(diagnosis.url) + " · " + inlineText(requestWords(diagnosis.request)) + " · " + utcWords(diagnosis.startedAt) + "\n";
    const model::Finding* finding = shownFinding(diagnosis);
    if (finding) {
        text += "\n" + fault(diagnosis, *finding) + section("What to do", remedies(finding->remediation))
            + section("Why", evidence(finding->evidence));
        std::string changes;
        for (const model::Change& each : finding->changes)
            changes += "- " + utcWords(each.at) + " " + markdownSpan(each.host.value()) + ": " + inlineText(each.what) + "\n";
        text += section("What changed before (may be coincidence)", changes);
    }
    text += section("It could also be", alternatives(diagnosis)) + section("The chain", chain(diagnosis.topology));
    std::string advice;
    for (const model::Advice& each : diagnosis.advice)
        advice += "- " + std::string(model::id(each.severity)) + ": " + inlineText(each.summary) + "\n";
    return text + section("Worth mending", advice) + section("What could not be seen", notSeen(diagnosis));
}

}
