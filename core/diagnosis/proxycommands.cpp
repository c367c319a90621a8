#include "core/diagnosis/proxycommands.h"

#include "core/base/quote.h"

#include <algorithm>
#include <sstream>

namespace hopscope::diagnosis {

namespace {
using Words = std::vector<std::string>;

const model::Process* processOf(const model::HostFacts& host, int pid)
{
    const auto found = std::find_if(host.processes.begin(), host.processes.end(),
        [pid](const model::Process& each) { return pid > 0 && each.pid == pid; });
    return found == host.processes.end() ? nullptr : &*found;
}

/// The command line's words. A word with a space in it can't be told from two; such paths are rare, and what comes
/// of it is a command that fails, not one that does something else: it tests before it reloads.
Words wordsOf(std::string_view commandLine)
{
    Words words;
    std::istringstream stream { std::string(commandLine) };
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

/// These flags with their values, as they stand in the command line: "-c FILE", "-f FILE -f FILE".
Words flagsOf(const Words& words, std::initializer_list<std::string_view> flags)
{
    Words found;
    for (std::size_t at = 0; at + 1 < words.size(); ++at) {
        if (std::find(flags.begin(), flags.end(), words[at]) == flags.end())
            continue;
        found.push_back(words[at]);
        found.push_back(words[++at]);
    }
    return found;
}

Words joined(Words left, const Words& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

std::string engineOf(const model::HostFacts& host, const std::string& container)
{
    for (const model::Container& each : host.containers)
        if (each.name == container || each.id == container)
            return each.engine.empty() ? "docker" : each.engine;
    return "docker";
}

/// What tests the configuration, and what makes a running one read it where no init system does.
struct Ways {
    Words test;
    Words reload;
};

Ways waysOf(const std::string& software, const model::Process* process, const std::string& started = {})
{
    const Words words = process ? wordsOf(process->commandLine) : wordsOf(started);
    const std::string pid = process ? std::to_string(process->pid) : "";
    if (software == "nginx" || software == "openresty") {
        const std::string program = process && process->executable.starts_with('/') ? process->executable : "nginx";
        const Words instance = joined({ program }, flagsOf(words, { "-c", "-p" }));
        return { joined(instance, { "-t" }), pid.empty() ? Words() : Words { "kill", "-HUP", pid } };
    }
    if (software == "apache")
        return { { "apachectl", "configtest" }, { "apachectl", "graceful" } };
    if (software == "haproxy") {
        Words files = flagsOf(words, { "-f" });
        if (files.empty())
            files = { "-f", "/etc/haproxy/haproxy.cfg" };
        const bool hasMaster = std::any_of(words.begin(), words.end(),
            [](const std::string& word) { return word == "-W" || word == "-Ws"; });
        return { joined({ "haproxy", "-c" }, files), hasMaster ? Words { "kill", "-USR2", pid } : Words() };
    }
    if (software == "caddy") {
        Words file = flagsOf(words, { "--config", "-config" });
        if (file.empty() && !process && !started.empty())
            file = { "--config", "/etc/caddy/Caddyfile" };
        if (file.empty())
            return {};
        return { joined({ "caddy", "validate" }, file), joined({ "caddy", "reload" }, file) };
    }
    return {};
}

std::string line(const Words& words) { return base::shellCommand(words); }
}

ProxyCommands proxyCommands(const model::Node& proxy, const model::HostFacts& host)
{
    ProxyCommands commands;
    // Where nothing runs, its unit says how it would be started.
    const auto unit = std::find_if(host.units.begin(), host.units.end(), [&](const model::Unit& each) { return each.name == proxy.unit; });
    const Ways ways = waysOf(proxy.software, processOf(host, proxy.pid), unit == host.units.end() ? std::string() : unit->execStart);
    const auto lineOf = [](const Words& words) { return words.empty() ? std::string() : line(words); };
    if (!proxy.container.empty()) {
        const Words engine { engineOf(host, proxy.container) };
        if (!ways.test.empty()) {
            // The process ids of the host mean nothing in there: the container's own signal goes to its first process.
            commands.test = line(joined(engine, { "exec", proxy.container })) + " " + line(waysOf(proxy.software, nullptr).test);
            commands.reload = line(joined(engine, { "kill", "-s", proxy.software == "haproxy" ? "USR2" : "HUP", proxy.container }));
        }
        commands.restart = line(joined(engine, { "restart", proxy.container }));
        return commands;
    }
    commands.test = lineOf(ways.test);
    const bool hasUnit = proxy.unit.ends_with(".service");
    if (hasUnit && host.initSystem == "systemd") {
        if (!ways.test.empty())
            commands.reload = line({ "systemctl", "reload", proxy.unit });
        commands.restart = line({ "systemctl", "restart", proxy.unit });
    } else if (host.initSystem == "openrc" && !ways.test.empty()) {
        commands.reload = line({ "rc-service", proxy.software, "reload" });
        commands.restart = line({ "rc-service", proxy.software, "restart" });
    } else {
        commands.reload = lineOf(ways.reload);
    }
    return commands;
}

std::map<std::string, std::string> proxyProcedures(const faults::HopView& view, const model::Node* mended)
{
    std::map<std::string, std::string> procedures;
    const auto isProxy = [](const model::Node* node) {
        return node && (node->kind == model::NodeKind::Proxy || node->kind == model::NodeKind::LoadBalancer);
    };
    const bool isCallee = isProxy(view.callee) && view.calleeHost;
    const bool isCaller = isProxy(view.caller) && view.callerHost && !(isCallee && mended == view.callee);
    if (!isCaller && !isCallee)
        return procedures;
    const model::Node& proxy = isCaller ? *view.caller : *view.callee;
    const ProxyCommands commands = proxyCommands(proxy, isCaller ? *view.callerHost : *view.calleeHost);
    const std::string first = commands.test.empty() ? "" : commands.test + " && ";
    if (!commands.test.empty())
        procedures["proxyTest"] = commands.test;
    if (!commands.reload.empty())
        procedures["proxyReload"] = first + commands.reload;
    if (!commands.restart.empty()) // a container's new start tests it by itself
        procedures["proxyRestart"] = (proxy.container.empty() ? first : "") + commands.restart;
    return procedures;
}

}
