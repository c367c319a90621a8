#include "core/discovery/image.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::discovery {

namespace {
using model::NodeKind;

struct Known {
    std::string_view name; ///< how the image's last part begins, up to a '-' or its end
    std::string_view id;
    NodeKind kind = NodeKind::App;
};

constexpr auto images = std::to_array<Known>({
    { "nginx", "nginx", NodeKind::Proxy },
    { "nginx-proxy", "nginx", NodeKind::Proxy },
    { "swag", "nginx", NodeKind::Proxy },
    { "openresty", "nginx", NodeKind::Proxy },
    { "nginx-unprivileged", "nginx", NodeKind::Proxy },
    { "httpd", "apache", NodeKind::Proxy },
    { "apache", "apache", NodeKind::Proxy },
    { "haproxy", "haproxy", NodeKind::Proxy },
    { "caddy", "caddy", NodeKind::Proxy },
    { "traefik", "traefik", NodeKind::Proxy },
    { "envoy", "envoy", NodeKind::Proxy },
    { "kong", "kong", NodeKind::Proxy },
    { "varnish", "varnish", NodeKind::Cache },
    { "postgres", "postgresql", NodeKind::Database },
    { "postgresql", "postgresql", NodeKind::Database },
    { "postgis", "postgresql", NodeKind::Database },
    { "timescaledb", "postgresql", NodeKind::Database },
    { "pgbouncer", "pgbouncer", NodeKind::Database },
    { "timescaledb-ha", "postgresql", NodeKind::Database },
    { "pgvector", "postgresql", NodeKind::Database },
    { "mysql", "mysql", NodeKind::Database },
    { "percona", "mysql", NodeKind::Database },
    { "mariadb", "mariadb", NodeKind::Database },
    { "mongo", "mongodb", NodeKind::Database },
    { "mongodb", "mongodb", NodeKind::Database },
    { "redis", "redis", NodeKind::Cache },
    { "valkey", "redis", NodeKind::Cache },
    { "keydb", "redis", NodeKind::Cache },
    { "dragonfly", "redis", NodeKind::Cache },
    { "redis-stack", "redis", NodeKind::Cache },
    { "redis-stack-server", "redis", NodeKind::Cache },
    { "memcached", "memcached", NodeKind::Cache },
    { "rabbitmq", "rabbitmq", NodeKind::Database },
    { "kafka", "kafka", NodeKind::Database },
    { "redpanda", "kafka", NodeKind::Database },
    { "elasticsearch", "elasticsearch", NodeKind::Database },
    { "opensearch", "opensearch", NodeKind::Database },
    { "clickhouse", "clickhouse", NodeKind::Database },
    { "clickhouse-server", "clickhouse", NodeKind::Database },
    { "node", "node" },
    { "python", "python" },
    { "ruby", "ruby" },
    { "php", "php" },
    { "golang", "go" },
    { "openjdk", "java" },
    { "eclipse-temurin", "java" },
    { "amazoncorretto", "java" },
    { "tomcat", "tomcat" },
    { "wordpress", "apache" },
    { "phpmyadmin", "apache" },
    { "drupal", "apache" },
    { "ghost", "node" },
    { "uvicorn-gunicorn-fastapi", "gunicorn" },
});

std::string_view lastPart(std::string_view image)
{
    image = image.substr(0, image.find('@'));
    image.remove_prefix(image.rfind('/') + 1);
    return image;
}
}

Software softwareOfImage(std::string_view image)
{
    std::string_view name = lastPart(image);
    const std::string_view tag = name.substr(std::min(name.find(':'), name.size()));
    name = name.substr(0, name.find(':'));
    if (tag.find("fpm") != std::string_view::npos && (name == "php" || name == "wordpress"))
        return { "php-fpm", NodeKind::App };
    for (const std::string_view vendor : { "cp-", "bitnami-" }) // "confluentinc/cp-kafka"
        if (name.starts_with(vendor))
            name.remove_prefix(vendor.size());
    for (const Known& each : images)
        if (name == each.name)
            return { std::string(each.id), each.kind };
    // "redis-alpine" is Redis; "redis-exporter" and "node-exporter" are something else.
    for (const Known& each : images)
        if (name.size() > each.name.size() && name.starts_with(each.name) && name[each.name.size()] == '-') {
            const std::string_view rest = name.substr(each.name.size() + 1);
            if (rest == "alpine" || rest == "server" || rest == "ha" || rest == "unprivileged" || rest == "debian")
                return { std::string(each.id), each.kind };
        }
    return {};
}

bool isObserver(std::string_view image)
{
    constexpr auto words = std::to_array<std::string_view>({ "prometheus", "grafana", "alertmanager", "promtail", "loki", "fluent", "vector", "telegraf", "otel",
        "opentelemetry", "jaeger", "tempo", "filebeat", "metricbeat", "logstash", "exporter", "datadog", "blackbox" });
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return image.find(word) != std::string_view::npos; });
}

std::string_view versionOfImage(std::string_view image)
{
    std::string_view name = lastPart(image);
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos)
        return {};
    std::string_view tag = name.substr(colon + 1);
    const std::size_t start = tag.starts_with('v') ? 1 : 0;
    if (tag.size() <= start || !std::isdigit(static_cast<unsigned char>(tag[start])))
        return {};
    const std::size_t end = tag.find_first_not_of("0123456789.", start);
    return tag.substr(start, end == std::string_view::npos ? end : end - start);
}

}
