#include "core/discovery/routing/walk.h"

#include "core/discovery/pattern.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace hopscope::discovery::routing {

namespace {
constexpr int maximumDepth = 32;
constexpr std::size_t maximumRules = 20'000; ///< looked at for one request
constexpr std::size_t maximumGathered = 200'000; ///< rules that may share what is nested in them
constexpr std::size_t maximumTargets = 5'000;

bool isTlsProtocol(model::Protocol protocol)
{
    return protocol == model::Protocol::Https || protocol == model::Protocol::Grpcs || protocol == model::Protocol::Tls;
}

/// "{http.request.uri}" and the like keep what the request asked for; a path without "?" keeps the query.
void setPath(State& state, const std::string& text)
{
    const std::string expanded = state.expand(text);
    const std::size_t question = expanded.find('?');
    const std::string query = state.request.query;
    state.request.setTarget(expanded);
    if (question == std::string::npos && text.find('?') == std::string::npos)
        state.request.query = query;
}

void replaceAll(std::string& text, const std::string& old, const std::string& with)
{
    if (old.empty())
        return;
    for (std::size_t at = text.find(old); at != std::string::npos && text.size() < 64 * 1024; at = text.find(old, at + with.size()))
        text.replace(at, old.size(), with);
}

/// "$1", "${name}", "\1" in a replacement.
std::string filled(const std::string& replacement, const PatternMatch& match)
{
    std::string text;
    for (std::size_t i = 0; i < replacement.size(); ++i) {
        const char sign = replacement[i];
        if ((sign != '$' && sign != '\\') || i + 1 >= replacement.size()) {
            text += sign;
            continue;
        }
        std::string name;
        if (replacement[i + 1] == '{') {
            const std::size_t end = std::min(replacement.find('}', i), replacement.size());
            name = replacement.substr(i + 2, end - i - 2);
            i = end;
        } else if (std::isdigit(static_cast<unsigned char>(replacement[i + 1]))) {
            name = replacement[++i];
        } else {
            text += sign;
            continue;
        }
        std::size_t number = 0;
        const auto [last, error] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (error == std::errc() && last == name.data() + name.size())
            text += number < match.groups.size() ? match.groups[number] : std::string();
        else if (const auto found = match.names.find(name); found != match.names.end())
            text += found->second;
    }
    return text;
}

void withSlash(std::string& path)
{
    if (!path.starts_with('/'))
        path.insert(path.begin(), '/');
}

void apply(const Rewrite& rewrite, State& state)
{
    std::string& path = state.request.path;
    switch (rewrite.how) {
    case Rewrite::How::Path: setPath(state, rewrite.text); return;
    case Rewrite::How::StripPrefix: {
        std::string prefix = state.expand(rewrite.text);
        while (prefix.size() > 1 && prefix.ends_with('/') && !path.starts_with(prefix))
            prefix.pop_back();
        if (path.starts_with(prefix))
            path.erase(0, prefix.size());
        withSlash(path);
        return;
    }
    case Rewrite::How::StripSuffix:
        if (path.ends_with(rewrite.text))
            path.resize(path.size() - rewrite.text.size());
        withSlash(path);
        return;
    case Rewrite::How::StripPattern:
        if (const auto match = Pattern("^(?:" + rewrite.text + ")").match(path))
            path.erase(0, match->end);
        withSlash(path);
        return;
    case Rewrite::How::AddPrefix: path.insert(0, state.expand(rewrite.text)); return;
    case Rewrite::How::Replace: {
        std::string target = state.request.target();
        replaceAll(target, state.expand(rewrite.text), state.expand(rewrite.replacement));
        state.request.setTarget(target);
        return;
    }
    case Rewrite::How::ReplacePattern:
        if (const auto match = Pattern(rewrite.text).match(path)) {
            const std::string& whole = match->groups.front();
            const std::string with = filled(state.expand(rewrite.replacement), *match);
            std::string replaced = path.substr(0, match->end - whole.size()) + with + path.substr(match->end);
            const std::string query = state.request.query;
            state.request.setTarget(replaced);
            if (replaced.find('?') == std::string::npos)
                state.request.query = query;
        }
        return;
    }
}

/// What the upstream is asked, and its endpoint with placeholders filled in.
ProxyTarget targetFor(const Upstream& upstream, const Pass& pass, const ProxyListener& listener, const State& state, bool isOnPath)
{
    ProxyTarget target;
    target.from = listener;
    target.protocol = upstream.protocol;
    target.declared = upstream.declared;
    target.group = pass.upstreams.size() > 1 ? pass.group : std::string();
    target.isOnPath = isOnPath && !upstream.isMirror && !upstream.isOptional && !upstream.declared.isDown;
    target.isMirror = upstream.isMirror;
    model::Declared& declared = target.declared;
    if (isOnPath) {
        declared.endpoint.host = state.expand(declared.endpoint.host);
        declared.endpoint.path = state.expand(declared.endpoint.path);
        declared.scriptFile = state.expand(declared.scriptFile);
    }
    const bool hasUnknownPort = declared.endpoint.port == 0 && !declared.endpoint.isUnix();
    if (hasUnknownPort)
        declared.endpoint.port = isTlsProtocol(upstream.protocol) ? 443 : 80;
    State inner = state;
    inner.variables["http.reverse_proxy.upstream.hostport"] = declared.endpoint.text();
    inner.variables["http.reverse_proxy.upstream.host"] = declared.endpoint.host;
    inner.variables["http.reverse_proxy.upstream.port"] = std::to_string(declared.endpoint.port);
    target.next = inner.request;
    if (!upstream.declared.requestHost.empty())
        target.next.setHost(inner.expand(upstream.declared.requestHost));
    declared.requestHost = target.next.hostText;
    if (!isOnPath && declared.requestHost.empty())
        declared.requestHost = declared.endpoint.host;
    target.next.path = upstream.pathPrefix + target.next.path;
    declared.requestPath = target.next.target();
    target.next.isTls = isTlsProtocol(upstream.protocol);
    target.next.port = declared.endpoint.port;
    target.next.socket = declared.endpoint.path;
    target.next.address.clear();
    declared.serverName = inner.expand(declared.serverName);
    target.next.serverName = declared.serverName;
    target.next.headers.emplace("x-forwarded-proto", state.request.isTls ? "https" : "http");
    target.next.headers.emplace("x-forwarded-host", state.request.hostText);
    return target;
}

class Walker {
public:
    Walker(const ProxyListener& listener, State state)
        : m_listener(listener)
        , m_state(std::move(state))
    {
    }

