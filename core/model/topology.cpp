#include "core/model/topology.h"

namespace hopscope::model {

std::string FilePlace::text() const { return line > 0 && !file.empty() ? file + ":" + std::to_string(line) : file; }

std::string Endpoint::text() const
{
    if (isUnix())
        return "unix:" + path;
    if (port == 0 && host.find_first_of("{<$") != std::string::npos)
        return host; // a template's placeholder, with whatever it gives as port
    const bool isIpv6 = host.find(':') != std::string::npos && host.front() != '[';
    return (isIpv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool isProxy(const Node* node)
{
    return node && (node->kind == NodeKind::Proxy || node->kind == NodeKind::LoadBalancer || node->kind == NodeKind::Sidecar);
}

const Node* Topology::node(const base::NodeId& wanted) const
{
    for (const Node& each : nodes)
        if (each.id == wanted)
            return &each;
    return nullptr;
}

const Hop* Topology::hop(const base::HopId& wanted) const
{
    for (const Hop& each : hops)
        if (each.id == wanted)
            return &each;
    return nullptr;
}

const char* id(NodeKind kind)
{
    switch (kind) {
    case NodeKind::Client: return "client";
    case NodeKind::LoadBalancer: return "load-balancer";
    case NodeKind::Proxy: return "proxy";
    case NodeKind::Sidecar: return "sidecar";
    case NodeKind::App: return "app";
    case NodeKind::Database: return "database";
    case NodeKind::Cache: return "cache";
    case NodeKind::External: return "external";
    }
    return "external";
}

const char* id(State state)
{
    switch (state) {
    case State::Ok: return "ok";
    case State::Warning: return "warning";
    case State::Failing: return "failing";
    case State::Skipped: return "skipped";
    case State::Unknown: return "unknown";
    }
    return "unknown";
}

const char* id(Protocol protocol)
{
    switch (protocol) {
    case Protocol::Http: return "http";
    case Protocol::Https: return "https";
    case Protocol::Http2: return "http2";
    case Protocol::FastCgi: return "fastcgi";
    case Protocol::Uwsgi: return "uwsgi";
    case Protocol::Scgi: return "scgi";
    case Protocol::Grpc: return "grpc";
    case Protocol::Grpcs: return "grpcs";
    case Protocol::Ajp: return "ajp";
    case Protocol::Tcp: return "tcp";
    case Protocol::Tls: return "tls";
    case Protocol::Udp: return "udp";
    case Protocol::Postgresql: return "postgresql";
    case Protocol::Mysql: return "mysql";
    case Protocol::Redis: return "redis";
    case Protocol::Memcached: return "memcached";
    case Protocol::Mongodb: return "mongodb";
    case Protocol::Amqp: return "amqp";
    case Protocol::Kafka: return "kafka";
    }
    return "tcp";
}

}
