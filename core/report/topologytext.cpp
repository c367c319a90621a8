#include "core/report/topologytext.h"

namespace hopscope::report {
namespace {

    std::string printable(const std::string& text)
    {
        std::string clean;
        for (const char c : text)
            clean += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
        return clean;
    }

    std::string nodeLine(const model::Node& node)
    {
        std::string line = node.label.empty() ? node.id.value() : node.label;
        if (!node.version.empty())
            line += " " + node.version;
        if (!node.address.empty())
            line += ", " + node.address;
        if (!node.unit.empty())
            line += ", " + node.unit;
        if (node.pid > 0)
            line += ", pid " + std::to_string(node.pid);
        if (!node.user.empty())
            line += ", user " + node.user;
        if (!node.note.empty())
            line += " (" + node.note + ")";
        return line;
    }

    std::string hopLine(const model::Topology& topology, const model::Hop& hop)
    {
        const model::Node* from = topology.node(hop.from);
        const model::Node* to = topology.node(hop.to);
        std::string line = (from ? from->label : hop.from.value()) + " -> " + (to ? to->label : hop.to.value());
        line += "  " + std::string(model::id(hop.protocol)) + " " + hop.declared.endpoint.text();
        if (!hop.declared.place.file.empty())
            line += "  declared at " + hop.declared.place.text();
        return line;
    }

}

std::string topologyText(const model::Topology& topology, const std::vector<model::ConfigWarning>& warnings)
{
    if (topology.nodes.empty() && warnings.empty())
        return "Nothing was found.\n";
    std::string text;
    for (const bool isOnPath : { true, false }) {
        std::string hops;
        for (const model::Hop& hop : topology.hops)
            if (hop.isOnPath == isOnPath)
                hops += "  " + printable(hopLine(topology, hop)) + "\n";
        if (!hops.empty())
            text += (isOnPath ? "The request's way:\n" : "Other hops:\n") + hops;
    }
    text += "Nodes:\n";
    for (const model::Node& node : topology.nodes)
        text += "  " + printable(nodeLine(node)) + "\n";
    for (const model::ConfigWarning& warning : warnings)
        text += "warning: " + printable(warning.place.text() + ": " + warning.message) + "\n";
    return text;
}

}
