#include "core/profile/profilereader.h"

#include "core/base/address.h"
#include "core/profile/address.h"

#include <charconv>
#include <cmath>

namespace hopscope::profile {
namespace {

    constexpr std::string_view schemaStem = "hopscope.profile/";
    constexpr int schemaVersion = 1;

    /// The version of "hopscope.profile/N", or 0.
    int versionOf(std::string_view schema)
    {
        if (!schema.starts_with(schemaStem))
            return 0;
        schema.remove_prefix(schemaStem.size());
        int version = 0;
        const auto [end, problem] = std::from_chars(schema.data(), schema.data() + schema.size(), version);
        return problem == std::errc() && end == schema.data() + schema.size() ? version : 0;
    }

    /// A word that ends up on a line of its own meaning: no control characters.
    bool isClean(std::string_view text)
    {
        for (const char c : text)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                return false;
        return true;
    }

    std::string addressField(const JsonFields& fields, const char* key)
    {
        std::string text = fields.optionalText(key);
        if (text.size() > 2 && text.front() == '[' && text.back() == ']')
            text = text.substr(1, text.size() - 2);
        if (!text.empty() && !base::isAddress(text))
            fields.reject(fields.pathOf(key), "an IPv4 or IPv6 address", fields.find(key));
        return text;
    }

    model::SshDestination destinationOf(const JsonFields& fields)
    {
        model::SshDestination ssh;
        ssh.alias = fields.optionalText("alias");
        ssh.host = fields.optionalText("host");
        ssh.user = fields.optionalText("user");
        ssh.identityFile = fields.optionalText("identityFile");
        ssh.jump = fields.optionalText("jump");
        const Json* port = fields.find("port");
        if (port && !port->is_null()) {
            if (port->is_number_integer() && port->get<double>() >= 1 && port->get<double>() <= 65535)
                ssh.port = port->get<base::Port>();
            else
                fields.reject(fields.pathOf("port"), "a number from 1 to 65535", port);
        }
        if (ssh.alias.empty() && ssh.host.empty())
            fields.reject(fields.pathOf("host"), "a host, or an alias of the ssh config as \"alias\"", fields.find("host"));
        if (!ssh.alias.empty() && !ssh.host.empty())
            fields.reject(fields.pathOf("host"), "either alias or host, not both", fields.find("host"));
        if (ssh.host.size() > 2 && ssh.host.front() == '[' && ssh.host.back() == ']')
            ssh.host = ssh.host.substr(1, ssh.host.size() - 2);
        for (const auto& [key, text] : { std::pair("alias", ssh.alias), std::pair("host", ssh.host), std::pair("user", ssh.user) })
            if (!text.empty() && (text.front() == '-' || !isClean(text) || text.find(' ') != std::string::npos))
                fields.reject(fields.pathOf(key), "a word without blanks that does not begin with '-'", fields.find(key));
        if (!isClean(ssh.identityFile))
            fields.reject(fields.pathOf("identityFile"), "a path without control characters", fields.find("identityFile"));
        return ssh;
    }

    model::ProfileHost hostOf(const Json& json, const std::string& path, JsonFields::Problem& problem)
    {
        model::ProfileHost host;
        const JsonFields fields(json, path, problem);
        host.name = base::HostId(fields.requiredText("name", "a name for the host"));
        host.isLocal = fields.optionalFlag("local");
        if (const Json* choice = fields.optionalObject("kubernetes")) {
            const JsonFields inside(*choice, fields.pathOf("kubernetes"), problem);
            host.kubernetes.context = inside.optionalText("context");
            host.kubernetes.kubeconfig = inside.optionalText("kubeconfig");
        }
        const Json* ssh = fields.optionalObject("ssh");
        if (host.isLocal && ssh)
            fields.reject(fields.pathOf("ssh"), "nothing, because the host is local", ssh);
        else if (ssh)
            host.ssh = destinationOf(JsonFields(*ssh, fields.pathOf("ssh"), problem));
        else if (!host.isLocal)
            fields.reject(fields.pathOf("ssh"), "how to log in, as {\"alias\": …} or {\"host\": …}, or \"local\": true", nullptr);
        return host;
    }

    model::CheckSettings checksOf(const JsonFields& fields)
    {
        constexpr double shortest = 0.1;
        constexpr double day = 86400;
        constexpr const char* expected = "a number of seconds from 0.1 to 86400";
        const auto milliseconds = [](double seconds) { return base::Milliseconds(std::llround(seconds * 1000)); };
        model::CheckSettings checks;
        if (const auto seconds = fields.optionalNumber("intervalSeconds", shortest, day, expected))
            checks.interval = milliseconds(*seconds);
        if (const auto seconds = fields.optionalNumber("timeoutSeconds", shortest, day, expected))
            checks.timeout = milliseconds(*seconds);
        if (const std::string target = fields.optionalText("controlTarget"); !target.empty()) {
            const auto parts = splitHostAndPort(target);
            if (parts && parts->port)
                checks.controlTarget = target;
            else
                fields.reject(fields.pathOf("controlTarget"), "host:port", fields.find("controlTarget"));
        }
        return checks;
    }

}

base::Result<model::Profile> profileOf(const Json& json, const std::string& nameForErrors)
{
    const auto bad = [&nameForErrors](const std::string& detail, base::ErrorCode code = base::ErrorCode::InvalidFormat) {
        return base::failure({ code, "read profile", nameForErrors, detail, "" });
    };
    if (!json.is_object())
        return bad("expected a JSON object, the profile");
    JsonFields::Problem problem;
    const JsonFields fields(json, "", problem);
    const std::string schema = fields.requiredText("schema", "\"hopscope.profile/1\"");
    if (problem)
        return bad(*problem);
    if (const int version = versionOf(schema); version != schemaVersion) {
        const std::string detail = "schema: expected \"hopscope.profile/1\", found " + shownForErrors(schema);
        if (version > schemaVersion)
            return bad(detail + ", which a newer Hopscope wrote", base::ErrorCode::NewerSchema);
        return bad(detail);
    }
    model::Profile profile;
    profile.name = fields.requiredText("name", "a name for the profile");
    profile.url = fields.requiredText("url", "a URL that begins with http:// or https://");
    if (!problem)
        if (const auto url = checkUrl(profile.url); !url)
            return bad("url: " + url.error().detail);
    profile.resolve = addressField(fields, "resolve");
    if (const Json* hosts = fields.requiredList("hosts", "a list of hosts")) {
        for (std::size_t index = 0; index < hosts->size(); ++index) {
            const std::string path = "hosts[" + std::to_string(index) + "]";
            if ((*hosts)[index].is_object())
                profile.hosts.push_back(hostOf((*hosts)[index], path, problem));
            else
                fields.reject(path, "an object with name and ssh", &(*hosts)[index]);
        }
    }
    if (!problem)
        problem = problemWithHosts(profile.hosts);
    if (const Json* checks = fields.optionalObject("checks"))
        profile.checks = checksOf(JsonFields(*checks, "checks", problem));
    if (const Json* baseline = fields.optionalObject("baseline"))
        profile.baseline = oneLine(*baseline);
    if (problem)
        return bad(*problem);
    return profile;
}

}
