#include "core/history/recordjson.h"

#include "core/history/recordvalue.h"

namespace hopscope::history {
namespace {

    namespace outcome = model::outcome;

    struct OutcomeWriter {
        Json operator()(const outcome::Captured&) const { return { { "is", "captured" } }; }
        Json operator()(const outcome::ExitedNonZero& value) const
        {
            const auto& [status] = value;
            return { { "is", "exited" }, { "status", status } };
        }
        Json operator()(const outcome::TimedOut& value) const
        {
            const auto& [limit] = value;
            return { { "is", "timed-out" }, { "limitMs", limit.count() } };
        }
        Json operator()(const outcome::Denied& value) const
        {
            const auto& [reason] = value;
            return { { "is", "denied" }, { "reason", bytesJson(reason) } };
        }
        Json operator()(const outcome::NotInstalled& value) const
        {
            const auto& [program] = value;
            return { { "is", "not-installed" }, { "program", bytesJson(program) } };
        }
        Json operator()(const outcome::TransportLost& value) const
        {
            const auto& [error] = value;
            return { { "is", "transport-lost" }, { "error", errorJson(error) } };
        }
        Json operator()(const outcome::Skipped& value) const
        {
            const auto& [reason] = value;
            return { { "is", "skipped" }, { "reason", bytesJson(reason) } };
        }
    };

}

Json jsonOf(const model::Outcome& outcome) { return std::visit(OutcomeWriter(), outcome); }

model::Outcome outcomeOf(const Json& json)
{
    const std::string is = bytesOf(json, "is");
    if (is == "captured")
        return outcome::Captured {};
    if (is == "exited")
        return outcome::ExitedNonZero { int(integerOf(json, "status")) };
    if (is == "timed-out")
        return outcome::TimedOut { durationOf(json, "limitMs") };
    if (is == "denied")
        return outcome::Denied { bytesOf(json, "reason") };
    if (is == "not-installed")
        return outcome::NotInstalled { bytesOf(json, "program") };
    if (is == "transport-lost")
        return outcome::TransportLost { errorOf(member(json, "error")) };
    if (is == "skipped")
        return outcome::Skipped { bytesOf(json, "reason") };
    // Never taken for captured: what this program can't read must not turn green.
    throw BadRecord { "is" };
}

Json jsonOf(const model::HostSession& session)
{
    const auto& [host, error, address, user, connect, authenticate, clockOffset] = session;
    Json json = Json::object();
    json["host"] = bytesJson(host.value());
    json["error"] = error ? errorJson(*error) : Json();
    json["address"] = bytesJson(address);
    json["user"] = bytesJson(user);
    json["connectMs"] = connect.count();
    json["authenticateMs"] = authenticate.count();
    json["clockOffsetMs"] = clockOffset ? Json(clockOffset->count()) : Json();
    return json;
}

model::HostSession sessionOf(const Json& json)
{
    model::HostSession session;
    session.host = base::HostId(bytesOf(json, "host"));
    if (const Json& error = member(json, "error"); !error.is_null())
        session.error = errorOf(error);
    session.address = bytesOf(json, "address");
    session.user = bytesOf(json, "user");
    session.connect = durationOf(json, "connectMs");
    session.authenticate = durationOf(json, "authenticateMs");
    if (!member(json, "clockOffsetMs").is_null())
        session.clockOffset = durationOf(json, "clockOffsetMs");
    return session;
}

}