    void follow(const Rules& rules, int depth)
    {
        if (depth > maximumDepth)
            return;
        std::set<std::string> taken;
        for (const Rule& rule : rules) {
            if (m_walk.isTaken || ++m_looked > maximumRules)
                return;
            if (!rule.oneOf.empty() && taken.contains(rule.oneOf))
                continue;
            if (evaluate(rule.condition, m_state) != Answer::Yes)
                continue;
            if (!rule.oneOf.empty())
                taken.insert(rule.oneOf);
            for (const Step& step : rule.steps) {
                if (m_walk.isTaken)
                    return;
                take(step, depth);
            }
            if (rule.isLast)
                return;
        }
    }

    Walk result() { return std::move(m_walk); }

private:
    void take(const Step& step, int depth)
    {
        if (const auto* rewrite = std::get_if<Rewrite>(&step)) {
            apply(*rewrite, m_state);
        } else if (const auto* set = std::get_if<SetValue>(&step)) {
            const std::string value = m_state.expand(set->value);
            if (set->name.starts_with("vars."))
                m_state.variables[set->name.substr(5)] = value;
            else if (set->name == "host")
                m_state.request.setHost(value);
            else
                m_state.request.headers[set->name] = value;
        } else if (const auto* pass = std::get_if<Pass>(&step)) {
            State asked = m_state;
            if (!pass->askedPath.empty())
                asked.request.setTarget(asked.expand(pass->askedPath));
            for (const Upstream& upstream : pass->upstreams)
                m_walk.targets.push_back(targetFor(upstream, *pass, m_listener, asked, true));
            m_walk.isTaken = !pass->isAsked;
        } else if (const auto* reply = std::get_if<Reply>(&step)) {
            m_walk.note = m_state.expand(reply->note);
            m_walk.isTaken = true;
        } else if (const auto* nested = std::get_if<Nested>(&step); nested && nested->rules) {
            follow(*nested->rules, depth + 1);
        }
    }

    ProxyListener m_listener;
    State m_state;
    Walk m_walk;
    std::size_t m_looked = 0;
};

void gather(const Rules& rules, const ProxyListener& listener, const State& state, int depth, std::size_t& looked, std::vector<ProxyTarget>& targets)
{
    if (depth > maximumDepth)
        return;
    for (const Rule& rule : rules) {
        if (++looked > maximumGathered)
            return;
        // A name that the rule asks for is what its target is asked for.
        State here = state;
        const auto nameFrom = [&](const Condition& condition) {
            if (condition.kind == Condition::Kind::Host && !condition.values.empty() && condition.values.front().find('*') == std::string::npos)
                here.request.setHost(condition.values.front());
        };
        nameFrom(rule.condition);
        for (const Condition& part : rule.condition.parts)
            if (rule.condition.kind == Condition::Kind::All || rule.condition.kind == Condition::Kind::Any)
                nameFrom(part);
        for (const Step& step : rule.steps) {
            if (targets.size() > maximumTargets)
                return;
            if (const auto* pass = std::get_if<Pass>(&step))
                for (const Upstream& upstream : pass->upstreams)
                    targets.push_back(targetFor(upstream, *pass, listener, here, false));
            else if (const auto* nested = std::get_if<Nested>(&step); nested && nested->rules)
                gather(*nested->rules, listener, here, depth + 1, looked, targets);
        }
    }
}

void changeRules(Rules& rules, const std::function<void(model::Declared&)>& change, int depth)
{
    if (depth > maximumDepth)
        return;
    for (Rule& rule : rules)
        for (Step& step : rule.steps) {
            if (auto* pass = std::get_if<Pass>(&step)) {
                for (Upstream& upstream : pass->upstreams)
                    change(upstream.declared);
            } else if (auto* nested = std::get_if<Nested>(&step); nested && nested->rules) {
                Rules inner = *nested->rules;
                changeRules(inner, change, depth + 1);
                nested->rules = std::make_shared<const Rules>(std::move(inner));
            }
        }
}
}

Walk walk(const Server& server, const ProxyListener& listener, State state)
{
    Walker walker(listener, std::move(state));
    walker.follow(server.rules, 0);
    Walk result = walker.result();
    if (!result.isTaken)
        result.note = server.unmatched;
    return result;
}

std::vector<ProxyTarget> targetsOf(const Server& server, const ProxyListener& listener)
{
    std::vector<ProxyTarget> targets;
    State state;
    state.request.port = listener.port;
    state.request.isTls = listener.isTls;
    state.request.socket = listener.path;
    std::size_t looked = 0;
    gather(server.rules, listener, state, 0, looked, targets);
    gather(server.otherRules, listener, state, 0, looked, targets);
    return targets;
}

void relocate(Server& server, const std::function<void(model::Declared&)>& change)
{
    changeRules(server.rules, change, 0);
    changeRules(server.otherRules, change, 0);
}

}
