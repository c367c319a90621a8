#include "core/discovery/hostindex.h"

#include "core/base/address.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hopscope::discovery {

namespace {
constexpr int maximumAncestors = 64;
constexpr std::size_t maximumFamily = 4096;
}

bool isThisHost(std::string_view address)
{
    return base::isLoopback(address) || (!address.empty() && address != "*" && base::isWildcard(address));
}

std::string plainAddress(std::string_view address)
{
    if (address.starts_with('[')) {
        address.remove_prefix(1);
        address = address.substr(0, address.find(']'));
    }
    address = address.substr(0, address.find('%'));
    if (address.starts_with("::ffff:") && address.find('.') != std::string_view::npos)
        address.remove_prefix(7);
    return std::string(address);
}

HostIndex::HostIndex(const model::HostFacts& facts)
    : m_facts(&facts)
{
    for (const model::Process& process : facts.processes) {
        m_processes.emplace(process.pid, &process);
        m_children.emplace(process.parent, &process);
    }
}

namespace {

/// What an interpreter was told to run: its first word that is no option. Empty where the command line does not say.
std::string_view scriptOf(const model::Process& process)
{
    static constexpr std::array<std::string_view, 7> interpreters { "python", "node", "ruby", "perl", "php", "bash", "sh" };
    const std::string_view line = process.commandLine;
    std::string_view program = line.substr(0, line.find(' '));
    program.remove_prefix(program.rfind('/') == std::string_view::npos ? 0 : program.rfind('/') + 1);
    program = program.substr(0, program.find_last_not_of("0123456789.") + 1); // python3.11, php8.2
    const bool isInterpreter = std::find(interpreters.begin(), interpreters.end(), program) != interpreters.end();
    std::size_t at = line.find(' ');
    while (isInterpreter && at != std::string_view::npos) {
        const std::string_view word = line.substr(at + 1, line.find(' ', at + 1) - at - 1);
        if (!word.empty() && word.front() != '-')
            return word;
        at = line.find(' ', at + 1);
    }
    return {};
}

/// A script that another script of the same interpreter started is no worker of it.
bool runsOtherScript(const model::Process& parent, const model::Process& child)
{
    const std::string_view one = scriptOf(parent);
    const std::string_view other = scriptOf(child);
    return !one.empty() && !other.empty() && one != other;
}

}

const model::Process* HostIndex::process(int pid) const
{
    const auto found = m_processes.find(pid);
    return found == m_processes.end() ? nullptr : found->second;
}

const model::Unit* HostIndex::unit(std::string_view name) const
{
    const auto found = std::find_if(m_facts->units.begin(), m_facts->units.end(),
        [&](const model::Unit& unit) { return unit.name == name; });
    return found == m_facts->units.end() ? nullptr : &*found;
}

std::vector<const model::Process*> HostIndex::family(int pid) const
{
    const model::Process* top = process(pid);
    if (!top)
        return {};
    for (int i = 0; i < maximumAncestors; ++i) {
        const model::Process* parent = process(top->parent);
        const bool isSame = parent && parent != top && parent->pid > 1
            && (parent->name == top->name || (!parent->executable.empty() && parent->executable == top->executable))
            && parent->unit == top->unit && !parent->commandLine.starts_with("PM2 ") && !runsOtherScript(*parent, *top);
        if (!isSame)
            break;
        top = parent;
    }
    std::vector<const model::Process*> all { top };
    for (std::size_t i = 0; i < all.size() && all.size() < maximumFamily; ++i) {
        const auto [first, last] = m_children.equal_range(all[i]->pid);
        for (auto each = first; each != last; ++each)
            if (std::find(all.begin(), all.end(), each->second) == all.end())
                all.push_back(each->second);
    }
    return all;
}

