#include "core/diagnosis/baseline.h"

#include <algorithm>
#include <set>

namespace hopscope::diagnosis {

namespace {
using model::Baseline;

/// A rule without its counters: "counter packets 3 bytes 180", "[3:180]".
std::string withoutCounters(const std::string& rule)
{
    std::string text;
    bool isNumber = false;
    for (std::size_t at = 0; at < rule.size();) {
        const std::size_t end = std::min(rule.find(' ', at), rule.size());
        const std::string word = rule.substr(at, end - at);
        at = end + 1;
        const bool isCount = isNumber || word.starts_with('[');
        isNumber = word == "packets" || word == "bytes";
        if (!word.empty() && !isCount && !isNumber)
            text += (text.empty() ? "" : " ") + word;
    }
    return text;
}

std::vector<std::string> shutOutRules(const model::HostFacts& host)
{
    std::vector<std::string> rules;
    for (const model::FirewallRule& rule : host.firewall)
        if (rule.verdict != model::FirewallRule::Verdict::Accept)
            rules.push_back(rule.tool + " " + rule.table + " " + rule.chain + ": " + withoutCounters(rule.rule));
    return rules;
}

bool hasReadFirewall(const model::Capture& capture, const base::HostId& host)
{
    return std::any_of(capture.checks.begin(), capture.checks.end(), [&](const model::CheckResult& check) {
        return check.host == host && check.check.value() == "firewall" && model::isCaptured(check.outcome);
    });
}

std::string joinedWords(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& each : words)
        text += (text.empty() ? "" : ", ") + each;
    return text;
}

/// Collects what differs of one hop.
class Comparison {
public:
    Comparison(const faults::HopView& view, const Baseline& before)
        : m_view(view)
        , m_before(before)
    {
    }

    std::vector<model::Evidence> find()
    {
        target();
        callee();
        if (m_view.caller && m_view.caller->kind == model::NodeKind::Client)
            outside();
        firewall(m_view.calleeHost);
        if (m_view.callerHost != m_view.calleeHost)
            firewall(m_view.callerHost);
        return std::move(m_found);
    }

private:
    void add(const std::string& then, const std::string& now)
    {
        model::Evidence item;
        item.from = "profile";
        item.check = "baseline";
        item.observed = "When all was well (" + base::toIso8601(m_before.at).substr(0, 16) + "Z): " + then + "; now: " + now;
        item.at = m_view.capture->startedAt;
        m_found.push_back(std::move(item));
    }

    /// Where the caller led then.
    void target()
    {
        std::vector<std::string> then;
        for (const Baseline::Hop& hop : m_before.hops)
            if (hop.from == m_view.hop->from.value())
                then.push_back(hop.target);
        const std::string now = m_view.hop->declared.endpoint.text();
        if (m_view.hop->isOnPath && !then.empty() && std::find(then.begin(), then.end(), now) == then.end())
            add((m_view.caller ? m_view.caller->label : m_view.hop->from.value()) + " led to " + joinedWords(then), "to " + now);
    }

    /// What stood there then.
    const Baseline::Node* formerCallee() const
    {
        for (const Baseline::Node& node : m_before.nodes)
            if (node.id == m_view.hop->to.value())
                return &node;
        const std::string now = m_view.hop->declared.endpoint.text();
        for (const Baseline::Hop& hop : m_before.hops)
            if (hop.from == m_view.hop->from.value() && hop.target == now)
                for (const Baseline::Node& node : m_before.nodes)
                    if (node.id == hop.to)
                        return &node;
        return nullptr;
    }

    void callee()
    {
        const Baseline::Node* then = formerCallee();
        const model::Node* now = m_view.callee;
        if (!then || !now || then->software.empty() || then->software == "unknown")
            return;
        if (m_view.knowsListeners() && now->pid == 0 && now->container.empty() && !then->address.empty()) {
            add(then->software + " listened on " + then->address + (then->unit.empty() ? "" : ", of " + then->unit),
                m_view.accepting() ? "nobody of that name there" : "nobody listens there");
            return;
        }
        const auto compare = [&](const char* what, const std::string& before, const std::string& after) {
            if (!before.empty() && !after.empty() && before != after)
                add(std::string(what) + " " + before, after);
        };
        compare("the program was", then->software, now->software);
        compare("its address was", then->address, now->address);
        compare(("the version of " + then->software + " was").c_str(), then->version, then->software == now->software ? now->version : "");
        compare("its unit was", then->unit, now->unit);
        compare("its container was", then->container, now->container);
        compare("it ran as", then->user, now->user);
    }

    void outside()
    {
        std::set<std::string> then(m_before.urlAddresses.begin(), m_before.urlAddresses.end());
        std::set<std::string> now(m_view.facts->urlAddresses.begin(), m_view.facts->urlAddresses.end());
        if (!then.empty() && !now.empty() && then != now)
            add("the site's name led to " + joinedWords(m_before.urlAddresses), "to " + joinedWords(m_view.facts->urlAddresses));
        const auto& chain = m_view.capture->outside.tls.chain;
        if (!m_before.certificate.empty() && !chain.empty() && !chain.front().sha256.empty() && chain.front().sha256 != m_before.certificate)
            add("the site had another certificate", "one of " + chain.front().issuer + ", from "
                    + base::toIso8601(chain.front().notBefore).substr(0, 10));
    }

    void firewall(const model::HostFacts* host)
    {
        const auto then = host ? m_before.firewall.find(host->host) : m_before.firewall.end();
        if (then == m_before.firewall.end())
            return;
        constexpr std::size_t most = 3;
        std::size_t told = 0;
        for (const std::string& rule : shutOutRules(*host))
            if (std::find(then->second.begin(), then->second.end(), rule) == then->second.end() && told++ < most)
                add("the firewall of " + host->host.value() + " lacked this rule", rule);
    }

    const faults::HopView& m_view;
    const Baseline& m_before;
    std::vector<model::Evidence> m_found;
};
}

model::Baseline baselineOf(const model::Capture& capture, const model::Facts& facts, const model::Topology& topology)
{
    model::Baseline baseline;
    baseline.at = capture.startedAt;
    std::set<std::string> onPath;
    for (const model::Hop& hop : topology.hops)
        if (hop.isOnPath) {
            baseline.hops.push_back({ hop.from.value(), hop.to.value(), hop.declared.endpoint.text() });
            onPath.insert(hop.to.value());
        }
    for (const model::Node& node : topology.nodes)
        if (onPath.contains(node.id.value()))
            baseline.nodes.push_back({ node.id.value(), node.software, node.version, node.host ? node.host->value() : "", node.address,
                node.unit, node.user, node.container });
    baseline.urlAddresses = facts.urlAddresses;
    if (!capture.outside.tls.chain.empty())
        baseline.certificate = capture.outside.tls.chain.front().sha256;
    for (const auto& [name, host] : facts.hosts)
        if (hasReadFirewall(capture, name))
            baseline.firewall[name] = shutOutRules(host);
    return baseline;
}

std::vector<model::Evidence> differencesAt(const faults::HopView& view, const model::Baseline& baseline)
{
    return Comparison(view, baseline).find();
}

}
