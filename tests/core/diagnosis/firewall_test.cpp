// Which firewall rules would stop a hop's connections.
#include "core/faults/predicates/firewallrules.h"
#include "tests/support/scenario/fakecatalogue.h"
#include "tests/support/scenario/scenario.h"

#include <gmock/gmock.h>

namespace hopscope::faults {
namespace {

using model::FirewallRule;
using test::Scenario;

struct Rule {
    const char* text;
    bool stops; ///< a connection from 10.1.0.2 to 10.1.0.3:3000
};

void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.text; }

class Rules : public testing::TestWithParam<Rule> { };

/// As the parser would: the plain values of the usual words.
FirewallRule parsed(const std::string& text)
{
    FirewallRule rule;
    const bool isNft = text.find("-j ") == std::string::npos;
    rule.tool = isNft ? "nft" : "iptables";
    rule.hook = "input";
    rule.rule = text;
    const auto after = [&](const std::string& word) {
        const auto at = text.find(word + " ");
        if (at == std::string::npos)
            return std::string();
        const auto start = at + word.size() + 1;
        return text.substr(start, text.find(' ', start) - start);
    };
    rule.sourceAddress = after(isNft ? "saddr" : "-s");
    rule.destinationAddress = after(isNft ? "daddr" : "-d");
    const std::string port = after(isNft ? "dport" : "--dport");
    if (!port.empty() && port.find_first_not_of("0123456789") == std::string::npos)
        rule.destinationPort = static_cast<base::Port>(std::stoi(port));
    return rule;
}

TEST_P(Rules, CountOnlyWhereTheyMatchTheHop)
{
    Scenario scenario;
    scenario.app().firewall = { parsed(GetParam().text) };
    const auto logs = readLogs(scenario.facts, test::FakeCatalogue());
    const HopView view
        = viewOf(scenario.capture, scenario.facts, scenario.topology, scenario.appHop(), logs, {});
    EXPECT_EQ(!rulesAgainst(view, FirewallRule::Verdict::Drop).empty(), GetParam().stops);
}

INSTANTIATE_TEST_SUITE_P(OfFirewalls, Rules,
    testing::Values(Rule { "tcp dport 3000 drop", true }, Rule { "tcp dport 3001 drop", false },
        Rule { "iifname \"eth0\" tcp dport 3000 counter packets 3 bytes 180 drop", true },
        Rule { "iifname \"lo\" drop", false }, Rule { "tcp dport { 80, 443, 3000 } drop", true },
        Rule { "tcp dport { 80, 443 } drop", false }, Rule { "tcp dport != { 22, 80 } drop", true },
        Rule { "tcp dport != 3000 drop", false }, Rule { "tcp dport 3000-4000 drop", true },
        Rule { "tcp dport 1-1024 drop", false }, Rule { "ip protocol 6 drop", true },
        Rule { "udp dport 3000 drop", false }, Rule { "ct state invalid drop", false },
        Rule { "icmp type echo-request drop", false },
        Rule { "ip saddr 10.1.0.0/24 tcp dport 3000 drop", true },
        Rule { "ip saddr 192.168.0.0/16 drop", false }, Rule { "ip saddr != 10.1.0.2 drop", false },
        Rule { "ip saddr != { 10.9.0.1, 10.9.0.2 } tcp dport 3000 drop", true },
        Rule { "ip daddr 10.1.0.3 drop", true }, Rule { "ip daddr 10.1.0.4 drop", false },
        Rule { "-A INPUT -p tcp -m tcp --dport 3000 -j DROP", true },
        Rule { "-A INPUT -p tcp -m multiport --dports 80,443 -j DROP", false },
        Rule { "-A INPUT -p tcp -m multiport --dports 80,3000 -j DROP", true },
        Rule { "-A INPUT ! -s 10.1.0.0/24 -p tcp -m tcp --dport 3000 -j DROP", false },
        Rule { "-A INPUT -i lo -j DROP", false }));

TEST(RulesOfSets, MatchWhoIsInThem)
{
    for (const auto& [addresses, stops] : { std::pair("{ 203.0.113.9 timeout 10m, 10.1.0.2 } }", true), std::pair("{ 203.0.113.9 } }", false),
             std::pair("!= { 10.1.0.2 } }", false), std::pair("{ 10.1.0.1-10.1.0.9 } }", true), std::pair("{  }", false) }) {
        Scenario scenario;
        FirewallRule rule = parsed("tcp dport 3000 ip saddr @banned drop");
        rule.sourceAddress = addresses;
        scenario.app().firewall = { rule };
        const auto logs = readLogs(scenario.facts, test::FakeCatalogue());
        const HopView view = viewOf(scenario.capture, scenario.facts, scenario.topology, scenario.appHop(), logs, {});
        EXPECT_EQ(!rulesAgainst(view, FirewallRule::Verdict::Drop).empty(), stops) << addresses;
    }
}


std::string chainAgainst(Scenario& scenario)
{
    const auto logs = readLogs(scenario.facts, test::FakeCatalogue());
    const HopView view = viewOf(scenario.capture, scenario.facts, scenario.topology, scenario.appHop(), logs, {});
    const auto found = rulesAgainst(view, FirewallRule::Verdict::Drop);
    return found.empty() ? std::string() : found.front().rule->chain;
}

TEST(RulesAgainst, TakesTheOneWhoseCounterGrew)
{
    Scenario scenario;
    FirewallRule idle = parsed("tcp dport 3000 drop");
    idle.chain = "IDLE";
    idle.packets = 0;
    FirewallRule busy = parsed("-A INPUT -j DROP");
    busy.chain = "INPUT";
    busy.packets = 8;
    scenario.app().firewall = { idle, busy };
    EXPECT_EQ(chainAgainst(scenario), "INPUT");
    scenario.app().firewall = { idle };
    EXPECT_EQ(chainAgainst(scenario), "IDLE"); // nothing better is known
}

TEST(RulesAgainst, TakesThePolicyForWhatAContainerSends)
{
    Scenario scenario;
    FirewallRule policy = parsed(":FORWARD DROP [8:480] -j ");
    policy.chain = "FORWARD";
    policy.hook = "forward";
    policy.isPolicy = true;
    policy.packets = 8;
    FirewallRule tunnel = parsed("[0:0] -A FORWARD -i tun0 -j ACCEPT");
    tunnel.hook = "forward";
    tunnel.verdict = FirewallRule::Verdict::Accept;
    scenario.edge().firewall = { policy, tunnel };
    EXPECT_EQ(chainAgainst(scenario), ""); // the host's own calls are not forwarded
    for (model::Node& node : scenario.topology.nodes)
        if (node.id == scenario.appHop().from)
            node.container = "web";
    EXPECT_EQ(chainAgainst(scenario), "FORWARD");
    FirewallRule bridge = parsed("[9:540] -A FORWARD -i docker0 -j ACCEPT");
    bridge.hook = "forward";
    bridge.verdict = FirewallRule::Verdict::Accept;
    scenario.edge().firewall.push_back(bridge);
    EXPECT_EQ(chainAgainst(scenario), "");
}

}
}
