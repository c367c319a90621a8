#include "core/diagnosis/boundaryadvice.h"

#include "core/base/quote.h"

#include <algorithm>
#include <array>
#include <set>

namespace hopscope::diagnosis {

namespace {
using model::Advice;
using model::Remediation;

Remediation look(std::string title, std::vector<std::string> commands, std::string expect = {})
{
    Remediation remedy;
    remedy.title = std::move(title);
    remedy.commands = std::move(commands);
    remedy.expect = std::move(expect);
    return remedy;
}

/// How each provider shows what it did with a request; read-only, run where its command line tool is set up.
struct ProviderLook {
    std::string_view software;
    std::string_view title;
    std::string_view command;
    std::string_view expect;
};
constexpr auto providerLooks = std::to_array<ProviderLook>({
    { "aws-alb", "Ask the load balancer how its targets are",
        "for group in $(aws elbv2 describe-target-groups --query 'TargetGroups[].TargetGroupArn' --output text); do aws elbv2 "
        "describe-target-health --target-group-arn \"$group\"; done",
        "State healthy; Target.Timeout is a security group or a stopped service, Target.ResponseCodeMismatch the health check's path" },
    { "cloudflare", "See whether Cloudflare reaches the server", "curl -sS https://www.cloudflarestatus.com/api/v2/status.json",
        "No incident; an error 521, 522 or 523 on its page means that the server did not answer it" },
    { "cloudfront", "See where CloudFront sends requests", "aws cloudfront list-distributions --query 'DistributionList.Items[].[Aliases.Items,Origins.Items[].DomainName]'",
        "The name of your own server or balancer" },
    { "gcp-load-balancer", "Ask the load balancer how its backends are",
        "gcloud compute backend-services list --format='value(name)' | while read -r name; do gcloud compute backend-services get-health \"$name\" --global; done",
        "HEALTHY; firewall rules must let 130.211.0.0/22 and 35.191.0.0/16 in" },
    { "heroku", "Read the router's log", "heroku ps; heroku logs --source heroku --dyno router -n 100", "No code=H1x at this time" },
    { "fly", "See the machines and the proxy's log", "fly status; fly logs --no-tail", "Machines started, checks passing" },
    { "vercel", "Read the deployment's log", "vercel ls; vercel logs", "The newest deployment is ready" },
    { "netlify", "See the newest deploy", "netlify status; netlify api listSiteDeploys", "It is published" },
    { "azure-application-gateway", "Ask the gateway how its backends are", "az network application-gateway list --query '[].id' -o tsv | while read -r id; do az network application-gateway show-backend-health --ids \"$id\"; done", "Healthy" },
});

bool isBoundary(const model::Node& node)
{
    return node.kind == model::NodeKind::LoadBalancer && node.id.value().starts_with("boundary:");
}

void addFront(const model::Topology& topology, std::vector<Advice>& advice)
{
    for (const model::Node& node : topology.nodes) {
        if (!isBoundary(node))
            continue;
        Advice item;
        item.id = "sight-ends-at-boundary";
        item.severity = model::Severity::Note;
        item.node = node.id.value();
        item.summary = node.label + " stands in front of the profile's hosts. What it did with the request can't be seen from them.";
        for (const ProviderLook& each : providerLooks)
            if (each.software == node.software)
                item.remediation.push_back(look(std::string(each.title), { std::string(each.command) }, std::string(each.expect)));
        for (const model::Hop& hop : topology.hops) {
            const model::Node* behind = hop.from == node.id ? topology.node(hop.to) : nullptr;
            if (!behind || !behind->host)
                continue;
            const bool isTls = hop.protocol == model::Protocol::Https;
            const std::string url = std::string(isTls ? "https" : "http") + "://localhost:" + std::to_string(hop.declared.endpoint.port) + hop.declared.requestPath;
            Remediation direct = look("Ask the server itself, past what is in front",
                { "curl -sSik -H " + base::shellQuoted("Host: " + hop.declared.requestHost) + " " + base::shellQuoted(url) + " | head -n 20" },
                "The site's own answer: then the fault is in front of it");
            direct.host = behind->host;
            item.remediation.push_back(std::move(direct));
            break;
        }
        advice.push_back(std::move(item));
    }
}

/// A cloud's firewall is no program on the host: a packet that it drops leaves no trace there.
void addSecurityGroups(const model::Facts& facts, const model::Topology& topology, const std::vector<Judgement>& judgements, std::vector<Advice>& advice)
{
    std::set<std::string> told;
    for (const Judgement& judgement : judgements) {
        const model::Hop& hop = *judgement.view.hop;
        const model::Node* callee = topology.node(hop.to);
        if (!hop.isOnPath || !callee || !callee->host || judgement.state != model::State::Failing
            || !judgement.view.isSymptom({ "connection-timed-out", "host-unreachable" }))
            continue;
        const auto host = facts.hosts.find(*callee->host);
        if (host == facts.hosts.end() || host->second.cloud != "aws" || !told.insert(callee->host->value()).second)
            continue;
        const std::string address = base::shellQuoted("Name=private-ip-address,Values=" + judgement.view.address());
        Advice item;
        item.id = "security-groups";
        item.severity = model::Severity::Warning;
        item.node = hop.to.value();
        item.summary = callee->host->value() + " is an EC2 instance: its security groups and its subnet's network ACL may drop what comes to port "
            + std::to_string(judgement.view.port()) + ", and nothing on the host shows that.";
        item.remediation.push_back(look("See which rules let traffic in",
            { "aws ec2 describe-instances --filters " + address + " --query 'Reservations[].Instances[].SecurityGroups[]'",
                "aws ec2 describe-security-groups --group-ids $(aws ec2 describe-instances --filters " + address
                    + " --query 'Reservations[].Instances[].SecurityGroups[].GroupId' --output text) --query 'SecurityGroups[].IpPermissions'" },
            "A rule for this port from the caller's address or security group"));
        advice.push_back(std::move(item));
    }
}
}

std::vector<Advice> boundaryAdvice(const model::Facts& facts, const model::Topology& topology, const std::vector<Judgement>& judgements)
{
    std::vector<Advice> advice;
    const bool fails = std::any_of(judgements.begin(), judgements.end(),
        [](const Judgement& each) { return each.view.hop->isOnPath && each.state == model::State::Failing; });
    if (!fails)
        return advice;
    addFront(topology, advice);
    addSecurityGroups(facts, topology, judgements, advice);
    return advice;
}

}
