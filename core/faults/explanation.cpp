#include "core/faults/explanation.h"

#include "core/faults/jsontext.h"

namespace hopscope::faults {
namespace {

    /// The entry's own words where the pattern said just what the entry says; else those of the cause or the variant.
    const FaultText* textOf(const LineReading& reading, const Catalogue& catalogue)
    {
        const FaultText* entry = catalogue.byEntry(reading.entry);
        if (entry && entry->cause == reading.cause && (reading.cause || entry->variant == reading.variant))
            return entry;
        const FaultText* other = reading.cause ? catalogue.byCause(*reading.cause)
            : reading.variant                  ? catalogue.byVariant(*reading.variant)
                                               : nullptr;
        return other ? other : entry;
    }

    /// How its configuration is tested where it is installed as its makers do.
    const char* testOf(const std::string& component)
    {
        return component == "nginx" ? "nginx -t"
            : component == "apache" ? "apachectl configtest"
            : component == "haproxy" ? "haproxy -c -f /etc/haproxy/haproxy.cfg"
            : component == "caddy"   ? "caddy validate --config /etc/caddy/Caddyfile"
                                     : "";
    }

    /// What one line tells of the place where a remedy would be carried out.
    RemedyContext contextOf(const LineReading& reading)
    {
        RemedyContext context;
        const std::string& component = reading.component;
        if (component == "kubernetes" || component == "istio" || component == "linkerd") {
            context.platform = "kubernetes";
        } else if (component == "docker") {
            context.platform = "docker";
        } else {
            context.platform = "host";
            context.initSystem = "systemd";
        }
        context.software = component;
        context.values = reading.captures;
        if (const char* const test = testOf(component); *test)
            context.procedures["proxyTest"] = test;
        return context;
    }

    void appendField(const char* name, std::string_view value, std::string& out)
    {
        out += ", \"";
        out += name;
        out += "\": ";
        appendJsonString(value, out);
    }

    void appendOptional(const char* name, const std::optional<std::string>& value, std::string& out)
    {
        if (value) {
            appendField(name, *value, out);
            return;
        }
        out += ", \"";
        out += name;
        out += "\": null";
    }

    void appendList(const char* name, const std::vector<std::string>& values, std::string& out)
    {
        out += ", \"";
        out += name;
        out += "\": [";
        for (std::size_t i = 0; i < values.size(); ++i) {
            out += i == 0 ? "" : ", ";
            appendJsonString(values[i], out);
        }
        out += ']';
    }

    void appendRemedy(const model::Remediation& remedy, std::string& out)
    {
        out += "{\"title\": ";
        appendJsonString(remedy.title, out);
        appendOptional("host", remedy.host ? std::optional(remedy.host->value()) : std::nullopt, out);
        appendList("commands", remedy.commands, out);
        appendField("why", remedy.why, out);
        appendField("risk", model::id(remedy.risk), out);
        appendField("expect", remedy.expect, out);
        appendField("verify", remedy.verify, out);
        appendList("undo", remedy.undo, out);
        out += '}';
    }

    std::optional<std::string> nonEmpty(const std::string& text)
    {
        return text.empty() ? std::nullopt : std::optional(text);
    }

}

std::optional<std::string> provenCause(const LineReading& reading)
{
    const bool isGuessed = reading.variant && (reading.cause == "dependency-down" || reading.cause == "slow-dependency");
    return isGuessed ? std::nullopt : reading.cause;
}

Explanation explanation(const LineReading& reading, const Catalogue& catalogue)
{
    const FaultText* text = textOf(reading, catalogue);
    if (!text)
        return {};
    Explanation result;
    result.title = filledText(text->title, reading.captures);
    result.summary = result.title + ". " + filledText(text->meaning, reading.captures);
    result.firstPlaceToCheck = filledText(text->firstPlaceToCheck, reading.captures);
    result.remedies
        = catalogue.remedies(reading.variant.value_or(""), reading.cause.value_or(""), contextOf(reading));
    return result;
}

std::string jsonTail(const LineReading& reading, const Catalogue& catalogue)
{
    std::string out;
    appendOptional("component", nonEmpty(reading.component), out);
    appendOptional("variant", reading.variant, out);
    appendOptional("cause", provenCause(reading), out);
    if (reading.variant == "none") {
        out += ", \"failingHop\": null, \"summary\": \"This line reports no upstream fault.\", "
               "\"firstPlaceToCheck\": \"\", \"remediation\": []}";
        return out;
    }
    const Explanation words = explanation(reading, catalogue);
    appendField("failingHop", id(reading.role), out);
    appendField("summary", words.summary, out);
    appendField("firstPlaceToCheck", words.firstPlaceToCheck, out);
    out += ", \"remediation\": [";
    for (std::size_t i = 0; i < words.remedies.size(); ++i) {
        out += i == 0 ? "" : ", ";
        appendRemedy(words.remedies[i], out);
    }
    out += "], \"captures\": {";
    bool isFirst = true;
    for (const auto& [name, value] : reading.captures) {
        out += isFirst ? "" : ", ";
        isFirst = false;
        appendJsonString(name, out);
        out += ": ";
        appendJsonString(value, out);
    }
    out += "}}";
    return out;
}

void appendJson(std::string_view line, const LineReading& reading, const Catalogue& catalogue, std::string& out)
{
    out += "{\"line\": ";
    appendJsonString(line, out);
    out += jsonTail(reading, catalogue);
}

}
