#include "core/diagnosis/path.h"

#include "core/faults/predicates/dependency.h"

#include <algorithm>
#include <array>

namespace hopscope::diagnosis {

using faults::HopView;
using model::State;

namespace {
bool isFailing(const Judgement& judgement)
{
    return judgement.state == State::Failing && judgement.hasSymptom();
}

bool isClient(const model::Node* node) { return node && node->kind == model::NodeKind::Client; }

/// Connected, and what came back was no reply that HTTP allows.
bool isGarbled(const Judgement& judgement)
{
    return judgement.view.isSymptom({ "protocol-mismatch", "invalid-response" });
}

/// An app that can't start may owe it to what it depends on; one that was stopped does not.
bool startsInVain(const Judgement& judgement)
{
    const HopView& view = judgement.view;
    if (!view.unit || view.unit->activeState == "failed" || view.unit->subState == "auto-restart")
        return view.unit;
    // Between two of its deaths, at its first try, or while it waits for what it depends on: it runs, and listens
    // nowhere, or for moments only.
    const bool runs = view.unit->activeState == "active" || view.unit->activeState == "activating";
    return runs && view.calleeHost && view.knowsListeners()
        && std::none_of(view.calleeHost->listeners.begin(), view.calleeHost->listeners.end(),
            [&](const model::Listener& each) {
                return each.unit == view.unit->name && (each.port != view.port() || view.connectedLocally());
            });
}

/// A cluster's service only stands for the pods behind it: refused there, the reason is with them.
bool standsForOthers(const Judgement& judgement)
{
    return judgement.view.cluster && judgement.view.cluster->isIntoService;
}

/// Whether a log of the callee speaks of the hop's own target as the reason.
bool isBlamedInLogs(const Judgement& deeper)
{
    return std::any_of(deeper.view.callerLines.begin(), deeper.view.callerLines.end(),
        [&](const faults::ReadLine* line) { return deeper.view.isFresh(*line, std::chrono::minutes(15)); });
}

/// With the request well: whether the callee complains of the hop's own target still, since that request or again and
/// again. What it said once when it started (of a cache that it can do without) is past.
bool isBlamedStill(const Judgement& deeper)
{
    const HopView& view = deeper.view;
    const base::TimePoint asked
        = view.capture->outside.startedAt == base::TimePoint() ? view.capture->startedAt : view.capture->outside.startedAt;
    std::optional<base::TimePoint> first;
    for (const faults::ReadLine* line : view.callerLines) {
        if (!view.isFresh(*line, std::chrono::minutes(15)))
            continue;
        for (const model::HostSession& session : view.capture->sessions)
            if (session.host == line->host && *line->line->at >= asked + session.clockOffset.value_or(base::Milliseconds(0)))
                return true;
        first = std::min(first.value_or(*line->line->at), *line->line->at);
        if (*line->line->at - *first >= std::chrono::seconds(5) && view.isFresh(*line, std::chrono::minutes(2)))
            return true;
    }
    return false;
}

bool isKnownBy(const model::Node* node, const char* source)
{
    return node && std::find(node->sources.begin(), node->sources.end(), source) != node->sources.end();
}

/// The app's log gives a reason of its own for what it answers.
bool givesOtherReason(const Judgement& app)
{
    static constexpr std::array<const char*, 5> reasons { "app-error", "app-misconfigured", "script-not-found",
        "heap-exhausted", "fd-exhausted" };
    return std::any_of(app.view.calleeLines.begin(), app.view.calleeLines.end(), [&](const faults::ReadLine* line) {
        return std::find(reasons.begin(), reasons.end(), line->reading.cause.value_or("")) != reasons.end()
            && app.view.isFresh(*line, std::chrono::minutes(5));
    });
}

/// How much a dependency that can't be used explains an app's failure; 0: not at all. A file may name a database that the
/// app does not use, and even one that it does use it may not need for this request.
double blameOf(const Judgement& dependency, const Judgement* app)
{
    if (!faults::isDependencyHop(dependency.view) || isBlamedInLogs(dependency))
        return 1;
    // Whom the dependency's own log says it turned away may be anybody; an app with a reason of its own was not.
    const bool isHearsay = !dependency.view.symptom.isProbed && dependency.view.symptom.variant != "response-timed-out";
    if (!dependency.view.symptom.isProbed)
        return isHearsay && app && givesOtherReason(*app) ? 0 : 1;
    const model::Node* node = dependency.view.callee;
    const bool isInUse = isKnownBy(node, "environment") || isKnownBy(node, "connection") || isKnownBy(node, "log");
    if (app && givesOtherReason(*app))
        return isInUse ? 0.6 : 0;
    return isInUse ? 0.92 : 0.75;
}
}

Path::Path(const model::Topology& topology, const std::vector<Judgement>& judgements)
    : m_topology(topology)
    , m_judgements(judgements)
{
}

const Judgement* Path::entry() const
{
    const Judgement* first = nullptr;
    for (const Judgement& each : m_judgements) {
        if (!each.view.hop->isOnPath || !isClient(each.view.caller))
            continue;
        if (isFailing(each))
            return &each;
        if (!first)
            first = &each;
    }
    if (first)
        return first;
    // No client drawn: the hop that no other one leads to.
    for (const Judgement& each : m_judgements)
        if (each.view.hop->isOnPath
            && std::none_of(m_judgements.begin(), m_judgements.end(), [&](const Judgement& other) {
                   return other.view.hop->isOnPath && other.view.hop->to == each.view.hop->from;
               }))
            return &each;
    return nullptr;
}

std::vector<const Judgement*> Path::behind(const base::NodeId& node) const
{
    std::vector<const Judgement*> found;
    for (const Judgement& each : m_judgements)
        if (each.view.hop->isOnPath && each.view.hop->from == node && !each.view.hop->declared.isDown)
            found.push_back(&each);
    return found;
}

bool Path::hasWorkingSibling(const Judgement& judgement) const
{
    const model::Hop& hop = *judgement.view.hop;
    return !hop.group.empty()
        && std::any_of(m_judgements.begin(), m_judgements.end(), [&](const Judgement& other) {
               const model::Hop& sibling = *other.view.hop;
               return sibling.id != hop.id && sibling.group == hop.group && sibling.from == hop.from
                   && sibling.isOnPath && (other.state == State::Ok || other.state == State::Warning || other.serves);
           });
}

Root Path::deepest(const Judgement& judgement, std::vector<base::NodeId>& seen) const
{
    const base::NodeId& node = judgement.view.hop->to;
    if (std::find(seen.begin(), seen.end(), node) != seen.end())
        return { &judgement, hasWorkingSibling(judgement), 1 };
    seen.push_back(node);
    if (judgement.isOwn)
        return { &judgement, hasWorkingSibling(judgement), 1 };
    if (!isStatic(judgement.view.symptom) || startsInVain(judgement) || standsForOthers(judgement)) {
        const Root deeper = behindFailing(node, seen);
        const bool needsBlame = isStatic(judgement.view.symptom) && !standsForOthers(judgement);
        if (deeper.judgement && !deeper.isReplica && (!needsBlame || isBlamedInLogs(*deeper.judgement)))
            return deeper;
    }
    return { &judgement, hasWorkingSibling(judgement), 1 };
}

/// The dependency of which a server that fails now and then, or as one of several, complains; null: none.
const Judgement* Path::complainedOfBehind(const Judgement& server) const
{
    if (isStatic(server.view.symptom) || isProxy(server.view.callee))
        return nullptr;
    for (const Judgement* each : behind(server.view.hop->to))
        if (each->hasSymptom() && (isFailing(*each) || each->isIntermittent) && faults::isDependencyHop(each->view) && isBlamedInLogs(*each))
            return each;
    return nullptr;
}

Root Path::behindFailing(const base::NodeId& node, std::vector<base::NodeId>& seen) const
{
    Root replica;
    // What an attempt showed comes before what only a log says.
    auto hops = behind(node);
    const auto into = std::find_if(m_judgements.begin(), m_judgements.end(), [&](const Judgement& each) {
        return each.view.hop->to == node && each.view.hop->isOnPath && isFailing(each);
    });
    const Judgement* app = into == m_judgements.end() ? nullptr : &*into;
    std::stable_sort(hops.begin(), hops.end(), [&](const Judgement* left, const Judgement* right) {
        const auto rank = [&](const Judgement* each) {
            const int probed = each->view.symptom.isProbed ? 1 : 0;
            const int blamed = isBlamedInLogs(*each) ? 1 : 0;
            // An app's own complaint tells which of its dependencies it needed; of a proxy's, attempts tell more.
            return faults::isDependencyHop(each->view) ? 2 * blamed + probed : 2 * probed + blamed;
        };
        return rank(left) > rank(right);
    });
    for (const Judgement* each : hops) {
        if (each->state == State::Unknown || each->state == State::Skipped) {
            // A hop without an attempt of its own may still hold one that was seen to fail.
            if (std::find(seen.begin(), seen.end(), each->view.hop->to) == seen.end()
                && (isProxy(each->view.callee) || each->view.cluster)) {
                seen.push_back(each->view.hop->to);
                const Root deeper = behindFailing(each->view.hop->to, seen);
                if (deeper.judgement && !deeper.isReplica)
                    return deeper;
            }
            continue;
        }
        if (!isFailing(*each))
            continue;
        const double blame = blameOf(*each, app);
        if (blame == 0)
            continue;
        if (each->isOutOfRotation)
            continue; // it got none of the requests that fail
        if (hasWorkingSibling(*each)) {
            const Judgement* reason = complainedOfBehind(*each);
            if (!replica.judgement)
                replica = { reason ? reason : each, true, 0.7 };
            continue;
        }
        Root root = deepest(*each, seen);
        root.certainty = std::min(root.certainty, blame);
        return root;
    }
    return replica;
}

/// A proxy that looks its upstreams' names up when it loads does not run without them: the name is what is
/// wrong.
const Judgement* Path::unresolvedAtStart(const Judgement& intoProxy) const
{
    if (!isProxy(intoProxy.view.callee) || intoProxy.view.accepting())
        return nullptr;
    for (const Judgement& each : m_judgements) {
        const model::Hop& hop = *each.view.hop;
        if (hop.from == intoProxy.view.hop->to && hop.declared.isResolvedAtStart && isFailing(each)
            && each.view.symptom.variant == "dns-resolution-failed")
            return &each;
    }
    return nullptr;
}

Root Path::guess(const Judgement& entry) const
{
    // 502 and 504 are about something behind the proxy. Which hop: the first that could not be seen to work.
    std::vector<base::NodeId> seen;
    base::NodeId node = entry.view.hop->to;
    const Judgement* last = nullptr;
    const model::HopProbe* probe = entry.view.callerProbe();
    // A proxy that says nothing at all, not even that it waited too long, while what is behind it answers: it is stuck.
    if (entry.view.symptom.variant == "response-timed-out" && !(probe && probe->status)) {
        const auto inner = behind(node);
        if (!inner.empty() && std::all_of(inner.begin(), inner.end(), [](const Judgement* each) {
                return each->state == State::Ok;
            }))
            return { &entry, false, 0.8 };
    }
    while (std::find(seen.begin(), seen.end(), node) == seen.end()) {
        seen.push_back(node);
        const auto next = behind(node);
        if (next.empty())
            break;
        for (const Judgement* each : next)
            if (each->state == State::Unknown)
                return { each, false, 0.45 };
        last = next.front();
        node = last->view.hop->to;
        if (!isProxy(last->view.callee))
            break;
    }
    return { last ? last : &entry, false, last ? 0.35 : 0.5 };
}

/// TLS that the proxy hands on as it came: what fails of it may be behind the proxy.
bool Path::isPassedThrough(const Judgement& into) const
{
    const auto inner = behind(into.view.hop->to);
    return isProxy(into.view.callee) && into.view.isSymptom({ "tls-handshake-failed", "certificate-invalid" })
        && std::any_of(inner.begin(), inner.end(), [](const Judgement* each) {
               return each->view.hop->protocol == model::Protocol::Tls || each->view.hop->protocol == model::Protocol::Tcp;
           });
}

Root Path::rootOfFailure(RequestState request) const
{
    const Judgement* first = entry();
    if (!first)
        return {};
    if (isFailing(*first) && first->isOwn)
        return { first, false, 1 };
    // What the protocol does not allow a proxy may have passed on as it came (nginx, to a reply of HTTP/0.9).
    if (isFailing(*first) && isProxy(first->view.callee) && isGarbled(*first)) {
        std::vector<base::NodeId> seen { first->view.hop->from, first->view.hop->to };
        const Root source = behindFailing(first->view.hop->to, seen);
        if (source.judgement && !source.isReplica && isGarbled(*source.judgement))
            return source;
    }
    if (isFailing(*first) && isStatic(first->view.symptom) && !standsForOthers(*first) && !isPassedThrough(*first)) {
        const Judgement* name = unresolvedAtStart(*first);
        return { name ? name : first, false, 1 };
    }
    std::vector<base::NodeId> seen { first->view.hop->from, first->view.hop->to };
    const Root root = behindFailing(first->view.hop->to, seen);
    if (root.judgement)
        return root;
    if (request != RequestState::Fails || !isFailing(*first))
        return {};
    // Nothing behind was seen to fail. What the proxy itself can answer with (500, 503, a reset), stays its
    // own.
    const model::HopProbe* probe = first->view.callerProbe();
    const int status = probe ? probe->status.value_or(0) : 0;
    if (status == 502 || status == 504 || first->view.symptom.variant == "response-timed-out")
        return guess(*first);
    const auto inner = behind(first->view.hop->to);
    const bool innerUnseen = std::any_of(
        inner.begin(), inner.end(), [](const Judgement* each) { return each->state == State::Unknown; });
    if (innerUnseen)
        return guess(*first);
    return { first, false, first->isDisguised ? 1 : 0.8 };
}

Root Path::rootOfDegradation() const
{
    for (const Judgement& each : m_judgements) {
        if (!each.view.hop->isOnPath || !each.hasSymptom())
            continue;
        // From the user's end only one of several entries can be down while the request works.
        if (isClient(each.view.caller)
            && !(hasWorkingSibling(each) && each.view.callee && each.view.callee->host))
            continue;
        const bool isHalfDead = each.state == State::Warning && isStatic(each.view.symptom);
        if (each.isIntermittent) {
            const Judgement* reason = complainedOfBehind(each);
            return { reason ? reason : &each, false, 1 };
        }
        if (!isFailing(each) && !isHalfDead)
            continue;
        const bool isReplica = hasWorkingSibling(each);
        // What an app once failed to reach may be long given up; only what it complains of now counts.
        if (!isReplica && !isProxy(each.view.caller) && !isBlamedStill(each))
            continue;
        if (isReplica || isStatic(each.view.symptom)) {
            std::vector<base::NodeId> seen { each.view.hop->from };
            Root root = deepest(each, seen);
            root.isReplica = isReplica;
            return root;
        }
    }
    return {};
}

}
