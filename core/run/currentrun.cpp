#include "core/run/currentrun.h"

#include "core/probe/checks.h"

#include <algorithm>

namespace hopscope::run {

CurrentRun::CurrentRun(const model::Profile& profile, base::TimePoint startedAt)
{
    m_capture.profile = profile;
    m_capture.startedAt = startedAt;
    for (const model::ProfileHost& host : profile.hosts) {
        HostProgress progress;
        progress.host = host.name;
        m_progress.push_back(progress);
    }
}

exec::CheckBatch CurrentRun::inventory(const model::ProfileHost& host)
{
    exec::CheckBatch batch = sending(host.name, probe::inventory(host), HostProgress::Stage::Connecting);
    m_chainAwaited[host.name] = int(std::count_if(batch.begin(), batch.end(), [](const exec::CheckSpec& each) { return probe::isOfChain(each.check); }));
    return batch;
}

void CurrentRun::login(const model::ProfileHost& host)
{
    progressOf(host.name).stage = HostProgress::Stage::Connecting;
    ++m_underWay[host.name];
    m_chainAwaited[host.name] = 0;
    m_isOutsideComplete = true;
}

std::map<base::HostId, exec::CheckBatch> CurrentRun::nextHopChecks()
{
    std::map<base::HostId, exec::CheckBatch> fresh;
    for (auto& [host, batch] : probe::hopChecks(m_capture.profile, m_conclusion.topology, m_conclusion.facts)) {
        exec::CheckBatch unsent = sending(host, std::move(batch), HostProgress::Stage::Hops);
        if (!unsent.empty())
            fresh.emplace(host, std::move(unsent));
    }
    return fresh;
}

exec::CheckBatch CurrentRun::sending(const base::HostId& host, exec::CheckBatch batch, HostProgress::Stage stage)
{
    std::erase_if(batch, [&](const exec::CheckSpec& spec) {
        return !m_sent.emplace(host.value(), spec.container, spec.check.value(), spec.subject).second;
    });
    if (batch.empty())
        return batch;
    HostProgress& progress = progressOf(host);
    if (!m_chainAwaited.contains(host))
        progress.stage = stage;
    progress.checksPlanned += int(batch.size());
    ++m_underWay[host];
    return batch;
}

void CurrentRun::take(event::SessionEnded ended)
{
    HostProgress& progress = progressOf(ended.session.host);
    progress.stage = ended.session.isReachable() ? HostProgress::Stage::Inventory : HostProgress::Stage::Failed;
    if (ended.session.error)
        progress.error = ended.session.error->text();
    m_capture.sessions.push_back(std::move(ended.session));
}

void CurrentRun::take(event::CheckEnded ended)
{
    HostProgress& progress = progressOf(ended.result.host);
    ++progress.checksDone;
    progress.check = ended.result.check.value();
    if (const auto awaited = m_chainAwaited.find(ended.result.host); awaited != m_chainAwaited.end() && probe::isOfChain(ended.result.check))
        --awaited->second;
    m_capture.checks.push_back(std::move(ended.result));
}

void CurrentRun::take(event::BatchEnded ended)
{
    HostProgress& progress = progressOf(ended.host);
    m_chainAwaited.erase(ended.host);
    const bool isDone = --m_underWay[ended.host] == 0;
    if (progress.stage != HostProgress::Stage::Failed)
        progress.stage = isDone ? HostProgress::Stage::Done : HostProgress::Stage::Hops;
}

void CurrentRun::take(event::OutsideSeen seen)
{
    m_capture.outside = std::move(seen.view);
    m_isOutsideComplete = m_isOutsideComplete || seen.isComplete;
}

bool CurrentRun::isChainSeen() const
{
    return std::all_of(m_chainAwaited.begin(), m_chainAwaited.end(), [](const auto& each) { return each.second <= 0; });
}

bool CurrentRun::isAnythingUnderWay() const
{
    return !m_isOutsideComplete
        || std::any_of(m_underWay.begin(), m_underWay.end(), [](const auto& each) { return each.second > 0; });
}

const Conclusion& CurrentRun::conclude(const faults::Catalogue& catalogue, base::TimePoint now)
{
    m_capture.duration = now - m_capture.startedAt;
    m_conclusion = run::conclude(m_capture, catalogue);
    return m_conclusion;
}

std::shared_ptr<Snapshot> CurrentRun::snapshot(bool isFinal)
{
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->number = ++m_snapshots;
    snapshot->isFinal = isFinal;
    snapshot->progress = m_progress;
    snapshot->diagnosis = m_conclusion.diagnosis;
    snapshot->capture = std::make_shared<const model::Capture>(m_capture);
    return snapshot;
}

HostProgress& CurrentRun::progressOf(const base::HostId& host)
{
    const auto found = std::find_if(
        m_progress.begin(), m_progress.end(), [&](const HostProgress& each) { return each.host == host; });
    if (found != m_progress.end())
        return *found;
    m_progress.push_back({});
    m_progress.back().host = host;
    return m_progress.back();
}

}
