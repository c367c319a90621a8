#include "core/parse/firewall.h"

#include "core/parse/lines.h"

#include <algorithm>
#include <map>
#include <set>

namespace hopscope::parse {
namespace {

using model::FirewallRule;
using Verdict = FirewallRule::Verdict;

/// Which hook leads to a chain: base chains have their own, others get it from whoever jumps there.
class Hooks {
public:
    void setBase(const std::string& chain, std::string hook) { m_hooks[chain] = std::move(hook); }
    void addJump(const std::string& from, const std::string& to) { m_jumps[from].insert(to); }
    void spread()
    {
        std::vector<std::string> queue;
        for (const auto& [chain, hook] : m_hooks)
            queue.push_back(chain);
        for (std::size_t i = 0; i < queue.size(); ++i) {
            const std::string chain = queue[i];
            for (const std::string& next : m_jumps[chain]) {
                if (m_hooks.try_emplace(next, m_hooks[chain]).second)
                    queue.push_back(next);
            }
        }
    }
    std::string of(const std::string& chain) const
    {
        const auto found = m_hooks.find(chain);
        return found == m_hooks.end() ? std::string() : found->second;
    }

private:
    std::map<std::string, std::string> m_hooks;
    std::map<std::string, std::set<std::string>> m_jumps;
};

std::string chainKey(std::string_view table, std::string_view chain)
{
    return std::string(table) + "/" + std::string(chain);
}

/// A port, or nothing for a range, a set or a negation: then the rule's text must speak for itself.
std::optional<base::Port> portOf(std::string_view word)
{
    static const std::map<std::string_view, base::Port> services { { "ssh", 22 }, { "http", 80 }, { "https", 443 },
        { "domain", 53 }, { "mysql", 3306 }, { "postgresql", 5432 }, { "redis", 6379 }, { "http-alt", 8080 },
        { "smtp", 25 }, { "ntp", 123 } };
    if (const auto service = services.find(word); service != services.end())
        return service->second;
    return numberOf<base::Port>(word);
}

struct NftState {
    std::string table;
    std::string chain;
    std::string set; ///< whose elements are being read; empty: none
    int depth = 0;
    bool isChain = false;
};

/// What a table's named sets hold, by table and name; a list of thousands is no rule about one of our hosts.
using NftSets = std::map<std::string, std::string>;
constexpr std::size_t setLimit = 64 * 1024;

/// `elements = { 10.1.0.70 timeout 10m expires 9m, 10.2.0.0/16,` and the lines that go on.
void readNftElements(std::string_view text, const NftState& state, NftSets& sets)
{
    std::string& held = sets[chainKey(state.table, state.set)];
    if (held.size() + text.size() < setLimit)
        held += std::string(held.empty() ? "" : " ") + textOf(text);
}

/// "@blocked" as "{ 10.1.0.70, … }", so that a rule can be compared with addresses.
void fillIn(std::string& address, const std::string& table, const NftSets& sets)
{
    const std::size_t at = address.find('@');
    if (at == std::string::npos)
        return;
    const auto set = sets.find(chainKey(table, std::string_view(address).substr(at + 1)));
    address = address.substr(0, at) + "{ " + (set == sets.end() ? std::string() : set->second) + " }";
}

/// The word behind `saddr`, with a negation before it.
std::string addressAt(const std::vector<std::string_view>& words, std::size_t index)
{
    if (index >= words.size())
        return {};
    const bool isNegatedSet = words[index] == "!=" && index + 1 < words.size() && words[index + 1].starts_with('@');
    return isNegatedSet ? "!= " + textOf(words[index + 1]) : textOf(words[index]);
}

void readNftRule(const Line& line, const NftState& state, std::vector<FirewallRule>& rules, Hooks& hooks)
{
    const std::string_view text = trimmed(line.text);
    const auto words = wordsOf(text);
    FirewallRule rule;
    rule.tool = "nft";
    rule.table = textOf(state.table);
    rule.chain = textOf(state.chain);
    rule.rule = textOf(text);
    rule.source.line = line.number;
    if (words.size() >= 2 && words[0] == "type" && text.find(" hook ") != std::string_view::npos) {
        // type filter hook input priority filter; policy drop;
        for (std::size_t i = 0; i + 1 < words.size(); ++i) {
            if (words[i] == "hook")
                hooks.setBase(chainKey(state.table, state.chain), std::string(words[i + 1]));
            if (words[i] == "policy" && words[1] == "filter") {
                rule.isPolicy = true;
                rule.verdict = words[i + 1].starts_with("drop") ? Verdict::Drop : Verdict::Accept;
                rules.push_back(rule);
            }
        }
        return;
    }
    std::optional<Verdict> verdict;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view();
        if (words[i] == "drop")
            verdict = Verdict::Drop;
        else if (words[i] == "reject")
            verdict = Verdict::Reject;
        else if (words[i] == "accept")
            verdict = Verdict::Accept;
        else if (words[i] == "dport")
            rule.destinationPort = portOf(next);
        else if (words[i] == "saddr")
            rule.sourceAddress = addressAt(words, i + 1);
        else if (words[i] == "daddr")
            rule.destinationAddress = addressAt(words, i + 1);
        else if (words[i] == "packets")
            rule.packets = numberOf<std::uint64_t>(next);
        else if (words[i] == "jump" || words[i] == "goto")
            hooks.addJump(chainKey(state.table, state.chain), chainKey(state.table, next));
        else if (words[i] == "comment")
            break;
        else if (words[i].starts_with('"')) {
            // An interface's name, or a log prefix of several words, which are none of ours.
            while (i + 1 < words.size() && (words[i].size() < 2 || !words[i].ends_with('"')))
                ++i;
        }
    }
    if (verdict) {
        rule.verdict = *verdict;
        rules.push_back(std::move(rule));
    }
}

void readNft(const std::vector<Line>& lines, std::vector<FirewallRule>& rules)
{
    Hooks hooks;
    NftState state;
    NftSets sets;
    const std::size_t first = rules.size();
    bool isElementList = false;
    for (const Line& line : lines) {
        const std::string_view text = trimmed(line.text);
        if (text.starts_with('#') || text.empty())
            continue;
        const auto words = wordsOf(text);
        if (text.ends_with('{')) {
            ++state.depth;
            if (state.depth == 1 && words.size() >= 4 && words[0] == "table")
                state.table = std::string(words[1]) + " " + std::string(words[2]);
            state.isChain = state.depth == 2 && words.size() >= 3 && words[0] == "chain";
            state.set = state.depth == 2 && words.size() >= 3 && words[0] == "set" ? std::string(words[1]) : std::string();
            if (state.isChain)
                state.chain = words[1];
            continue;
        }
        if (text == "}") {
            state.depth = std::max(0, state.depth - 1);
            state.isChain = false;
            state.set.clear();
            continue;
        }
        if (state.isChain)
            readNftRule(line, state, rules, hooks);
        else if (!state.set.empty() && (text.starts_with("elements") || isElementList))
            readNftElements(text.substr(text.find('{') + 1), state, sets); // npos + 1 is 0: a line that goes on
        isElementList = !state.set.empty() && (text.starts_with("elements") || isElementList) && !text.ends_with('}');
    }
    hooks.spread();
    for (std::size_t i = first; i < rules.size(); ++i) {
        rules[i].hook = hooks.of(chainKey(rules[i].table, rules[i].chain));
        fillIn(rules[i].sourceAddress, rules[i].table, sets);
        fillIn(rules[i].destinationAddress, rules[i].table, sets);
    }
}

std::string hookOf(std::string_view chain)
{
    std::string hook(chain);
    std::transform(hook.begin(), hook.end(), hook.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c; });
    return hook;
}

