#include "core/parse/listenerowner.h"

#include <set>

namespace hopscope::parse {
namespace {

using model::Listener;
using model::Process;

std::string unitOf(const model::HostFacts& host, const Listener& listener)
{
    if (!listener.unit.empty())
        return listener.unit;
    if (listener.user.empty() || listener.user == "root")
        return {};
    std::set<std::string> units;
    for (const Process& process : host.processes) {
        if (process.user == listener.user && process.unit.ends_with(".service"))
            units.insert(process.unit);
    }
    return units.size() == 1 ? *units.begin() : std::string();
}

}

void nameListenersOwners(model::HostFacts& host)
{
    for (Listener& listener : host.listeners) {
        if (listener.pid || listener.kind != model::SocketKind::Tcp)
            continue;
        const std::string unit = unitOf(host, listener);
        const Process* first = nullptr; // the lowest id is the main process, which opened the socket
        for (const Process& process : host.processes) {
            if (!unit.empty() && process.unit == unit && (!first || process.pid < first->pid))
                first = &process;
        }
        if (!first)
            continue;
        listener.pid = first->pid;
        listener.process = first->name;
    }
}

}
