#include "core/profile/profilewriter.h"

#include <algorithm>

namespace hopscope::profile {
namespace {

    void setText(Json& object, const char* key, const std::string& text)
    {
        if (text.empty())
            object.erase(key);
        else
            object[key] = text;
    }

    Json seconds(base::Milliseconds time)
    {
        if (time.count() % 1000 == 0)
            return time.count() / 1000;
        return double(time.count()) / 1000;
    }

    void setHost(Json& object, const model::ProfileHost& host)
    {
        object["name"] = host.name.value();
        if (host.kubernetes != model::KubernetesChoice()) {
            Json& choice = object["kubernetes"];
            if (!choice.is_object())
                choice = Json::object();
            setText(choice, "context", host.kubernetes.context);
            setText(choice, "kubeconfig", host.kubernetes.kubeconfig);
        }
        if (host.isLocal) {
            object["local"] = true;
            object.erase("ssh");
            return;
        }
        object.erase("local");
        Json& ssh = object["ssh"];
        if (!ssh.is_object())
            ssh = Json::object();
        setText(ssh, "alias", host.ssh.alias);
        setText(ssh, "host", host.ssh.host);
        if (host.ssh.port)
            ssh["port"] = *host.ssh.port;
        else
            ssh.erase("port");
        setText(ssh, "user", host.ssh.user);
        setText(ssh, "identityFile", host.ssh.identityFile);
        setText(ssh, "jump", host.ssh.jump);
    }

    std::string nameIn(const Json& host)
    {
        const auto at = host.is_object() ? host.find("name") : host.end();
        return host.is_object() && at != host.end() && at->is_string() ? at->get<std::string>() : std::string();
    }

    /// What the document held for this host: by name, or, where it was renamed, by its place in the list.
    Json formerHost(const Json& former, const std::vector<model::ProfileHost>& hosts, std::size_t index)
    {
        for (const Json& each : former)
            if (nameIn(each) == hosts[index].name.value())
                return each;
        const bool isRenamed = index < former.size() && former[index].is_object()
            && std::none_of(hosts.begin(), hosts.end(),
                [name = nameIn(former[index])](const model::ProfileHost& host) { return host.name.value() == name; });
        return isRenamed ? former[index] : Json::object();
    }

    Json parsedOr(const std::string& text, Json otherwise)
    {
        if (text.empty())
            return otherwise;
        Json json = Json::parse(text, nullptr, false);
        return json.is_object() ? json : otherwise;
    }

}

Json jsonOf(const model::Profile& profile)
{
    Json json = parsedOr(profile.document, Json::object());
    json["schema"] = "hopscope.profile/1";
    json["name"] = profile.name;
    json["url"] = profile.url;
    setText(json, "resolve", profile.resolve);
    const Json former = json.contains("hosts") && json["hosts"].is_array() ? json["hosts"] : Json::array();
    Json& hosts = json["hosts"] = Json::array();
    for (std::size_t index = 0; index < profile.hosts.size(); ++index) {
        Json host = formerHost(former, profile.hosts, index);
        setHost(host, profile.hosts[index]);
        hosts.push_back(std::move(host));
    }
    Json& checks = json["checks"];
    if (!checks.is_object())
        checks = Json::object();
    checks["intervalSeconds"] = seconds(profile.checks.interval);
    checks["timeoutSeconds"] = seconds(profile.checks.timeout);
    checks["controlTarget"] = profile.checks.controlTarget ? Json(*profile.checks.controlTarget) : Json();
    json["baseline"] = parsedOr(profile.baseline, Json());
    return json;
}

}