void readIptablesRule(const Line& line, const std::string& tool, std::string_view table,
    std::vector<FirewallRule>& rules, Hooks& hooks)
{
    // [12:720] -A INPUT -p tcp -m tcp --dport 3000 -j DROP
    const auto words = wordsOf(line.text);
    FirewallRule rule;
    rule.tool = tool;
    rule.table = textOf(table);
    rule.rule = textOf(line.text);
    rule.source.line = line.number;
    std::optional<Verdict> verdict;
    bool isNegated = false;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view next = i + 1 < words.size() ? words[i + 1] : std::string_view();
        if (words[i].starts_with('[') && i == 0)
            rule.packets = numberOf<std::uint64_t>(words[i].substr(1, words[i].find(':') - 1));
        else if (words[i] == "-A")
            rule.chain = textOf(next);
        else if (words[i] == "--dport")
            rule.destinationPort = isNegated ? std::nullopt : portOf(next);
        else if (words[i] == "-s" && !isNegated)
            rule.sourceAddress = textOf(next);
        else if (words[i] == "-d" && !isNegated)
            rule.destinationAddress = textOf(next);
        else if (words[i] == "-j" || words[i] == "-g") {
            if (next == "DROP")
                verdict = Verdict::Drop;
            else if (next == "REJECT")
                verdict = Verdict::Reject;
            else if (next == "ACCEPT")
                verdict = Verdict::Accept;
            else
                hooks.addJump(chainKey(table, rule.chain), chainKey(table, next));
        }
        isNegated = words[i] == "!";
    }
    if (verdict) {
        rule.verdict = *verdict;
        rules.push_back(std::move(rule));
    }
}