SocketOwner HostIndex::ownerOf(const model::Listener& listener) const
{
    SocketOwner owner;
    owner.container = listener.container;
    const model::Process* own = listener.pid ? process(*listener.pid) : nullptr;
    if (!own) {
        // Not shown without root, or started since the processes were listed.
        model::Process shape;
        shape.name = listener.process;
        owner.software = softwareOf(shape);
        owner.unit = listener.unit;
        owner.user = listener.user;
        const model::Unit* itsUnit = unit(listener.unit);
        if (owner.software.id == "unknown" && itsUnit)
            owner.software = softwareOf(*itsUnit);
        return owner;
    }
    const std::vector<const model::Process*> processes = family(own->pid);
    owner.process = processes.front();
    owner.unit = own->unit;
    owner.user = own->user;
    if (!own->container.empty())
        owner.container = own->container;
    owner.software = softwareOf(*own);
    if (owner.software.id == "unknown")
        owner.software = softwareOf(*owner.process);
    if (owner.software.id == "unknown")
        if (const model::Unit* itsUnit = unit(owner.unit))
            owner.software = softwareOf(*itsUnit);
    // systemd itself holds the socket of a socket unit until the service is started.
    if (own->pid == 1)
        for (const model::Unit& each : m_facts->units) {
            const std::string port = ":" + std::to_string(listener.port);
            for (const std::string& text : each.listens)
                if (listener.kind == model::SocketKind::Unix ? text == listener.path
                                                             : text.ends_with(port) || text == port.substr(1)) {
                    owner.unit = each.name;
                    owner.software = softwareOf(each);
                }
        }
    for (const model::Process* each : processes)
        if (owner.user == "root" && each->user != "root" && each->name == own->name)
            owner.user = each->user;
    return owner;
}

bool HostIndex::hasAddress(std::string_view address) const
{
    const std::string plain = plainAddress(address);
    return !isThisHost(plain)
        && std::any_of(m_facts->addresses.begin(), m_facts->addresses.end(),
            [&](const std::string& each) { return plainAddress(each) == plain; });
}

std::vector<const model::Listener*> HostIndex::accepting(std::string_view address, base::Port port) const
{
    const std::string wanted = plainAddress(address);
    const bool isIpv6 = wanted.find(':') != std::string::npos;
    std::vector<const model::Listener*> found;
    for (const model::Listener& each : m_facts->listeners) {
        if (each.kind != model::SocketKind::Tcp || each.port != port || !each.container.empty())
            continue;
        const std::string own = plainAddress(each.address);
        const bool isSame = own == wanted || own == "*" || (wanted == "localhost" && isThisHost(own))
            || (own == "0.0.0.0" && !isIpv6) || (own == "::" && isIpv6)
            || (wanted == "0.0.0.0" && own.starts_with("127.")) || (wanted == "::" && own == "::1");
        if (isSame)
            found.push_back(&each);
    }
    return found;
}

std::vector<const model::Listener*> HostIndex::accepting(std::string_view socketPath) const
{
    // /var/run is /run on every current system.
    const auto canonical = [](std::string_view path) {
        return path.starts_with("/var/run/") ? path.substr(4) : path;
    };
    std::vector<const model::Listener*> found;
    for (const model::Listener& each : m_facts->listeners)
        if (each.kind == model::SocketKind::Unix && each.container.empty() && canonical(each.path) == canonical(socketPath))
            found.push_back(&each);
    // Debian's php-fpm.sock is a link to the socket of the newest PHP-FPM: "/run/php/php8.2-fpm.sock".
    if (!found.empty() || !canonical(socketPath).ends_with("/php-fpm.sock"))
        return found;
    const std::string_view wanted = canonical(socketPath);
    const std::string beginning(wanted.substr(0, wanted.rfind('/') + 4)); // "/run/php/php"
    for (const model::Listener& each : m_facts->listeners)
        if (each.kind == model::SocketKind::Unix && each.container.empty() && canonical(each.path).starts_with(beginning)
            && each.path.ends_with("-fpm.sock") && (found.empty() || found.front()->path < each.path))
            found = { &each };
    return found;
}

std::vector<const model::Listener*> HostIndex::onPort(base::Port port) const
{
    std::vector<const model::Listener*> found;
    for (const model::Listener& each : m_facts->listeners)
        if (each.kind == model::SocketKind::Tcp && each.port == port && each.container.empty())
            found.push_back(&each);
    return found;
}

}
