#include "core/history/recordjson.h"

#include "core/history/recordvalue.h"

namespace hopscope::history {
namespace {

    namespace outcome = model::outcome;

    struct OutcomeWriter {
        Json operator()(const outcome::Captured&) const { return { { "is", "captured" } }; }
        Json operator()(const outcome::ExitedNonZero& value) const
        {
            return { { "is", "exited" }, { "status", value.status } };
        }
        Json operator()(const outcome::TimedOut& value) const
        {
            return { { "is", "timed-out" }, { "limitMs", value.limit.count() } };
        }
        Json operator()(const outcome::Denied& value) const
        {
            return { { "is", "denied" }, { "reason", bytesJson(value.reason) } };
        }
        Json operator()(const outcome::NotInstalled& value) const
        {
            return { { "is", "not-installed" }, { "program", bytesJson(value.program) } };
        }
        Json operator()(const outcome::TransportLost& value) const
        {
            return { { "is", "transport-lost" }, { "error", errorJson(value.error) } };
        }
        Json operator()(const outcome::Skipped& value) const
        {
            return { { "is", "skipped" }, { "reason", bytesJson(value.reason) } };
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
    Json json = Json::object();
    json["host"] = bytesJson(session.host.value());
    json["error"] = session.error ? errorJson(*session.error) : Json();
    json["address"] = bytesJson(session.address);
    json["user"] = bytesJson(session.user);
    json["connectMs"] = session.connect.count();
    json["authenticateMs"] = session.authenticate.count();
    json["clockOffsetMs"] = session.clockOffset ? Json(session.clockOffset->count()) : Json();
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
