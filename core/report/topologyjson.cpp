#include "core/report/jsonvalue.h"

namespace hopscope::report {
namespace {

    Json milliseconds(const std::optional<base::Milliseconds>& time) { return time ? Json(time->count()) : Json(); }

    Json jsonOf(const model::Node& node)
    {
        Json json = Json::object();
        json["id"] = node.id.value();
        json["kind"] = model::id(node.kind);
        json["software"] = node.software;
        json["version"] = node.version;
        json["host"] = node.host ? Json(node.host->value()) : Json();
        json["address"] = node.address;
        json["label"] = node.label;
        json["state"] = model::id(node.state);
        json["pid"] = node.pid > 0 ? Json(node.pid) : Json();
        json["unit"] = node.unit;
        json["user"] = node.user;
        json["container"] = node.container;
        json["object"] = node.object;
        json["workingDirectory"] = node.workingDirectory;
        json["note"] = node.note;
        json["sources"] = node.sources;
        return json;
    }

    Json jsonOf(const model::FilePlace& place)
    {
        if (place.file.empty())
            return {};
        Json json = Json::object();
        json["file"] = place.file;
        json["line"] = place.line > 0 ? Json(place.line) : Json();
        return json;
    }

    Json jsonOf(const model::Listener& listener)
    {
        Json json = Json::object();
        json["address"] = listener.path.empty() ? model::Endpoint { listener.address, listener.port, "" }.text()
                                                : "unix:" + listener.path;
        json["process"] = listener.process;
        json["pid"] = listener.pid ? Json(*listener.pid) : Json();
        return json;
    }

    Json jsonOf(const model::Hop& hop)
    {
        const model::Declared& declared = hop.declared;
        Json json = Json::object();
        json["id"] = hop.id.value();
        json["from"] = hop.from.value();
        json["to"] = hop.to.value();
        json["protocol"] = model::id(hop.protocol);
        json["target"] = declared.endpoint.text();
        json["declaredAt"] = jsonOf(declared.place);
        json["state"] = model::id(hop.state);
        json["latencyMs"] = numberOrNull(hop.latencyMs);
        Json timeouts = Json::object();
        timeouts["connect"] = milliseconds(declared.timeouts.connect);
        timeouts["read"] = milliseconds(declared.timeouts.read);
        timeouts["send"] = milliseconds(declared.timeouts.send);
        json["timeoutsMs"] = std::move(timeouts);
        json["group"] = hop.group;
        json["onPath"] = hop.isOnPath;
        json["backup"] = declared.isBackup;
        json["markedDown"] = declared.isDown;
        if (hop.reported) {
            json["reported"] = Json::object();
            json["reported"]["name"] = hop.reported->group + "/" + hop.reported->server;
            json["reported"]["state"] = hop.reported->state;
            json["reported"]["check"] = hop.reported->check;
            json["reported"]["detail"] = hop.reported->detail;
        }
        json["listening"] = Json::array();
        for (const model::Listener& each : hop.listening)
            json["listening"].push_back(jsonOf(each));
        return json;
    }

}

Json jsonOf(const model::Topology& topology)
{
    Json json = Json::object();
    json["nodes"] = Json::array();
    for (const model::Node& node : topology.nodes)
        json["nodes"].push_back(jsonOf(node));
    json["hops"] = Json::array();
    for (const model::Hop& hop : topology.hops)
        json["hops"].push_back(jsonOf(hop));
    return json;
}

}
