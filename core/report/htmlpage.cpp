#include "core/report/texts.h"

#include "core/report/escape.h"
#include "core/report/phrases.h"

#include <QtCore/QByteArray>

namespace hopscope::report {
namespace {

    // Nothing is loaded and nothing runs: the picture is a data: image, which can't run scripts either.
    constexpr const char* policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

    constexpr const char* style = R"css(
:root{color-scheme:light dark;--text:#1b1f24;--dim:#59636e;--back:#fff;--card:#f6f8fa;--line:#d1d9e0;--bad:#b3261e;--warn:#8a5a00;--good:#1a7f37;--none:#59636e}
@media (prefers-color-scheme:dark){:root{--text:#e6edf3;--dim:#9198a1;--back:#0d1117;--card:#161b22;--line:#3d444d;--bad:#ff7b72;--warn:#e3b341;--good:#56d364;--none:#9198a1}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:60rem;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back)}
h1{font-size:1.5rem;line-height:1.3;margin:.3rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}h3{font-size:1rem;margin:1rem 0 .25rem}
.verdict{display:inline-block;font-weight:700;letter-spacing:.05em;text-transform:uppercase;border:2px solid;border-radius:4px;padding:0 .5rem}
.failing{color:var(--bad)}.degraded,.warning{color:var(--warn)}.healthy,.ok{color:var(--good)}.unknown,.skipped{color:var(--none)}
.dim{color:var(--dim)}
table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}th{white-space:nowrap;font-weight:600}
pre{background:var(--card);border:1px solid var(--line);border-radius:4px;padding:.5rem .75rem;margin:.25rem 0;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere;font:13px/1.4 ui-monospace,monospace}
article{margin:0 0 1rem;break-inside:avoid}
img{max-width:100%;height:auto;background:#fff;border:1px solid var(--line);border-radius:4px}
footer{margin-top:2rem;color:var(--dim);font-size:.85rem}
@media print{body{max-width:none;padding:0;font-size:11pt}h2{break-after:avoid}pre{white-space:pre-wrap}}
)css";

    std::string tag(const std::string& name, std::string_view text) { return "<" + name + ">" + htmlEscaped(text) + "</" + name + ">"; }
    std::string pre(std::string_view text) { return text.empty() ? std::string() : "<pre>" + htmlEscaped(text) + "</pre>\n"; }
    std::string row(const std::string& name, const std::string& value)
    {
        return value.empty() ? std::string() : "<tr><th scope=\"row\">" + name + "</th><td>" + htmlEscaped(value) + "</td></tr>\n";
    }
    /// A section with its heading, or nothing where it is empty.
    std::string section(const std::string& title, const std::string& content)
    {
        return content.empty() ? std::string() : "<section>\n<h2>" + title + "</h2>\n" + content + "</section>\n";
    }

    std::string header(const model::Diagnosis& diagnosis)
    {
        return "<header>\n<span class=\"verdict " + std::string(model::id(diagnosis.verdict)) + "\">" + verdictWord(diagnosis.verdict)
            + "</span>\n" + tag("h1", headline(diagnosis)) + "\n<p class=\"dim\">" + htmlEscaped(diagnosis.profile) + " · "
            + htmlEscaped(diagnosis.url) + " · " + htmlEscaped(requestWords(diagnosis.request)) + " · " + utcWords(diagnosis.startedAt)
            + "</p>\n</header>\n";
    }

    std::string picturePart(const model::Diagnosis& diagnosis, const std::string& picture)
    {
        if (picture.empty())
            return {};
        std::string words;
        for (const model::Hop* hop : hopsOnPath(diagnosis.topology))
            words += (words.empty() ? "" : "; ") + hopWords(diagnosis.topology, hop->id) + ": " + model::id(hop->state);
        const QByteArray bytes = QByteArray(picture.data(), qsizetype(picture.size())).toBase64();
        return "<p><img alt=\"" + htmlEscaped(words.empty() ? "The chain of hops" : words) + "\" src=\"data:image/svg+xml;base64,"
            + bytes.toStdString() + "\"></p>\n";
    }

    std::string fault(const model::Diagnosis& diagnosis)
    {
        const model::Finding* finding = shownFinding(diagnosis);
        if (!finding)
            return {};
        const model::Hop* hop = diagnosis.topology.hop(finding->failingHop);
        const std::string place = hop ? hop->declared.place.text() : std::string();
        return "<table>\n" + row("Failing hop", hopWords(diagnosis.topology, finding->failingHop)) + row("Declared in", place)
            + row("Fault", faultWords(finding->variant, finding->cause)) + row("Confidence", percentWords(finding->confidence))
            + row("Responsible", responsibleWords(finding->responsible))
            + row("Since", finding->onset ? utcWords(*finding->onset) : "unknown: no log or earlier run shows the first failure")
            + row("Check first", finding->firstPlaceToCheck) + "</table>\n";
    }

    std::string remedies(const std::vector<model::Remediation>& list)
    {
        std::string html;
        for (const model::Remediation& each : list) {
            html += "<article>\n" + tag("h3", each.title) + "\n<p class=\"dim\">"
                + (each.host ? "on " + htmlEscaped(each.host->value()) + " · " : "") + riskWords(each.risk) + "</p>\n";
            if (!each.why.empty())
                html += tag("p", each.why) + "\n";
            for (const std::string& command : each.commands)
                html += pre(command);
            if (!each.expect.empty())
                html += "<p>Expect: " + htmlEscaped(each.expect) + "</p>\n";
            if (!each.verify.empty())
                html += "<p>Check that it helped:</p>\n" + pre(each.verify);
            if (!each.undo.empty()) {
                html += "<p>To undo:</p>\n";
                for (const std::string& command : each.undo)
                    html += pre(command);
            }
            html += "</article>\n";
        }
        return html;
    }

    std::string evidence(const std::vector<model::Evidence>& list)
    {
        std::string html;
        for (const model::Evidence& each : list) {
            std::string ruledOut;
            for (const std::string& cause : each.rulesOut)
                ruledOut += (ruledOut.empty() ? "" : ", ") + cause;
            html += "<article>\n<h3>" + htmlEscaped(each.from) + " · " + htmlEscaped(each.check) + "</h3>\n<p class=\"dim\">"
                + bearingWords(each.bearing) + " · " + utcWords(each.at)
                + (ruledOut.empty() ? "" : " · rules out " + htmlEscaped(ruledOut)) + "</p>\n" + pre(each.command) + pre(each.observed)
                + "</article>\n";
        }
        return html;
    }

    std::string changes(const std::vector<model::Change>& list)
    {
        std::string html;
        for (const model::Change& each : list)
            html += "<tr><td>" + utcWords(each.at) + "</td><td>" + htmlEscaped(each.host.value()) + "</td><td>" + htmlEscaped(each.what)
                + (each.command.empty() ? "" : "<br><code class=\"dim\">" + htmlEscaped(each.command) + "</code>") + "</td></tr>\n";
        return html.empty() ? html : "<p class=\"dim\">Newest first. What happened before need not be what caused it.</p>\n<table>\n" + html + "</table>\n";
    }

    std::string alternatives(const model::Diagnosis& diagnosis)
    {
        std::string html;
        for (const model::Alternative& each : diagnosis.alternatives)
            html += "<tr><td>" + htmlEscaped(faultWords(each.variant, each.cause)) + "</td><td>" + percentWords(each.confidence) + "</td><td>"
                + htmlEscaped(hopWords(diagnosis.topology, base::HopId(each.failingHop))) + "</td><td>" + htmlEscaped(each.toTellApart)
                + "</td></tr>\n";
        return html.empty() ? html : "<table>\n<tr><th>Fault</th><th>Confidence</th><th>Hop</th><th>To tell apart</th></tr>\n" + html + "</table>\n";
    }

    std::string chain(const model::Topology& topology)
    {
        std::string html;
        for (const model::Hop* hop : hopsOnPath(topology))
            html += "<tr><td class=\"" + std::string(model::id(hop->state)) + "\">" + stateSign(hop->state) + " " + model::id(hop->state)
                + "</td><td>" + htmlEscaped(hopWords(topology, hop->id)) + "</td><td>" + model::id(hop->protocol) + " "
                + htmlEscaped(hop->declared.endpoint.text()) + "</td><td>" + (hop->latencyMs ? millisecondWords(*hop->latencyMs) : "")
                + "</td></tr>\n";
        return html.empty() ? html : "<table>\n<tr><th>State</th><th>Hop</th><th>Target</th><th>Latency</th></tr>\n" + html + "</table>\n";
    }

    std::string advice(const model::Diagnosis& diagnosis)
    {
        std::string html;
        for (const model::Advice& each : diagnosis.advice)
            html += "<article>\n<p><strong>" + std::string(model::id(each.severity)) + "</strong> · " + htmlEscaped(each.summary) + "</p>\n"
                + remedies(each.remediation) + "</article>\n";
        return html;
    }

    std::string percentOf(const std::optional<double>& value)
    {
        return value ? std::to_string(int(*value + 0.5)) + " %" : std::string("not seen");
    }

    std::string hosts(const model::Diagnosis& diagnosis)
    {
        std::string html;
        for (const model::HostReport& each : diagnosis.hosts) {
            const model::Resources& used = each.resources;
            html += "<tr><th scope=\"row\">" + htmlEscaped(each.name.value()) + "</th>";
            if (each.isReachable)
                html += "<td>" + htmlEscaped(each.os) + "</td><td>" + percentOf(used.cpuPercent) + "</td><td>" + percentOf(used.memoryUsedPercent)
                    + "</td><td>" + percentOf(used.diskUsedPercent) + "</td>";
            else
                html += "<td colspan=\"4\">not reached" + (each.error ? ": " + htmlEscaped(each.error->text()) + "<br>" + htmlEscaped(each.error->advice) : "") + "</td>";
            html += "</tr>\n";
        }
        return html.empty() ? html : "<table>\n<tr><th>Host</th><th>System</th><th>CPU</th><th>Memory</th><th>Disk</th></tr>\n" + html + "</table>\n";
    }

    std::string notSeen(const model::Diagnosis& diagnosis)
    {
        std::string html;
        for (const model::Gap& each : diagnosis.incomplete)
            html += "<tr><td>" + htmlEscaped(each.host.value()) + "</td><td>" + htmlEscaped(each.check) + "</td><td>" + htmlEscaped(each.reason)
                + "</td></tr>\n";
        return html.empty() ? html : "<table>\n" + html + "</table>\n";
    }

}

std::string htmlPage(const model::Diagnosis& diagnosis, const std::string& picture)
{
    const model::Finding* finding = shownFinding(diagnosis);
    std::string html = std::string("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                                   "<meta http-equiv=\"Content-Security-Policy\" content=\"")
        + policy + "\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
        + verdictWord(diagnosis.verdict) + ": " + htmlEscaped(diagnosis.profile) + "</title>\n<style>" + style + "</style>\n</head>\n<body>\n";
    html += header(diagnosis) + picturePart(diagnosis, picture) + fault(diagnosis);
    if (finding)
        html += section("What to do", remedies(finding->remediation)) + section("Why", evidence(finding->evidence))
            + section("What changed before", changes(finding->changes));
    html += section("It could also be", alternatives(diagnosis)) + section("The chain", chain(diagnosis.topology));
    if (finding)
        html += section("So that it does not come back", remedies(finding->prevention));
    html += section("Worth mending", advice(diagnosis)) + section("Hosts", hosts(diagnosis)) + section("What could not be seen", notSeen(diagnosis));
    return html + "<footer>Hopscope " HOPSCOPE_VERSION " · took " + millisecondWords(double(diagnosis.duration.count()))
        + " · all times are UTC</footer>\n</body>\n</html>\n";
}

}
