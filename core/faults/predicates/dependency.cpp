#include "core/faults/predicates/dependency.h"

#include "core/base/text.h"
#include "core/faults/predicates/ownerunit.h"
#include "core/model/protocolfamily.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::faults {

namespace {

bool holds(const std::string& text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
        [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

bool isGreeted(model::Protocol protocol) { return model::familyOf(protocol) == model::ProtocolFamily::Data; }

/// The words by which programs and drivers call a kind of service.
bool namesKind(const std::string& text, model::Protocol protocol)
{
    using model::Protocol;
    switch (protocol) {
    case Protocol::Postgresql:
        return holds(text,
            { "postgres", "psycopg", "pgsql", "pg::", "pgbouncer", "pg_hba", "asyncpg", "npgsql", "password authentication failed",
                "too many clients", "remaining connection slots", "sqlstate[08", "the database system is" });
    case Protocol::Mysql:
        return holds(text,
            { "mysql", "mariadb", "sqlstate[hy000]", "access denied for user", "er_con_count", "er_access_denied",
                "too many connections", "max_user_connections" });
    case Protocol::Redis:
        return holds(text, { "redis", "noauth", "wrongpass", "misconf", "masterdown", "lettuce", "jedis" });
    case Protocol::Memcached:
        return holds(text, { "memcache", "dalli" });
    case Protocol::Mongodb:
        return holds(text, { "mongo" });
    case Protocol::Amqp:
        return holds(text, { "amqp", "rabbit", "access_refused", "pika", "kombu" });
    case Protocol::Kafka:
        return holds(text, { "kafka", "bootstrap broker", "librdkafka" });
    case Protocol::Http:
    case Protocol::Https:
    case Protocol::Http2:
    case Protocol::FastCgi:
    case Protocol::Uwsgi:
    case Protocol::Scgi:
    case Protocol::Grpc:
    case Protocol::Grpcs:
    case Protocol::Ajp:
    case Protocol::Tcp:
    case Protocol::Tls:
    case Protocol::Udp:
        return false;
    }
    return false;
}

bool isOnlyOneOfItsKind(const HopView& view)
{
    const model::Hop& own = *view.hop;
    return std::none_of(view.topology->hops.begin(), view.topology->hops.end(), [&](const model::Hop& other) {
        return other.from == own.from && other.id != own.id && other.protocol == own.protocol
            && (own.group.empty() || other.group != own.group);
    });
}

bool namesAddress(const HopView& view, const std::string& text)
{
    const model::Endpoint& endpoint = view.hop->declared.endpoint;
    if (endpoint.isUnix())
        return mentions(text, endpoint.path);
    // "connection to server at "10.1.0.4", port 5432 failed": the two stand apart
    const bool namesPort = mentions(text, std::to_string(endpoint.port));
    if (namesPort && (mentions(text, base::lowered(endpoint.host)) || (endpoint.host == "127.0.0.1" && mentions(text, "localhost"))))
        return true;
    for (const model::HopProbe* probe : view.callerProbes)
        for (const std::string& resolved : probe->resolved)
            if (namesPort && mentions(text, resolved))
                return true;
    return false;
}
}

std::optional<Refusal> refusalIn(const model::HopProbe& probe, model::Protocol protocol)
{
    if (!isGreeted(protocol) || probe.errorText.empty())
        return std::nullopt;
    const std::string text = base::lowered(probe.errorText);
    const auto refusal = [&](const char* variant, const char* cause) { return Refusal { variant, cause, probe.errorText }; };
    if (holds(text,
            { "too many clients", "remaining connection slots", "too many connections", "max number of clients",
                "because of many connection errors" }))
        return refusal("overloaded", "dependency-limit-reached");
    if (holds(text, { "is starting up", "not yet accepting", "in recovery mode", "-loading" }))
        return refusal("error-response", "deployment-in-progress");
    if (holds(text, { "is shutting down" }))
        return refusal("error-response", "service-stopped");
    if (holds(text, { "-denied", "is not allowed to connect" }))
        return refusal("request-rejected", "dependency-auth-failed");
    if (holds(text, { "-misconf", "-masterdown" }))
        return refusal("error-response", "");
    return std::nullopt;
}

bool isDependencyHop(const HopView& view)
{
    using model::NodeKind;
    return view.caller && view.callee && view.caller->kind == NodeKind::App
        && (view.callee->kind == NodeKind::Database || view.callee->kind == NodeKind::Cache
            || view.callee->kind == NodeKind::External || isGreeted(view.hop->protocol));
}

bool isOfCaller(const HopView& view, const ReadLine& line)
{
    if (!view.caller || !view.callerHost || line.host != view.callerHost->host)
        return false;
    const model::LogLine& log = *line.line;
    const model::Node& caller = *view.caller;
    if (log.pid > 0 && log.pid == caller.pid)
        return true;
    switch (log.origin) {
    case model::LogOrigin::Kernel:
        return false;
    case model::LogOrigin::Journal:
        return !caller.unit.empty() && log.place == caller.unit;
    case model::LogOrigin::Container:
        return !caller.container.empty() && log.place == caller.container;
    case model::LogOrigin::File:
        break;
    }
    if (caller.workingDirectory.size() > 1 && log.place.starts_with(caller.workingDirectory + "/"))
        return true;
    const bool isNamed = !caller.unit.empty() && log.place.find(stem(caller.unit)) != std::string::npos;
    // A FastCGI pool's scripts write to the proxy's log: "PHP message: …" in nginx's.
    const bool isScript = caller.software == "php-fpm"
        && (log.place.find("php") != std::string::npos || log.text.find("PHP ") != std::string::npos);
    return isNamed || isScript;
}

bool namesItsKind(const HopView& view, const ReadLine& line)
{
    return namesKind(base::lowered(line.line->text), view.hop->protocol)
        || (!line.reading.component.empty() && namesKind(line.reading.component, view.hop->protocol));
}

bool saysHandleIsClosed(const ReadLine& line)
{
    return holds(base::lowered(line.line->text),
        { "connection already closed", "cursor already closed", "connection is closed", "connection has been closed", "pool is closed",
            "client is closed", "database is closed", "connection error and is not queryable", "after fatal error" });
}

namespace {
bool answersNow(const model::HopProbe& probe)
{
    return probe.connect == model::ConnectResult::Connected && probe.reply == model::ReplyResult::Answered;
}

const model::Unit* unitOfCaller(const HopView& view)
{
    const auto& units = view.callerHost->units;
    const auto unit = std::find_if(units.begin(), units.end(), [&](const model::Unit& each) { return each.name == view.caller->unit; });
    return unit != units.end() ? &*unit : nullptr;
}

bool hasCallerEnded(const HopView& view)
{
    const model::Unit* unit = unitOfCaller(view);
    return unit && unit->activeState == "failed" && unit->restarts == 0;
}

/// From before somebody started the caller anew. What restarts by itself has no life of its own.
bool isOfEarlierLife(const HopView& view, const ReadLine& line)
{
    constexpr base::Milliseconds aboutThen = std::chrono::seconds(2);
    const model::Unit* unit = unitOfCaller(view);
    return unit && unit->restarts == 0 && unit->activeSince && line.line->at && *line.line->at < *unit->activeSince - aboutThen;
}
}

namespace {
/// What an app that has ended heard from the dependency before that was started anew, and answers: the story of another day.
bool isOfDependencysEarlierLife(const HopView& view, const ReadLine& line)
{
    constexpr base::Milliseconds accuracy = std::chrono::seconds(1);
    if (!view.unit || view.unitCertainty < 0.8 || !view.unit->activeSince || !line.line->at || !view.callerHost || !hasCallerEnded(view))
        return false;
    return *line.line->at < *view.unit->activeSince + accuracy
        && std::any_of(view.callerProbes.begin(), view.callerProbes.end(), [](const auto* probe) { return answersNow(*probe); });
}
}

bool areDependenciesWell(const HopView& view)
{
    bool isAnyWell = false;
    for (const model::Hop& hop : view.topology->hops) {
        if (!view.callee || hop.from != view.callee->id)
            continue;
        for (const model::HopProbe& probe : view.facts->probes) {
            if (probe.hop != hop.id || probe.seat != model::Seat::Caller)
                continue;
            if (!answersNow(probe))
                return false;
            isAnyWell = true;
        }
    }
    return isAnyWell;
}

bool isAboutDependency(const HopView& view, const ReadLine& line)
{
    if (!isDependencyHop(view) || !isOfCaller(view, line) || isOfEarlierLife(view, line) || isOfDependencysEarlierLife(view, line))
        return false;
    // A connection that was lost once tells nothing of one that takes new ones; where it ended the app, that is the story.
    const bool isLost = saysHandleIsClosed(line) || (line.reading.variant == "reset-before-headers" && hasCallerEnded(view));
    if (isLost && std::any_of(view.callerProbes.begin(), view.callerProbes.end(), [](const auto* probe) { return answersNow(*probe); }))
        return false;
    const std::string text = base::lowered(line.line->text);
    if (namesAddress(view, text))
        return true;
    return line.reading.role == Role::Dependency && isOnlyOneOfItsKind(view)
        && namesItsKind(view, line);
}

}
