#include "ui/plots/history.h"

#include "ui/text/words.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace hopscope::ui {

namespace {

double secondsOf(base::TimePoint time) { return static_cast<double>(time.time_since_epoch().count()) / 1000; }

}

const std::vector<Series>& History::of(Quantity quantity) const
{
    static const std::vector<Series> none;
    const auto found = m_series.find(quantity);
    return found == m_series.end() ? none : found->second;
}

void History::clear()
{
    m_series.clear();
    m_onset = 0;
    m_runs = 0;
    m_troubles.clear();
    m_isTroubled = false;
}

void History::append(Quantity quantity, const std::string& name, double seconds, double value)
{
    if (!std::isfinite(value))
        return;
    std::vector<Series>& all = m_series[quantity];
    auto series = std::ranges::find(all, name, &Series::name);
    if (series == all.end()) {
        if (all.size() >= mostSeries)
            return;
        series = all.insert(all.end(), Series { name, {} });
    }
    series->samples.push_back({ seconds, value });
    while (series->samples.size() > limit)
        series->samples.pop_front();
}

void History::noteTrouble(const model::Diagnosis& diagnosis, double seconds)
{
    // It lasted until the check that no longer found it.
    if (m_isTroubled)
        m_troubles.back().until = seconds;
    const bool isFailing = diagnosis.verdict == model::Verdict::Failing;
    const bool isTroubled = isFailing || diagnosis.verdict == model::Verdict::Degraded;
    if (isTroubled && (!m_isTroubled || m_troubles.back().isFailing != isFailing))
        m_troubles.push_back({ seconds, seconds, isFailing });
    m_isTroubled = isTroubled;
    while (m_troubles.size() > limit)
        m_troubles.pop_front();
}

void History::add(const model::Diagnosis& diagnosis)
{
    const double at = secondsOf(diagnosis.startedAt);
    noteTrouble(diagnosis, at);
    ++m_runs;
    const model::RequestResult& request = diagnosis.request;
    const auto phase = [&](const char* name, const std::optional<double>& value) {
        if (value)
            append(Quantity::RequestPhases, name, at, *value);
    };
    phase(QT_TRANSLATE_NOOP("Plot", "whole request"), request.totalMs);
    phase(QT_TRANSLATE_NOOP("Plot", "name lookup"), request.dnsMs);
    phase(QT_TRANSLATE_NOOP("Plot", "connect"), request.connectMs);
    phase(QT_TRANSLATE_NOOP("Plot", "TLS"), request.tlsMs);
    phase(QT_TRANSLATE_NOOP("Plot", "first byte"), request.firstByteMs);
    for (const model::Hop& hop : diagnosis.topology.hops)
        if (hop.latencyMs)
            append(Quantity::HopLatency, hopTitle(diagnosis.topology, hop).toStdString(), at, *hop.latencyMs);
    for (const model::HostReport& host : diagnosis.hosts) {
        const auto share = [&](Quantity quantity, const std::optional<double>& value) {
            if (value)
                append(quantity, oneLine(host.name.value()).toStdString(), at, *value);
        };
        share(Quantity::Cpu, host.resources.cpuPercent);
        share(Quantity::Memory, host.resources.memoryUsedPercent);
        share(Quantity::Disk, host.resources.diskUsedPercent);
    }
    if (diagnosis.finding && diagnosis.finding->onset)
        m_onset = secondsOf(*diagnosis.finding->onset);
}

}
