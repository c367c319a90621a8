#include "core/report/texts.h"

#include "core/report/phrases.h"
#include "core/report/plaintext.h"

#include <algorithm>

namespace hopscope::report {
namespace {

    constexpr std::size_t mostEvidence = 3;
    constexpr std::size_t mostEvidenceLines = 3;
    constexpr std::size_t mostGaps = 8;

    /// "Since         …": names in one column.
    std::string row(const std::string& name, const std::string& value)
    {
        constexpr std::size_t width = 16;
        return name + std::string(width - std::min(width - 1, name.size()), ' ') + plainLine(value) + "\n";
    }

    /// A command as it can be pasted: never cut, each line indented.
    std::string command(const std::string& text, const std::string& indent)
    {
        std::string lines = indent;
        for (const char c : plainText(text)) {
            lines += c;
            if (c == '\n')
                lines += indent;
        }
        return lines + "\n";
    }

    std::string chain(const model::Topology& topology)
    {
        std::string text;
        for (const model::Hop* hop : hopsOnPath(topology))
            text += "  " + stateSign(hop->state) + " " + plainLine(hopWords(topology, hop->id)) + "  ("
                + model::id(hop->protocol) + " " + plainLine(hop->declared.endpoint.text()) + ", " + model::id(hop->state)
                + (hop->latencyMs ? ", " + millisecondWords(*hop->latencyMs) : "") + ")\n";
        return text.empty() ? text : "\n" + text;
    }

    std::string action(const model::Remediation& remedy)
    {
        std::string text = "\nDo first: " + plainLine(remedy.title);
        if (remedy.host)
            text += ", on " + plainLine(remedy.host->value());
        text += " (" + riskWords(remedy.risk) + ")\n";
        for (const std::string& each : remedy.commands)
            text += command(each, "    ");
        if (!remedy.expect.empty())
            text += "  Expect: " + plainLine(remedy.expect) + "\n";
        if (!remedy.verify.empty())
            text += "  Check that it helped:\n" + command(remedy.verify, "    ");
        return text;
    }

    std::string evidenceLines(const model::Evidence& evidence)
    {
        std::string text = "  " + plainLine(evidence.from) + " · " + plainLine(evidence.check)
            + (evidence.bearing == model::Bearing::Supports ? "" : " (" + bearingWords(evidence.bearing) + ")") + "\n";
        std::string_view rest = evidence.observed;
        for (std::size_t line = 0; line < mostEvidenceLines && !rest.empty(); ++line) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            if (end > 0)
                text += "      " + plainLine(rest.substr(0, end), 160) + "\n";
            rest.remove_prefix(std::min(rest.size(), end + 1));
        }
        if (!rest.empty())
            text += "      …\n";
        return text;
    }

    std::string why(const model::Finding& finding)
    {
        std::vector<const model::Evidence*> shown;
        // What speaks against the conclusion is never cut off.
        for (const model::Evidence& each : finding.evidence)
            if (each.bearing == model::Bearing::Contradicts)
                shown.push_back(&each);
        for (const model::Evidence& each : finding.evidence)
            if (each.bearing == model::Bearing::Supports && shown.size() < mostEvidence)
                shown.push_back(&each);
        if (shown.empty())
            return {};
        std::string text = "\nWhy\n";
        for (const model::Evidence* each : shown)
            text += evidenceLines(*each);
        if (shown.size() < finding.evidence.size())
            text += "  (" + std::to_string(finding.evidence.size() - shown.size()) + " more in --json)\n";
        return text;
    }

    std::string fault(const model::Diagnosis& diagnosis, const model::Finding& finding)
    {
        const model::Hop* hop = diagnosis.topology.hop(finding.failingHop);
        std::string text = "\n" + row("Failing hop", hopWords(diagnosis.topology, finding.failingHop));
        if (hop && !hop->declared.place.file.empty())
            text += row("Declared in", hop->declared.place.text());
        text += row("Fault", faultWords(finding.variant, finding.cause) + " (confidence " + percentWords(finding.confidence) + ")");
        text += row("Responsible", responsibleWords(finding.responsible));
        text += row("Since", finding.onset ? utcWords(*finding.onset) : "unknown: no log or earlier run shows the first failure");
        if (!finding.firstPlaceToCheck.empty())
            text += row("Check first", finding.firstPlaceToCheck);
        if (!finding.changes.empty())
            text += row("Changed before", utcWords(finding.changes.front().at) + ", "
                    + finding.changes.front().host.value() + ": " + finding.changes.front().what + " (may be coincidence)");
        if (!finding.remediation.empty())
            text += action(finding.remediation.front());
        return text + why(finding);
    }

    std::string otherExplanations(const model::Diagnosis& diagnosis)
    {
        std::string text;
        for (const model::Alternative& each : diagnosis.alternatives) {
            text += "  " + plainLine(faultWords(each.variant, each.cause)) + " (" + percentWords(each.confidence) + ")";
            if (!each.toTellApart.empty())
                text += ": " + plainLine(each.toTellApart);
            text += "\n";
        }
        return text.empty() ? text : "\nIt could also be\n" + text;
    }

    std::string notSeen(const model::Diagnosis& diagnosis)
    {
        std::string text;
        for (const model::HostReport& host : diagnosis.hosts) {
            if (host.isReachable || !host.error)
                continue;
            text += "  " + plainLine(host.name.value()) + ": " + plainLine(host.error->text()) + "\n";
            if (!host.error->advice.empty())
                text += "      " + plainLine(host.error->advice) + "\n";
        }
        for (std::size_t i = 0; i < diagnosis.incomplete.size() && i < mostGaps; ++i) {
            const model::Gap& gap = diagnosis.incomplete[i];
            text += "  " + (gap.host.isEmpty() ? "" : plainLine(gap.host.value()) + ": ") + plainLine(gap.check) + ": "
                + plainLine(gap.reason) + "\n";
        }
        if (diagnosis.incomplete.size() > mostGaps)
            text += "  (" + std::to_string(diagnosis.incomplete.size() - mostGaps) + " more in --json)\n";
        return text.empty() ? text : "\nNot seen\n" + text;
    }

    std::string advice(const model::Diagnosis& diagnosis)
    {
        std::string text;
        for (const model::Advice& each : diagnosis.advice)
            text += std::string("  ") + model::id(each.severity) + ": " + plainLine(each.summary) + "\n";
        return text.empty() ? text : "\nWorth mending\n" + text;
    }

}

std::string humanText(const model::Diagnosis& diagnosis)
{
    std::string word = verdictWord(diagnosis.verdict);
    std::transform(word.begin(), word.end(), word.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    std::string text = word + "  " + plainLine(diagnosis.profile) + "  " + plainLine(diagnosis.url) + "  "
        + plainLine(requestWords(diagnosis.request)) + "\n\n" + plainLine(headline(diagnosis), 2000) + "\n";
    text += chain(diagnosis.topology);
    if (const model::Finding* finding = shownFinding(diagnosis))
        text += fault(diagnosis, *finding);
    text += otherExplanations(diagnosis);
    text += advice(diagnosis);
    return text + notSeen(diagnosis);
}

}
