#include "core/diagnosis/advice/parts.h"

namespace hopscope::diagnosis {

void AdviceContext::add(const char* id, model::Severity severity, const std::string& node, std::string summary,
    std::vector<model::Remediation> remediation) const
{
    model::Advice item;
    item.id = id;
    item.severity = severity;
    item.node = node;
    item.summary = std::move(summary);
    item.remediation = std::move(remediation);
    advice.push_back(std::move(item));
}

model::Remediation lookAt(const model::HostFacts* host, std::string title, std::vector<std::string> commands)
{
    model::Remediation remedy;
    remedy.title = std::move(title);
    remedy.commands = std::move(commands);
    if (host)
        remedy.host = host->host;
    return remedy;
}

model::Remediation changeOf(
    const model::HostFacts* host, std::string title, std::vector<std::string> commands, std::string expect)
{
    model::Remediation remedy = lookAt(host, std::move(title), std::move(commands));
    remedy.risk = model::Risk::Change;
    remedy.expect = std::move(expect);
    return remedy;
}

std::string nodeOn(const model::Topology& topology, const base::HostId& host)
{
    for (const model::Node& node : topology.nodes)
        if (node.host == host)
            return node.id.value();
    return host.value();
}

std::string inSeconds(base::Milliseconds time)
{
    return time.count() % 1000 == 0 ? std::to_string(time.count() / 1000) + " s" : std::to_string(time.count()) + " ms";
}

}
