#include "ui/models/timeline.h"

#include "ui/text/words.h"
#include "ui/theme/statestyle.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QString timelineWords(const char* text) { return QCoreApplication::translate("Timeline", text); }

std::size_t bytesOf(const run::Snapshot& snapshot)
{
    std::size_t bytes = 0;
    if (snapshot.capture)
        for (const model::CheckResult& check : snapshot.capture->checks)
            bytes += check.output.size() + check.errorOutput.size() + check.command.size() + 200;
    return bytes;
}

bool isTrouble(model::Verdict verdict)
{
    return verdict == model::Verdict::Failing || verdict == model::Verdict::Degraded;
}

QString whatOf(const model::Diagnosis& diagnosis)
{
    if (!diagnosis.finding)
        return {};
    const model::Finding& finding = *diagnosis.finding;
    return titleOfId(finding.cause.value_or(finding.variant)) + u" · "_s
        + hopTitle(diagnosis.topology, finding.failingHop.value());
}

}

void Timeline::add(const std::shared_ptr<const run::Snapshot>& snapshot)
{
    const model::Diagnosis& diagnosis = snapshot->diagnosis;
    TimelineEntry entry { diagnosis.startedAt, diagnosis.verdict, whatOf(diagnosis), model::id(diagnosis.verdict),
        snapshot };
    if (const auto& finding = diagnosis.finding)
        entry.key += '\n' + finding->failingHop.value() + '\n' + finding->variant + '\n' + finding->cause.value_or("");
    m_entries.push_back(std::move(entry));
    while (m_entries.size() > mostEntries)
        m_entries.pop_front();
    forgetOldRecordings();
}

void Timeline::clear() { m_entries.clear(); }

void Timeline::forgetOldRecordings()
{
    std::size_t bytes = 0;
    for (auto entry = m_entries.rbegin(); entry != m_entries.rend(); ++entry) {
        if (!entry->snapshot)
            return;
        bytes += bytesOf(*entry->snapshot);
        if (bytes > mostBytes && entry != m_entries.rbegin())
            entry->snapshot.reset();
    }
}

std::vector<Episode> Timeline::episodes() const
{
    std::vector<Episode> all;
    const TimelineEntry* before = nullptr;
    for (std::size_t index = 0; index < m_entries.size(); ++index) {
        const TimelineEntry& entry = m_entries[index];
        if (!before || before->key != entry.key) {
            if (!all.empty()) {
                all.back().until = entry.at;
                all.back().isOver = true;
            }
            all.push_back({ entry.verdict, entry.what, entry.at, entry.at, false, 0, index });
        }
        all.back().until = entry.at;
        ++all.back().checks;
        before = &entry;
    }
    return all;
}

QString Timeline::summary() const
{
    if (m_entries.size() < 2)
        return {};
    const std::vector<Episode> all = episodes();
    const Episode& now = all.back();
    // Trouble whose cause changes is still the same outage.
    std::size_t first = all.size() - 1;
    while (isTrouble(now.verdict) && first > 0 && isTrouble(all[first - 1].verdict))
        --first;
    const auto stretchBefore = [&all](std::size_t end) {
        std::size_t begin = end;
        while (begin > 0 && isTrouble(all[begin - 1].verdict))
            --begin;
        return begin;
    };
    if (now.verdict == model::Verdict::Unknown)
        return timelineWords("Not known since %1 (%2 checks)").arg(clockText(now.from)).arg(now.checks);
    // The last trouble that ended before what is now.
    std::size_t ended = first;
    while (ended > 0 && !isTrouble(all[ended - 1].verdict))
        --ended;
    if (now.verdict == model::Verdict::Healthy) {
        if (ended == 0)
            return timelineWords("All is well in each of %1 checks since %2").arg(now.checks).arg(clockText(now.from));
        const Episode& trouble = all[ended - 1];
        return timelineWords("Works again since %1, after %2 of: %3")
            .arg(clockText(now.from), spanText(trouble.until - all[stretchBefore(ended)].from), trouble.what);
    }
    const QString verdict = verdictWord(now.verdict);
    const base::TimePoint since = all[first].from;
    if (ended > 0)
        return timelineWords("%1 again since %2; it came and went before, at %3")
            .arg(verdict, clockText(since), clockText(all[stretchBefore(ended)].from));
    int checks = 0;
    for (std::size_t index = first; index < all.size(); ++index)
        checks += all[index].checks;
    if (checks == 1)
        return timelineWords("%1 since %2").arg(verdict, clockText(since));
    return timelineWords("%1 in each of %2 checks since %3 (%4), and still")
        .arg(verdict)
        .arg(checks)
        .arg(clockText(since), spanText(now.until - since));
}

}