void readIptables(const std::vector<Line>& lines, const std::string& tool, std::vector<FirewallRule>& rules)
{
    Hooks hooks;
    std::string table;
    const std::size_t first = rules.size();
    for (const Line& line : lines) {
        if (line.text.starts_with('*')) {
            table = line.text.substr(1);
        } else if (line.text.starts_with(':')) {
            // :INPUT DROP [0:0]   or   :ufw-user-input - [0:0]
            const auto words = wordsOf(line.text);
            if (words.size() < 2 || words[1] == "-")
                continue;
            FirewallRule rule;
            rule.tool = tool;
            rule.table = textOf(table);
            rule.chain = textOf(words[0].substr(1));
            rule.rule = textOf(line.text);
            rule.verdict = words[1] == "DROP" ? Verdict::Drop : Verdict::Accept;
            rule.isPolicy = true;
            if (words.size() > 2 && words[2].starts_with('['))
                rule.packets = numberOf<std::uint64_t>(words[2].substr(1, words[2].find(':') - 1));
            rule.source.line = line.number;
            hooks.setBase(chainKey(table, rule.chain), hookOf(rule.chain));
            if (table == "filter")
                rules.push_back(std::move(rule));
        } else if (line.text.find("-A ") != std::string_view::npos) {
            readIptablesRule(line, tool, table, rules, hooks);
        }
    }
    hooks.spread();
    for (std::size_t i = first; i < rules.size(); ++i)
        rules[i].hook = hooks.of(chainKey(rules[i].table, rules[i].chain));
}

}

std::vector<FirewallRule> parseFirewall(std::string_view output)
{
    std::vector<FirewallRule> rules;
    bool isUfw = false;
    for (const Section& section : sectionsOf(output)) {
        if (section.title == "nft")
            readNft(section.lines, rules);
        else if (section.title == "iptables" || section.title == "ip6tables")
            readIptables(section.lines, std::string(section.title), rules);
        else if (section.title.starts_with("ufw "))
            isUfw = section.title.ends_with("=yes");
    }
    // Rules of a front end must be changed with it.
    for (FirewallRule& rule : rules) {
        if (rule.table.ends_with("firewalld"))
            rule.tool = "firewalld";
        else if (isUfw && rule.chain.starts_with("ufw"))
            rule.tool = "ufw";
    }
    return rules;
}

}
