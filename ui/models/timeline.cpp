#include "ui/models/timeline.h"

#include "ui/text/words.h"
#include "ui/theme/statestyle.h"

#include <QCoreApplication>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace hopscope::ui {

namespace {

QString words(const char* text) { return QCoreApplication::translate("Timeline", text); }

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
    const QString span = spanText(now.until - now.from);
    if (now.verdict == model::Verdict::Unknown)
        return words("Not known since %1 (%2 checks)").arg(clockText(now.from)).arg(now.checks);
    const auto trouble = std::find_if(
        all.rbegin() + 1, all.rend(), [](const Episode& episode) { return isTrouble(episode.verdict); });
    if (now.verdict == model::Verdict::Healthy) {
        if (trouble == all.rend())
            return words("All is well in each of %1 checks since %2").arg(now.checks).arg(clockText(now.from));
        return words("Works again since %1, after %2 of: %3")
            .arg(clockText(now.from), spanText(trouble->until - trouble->from), trouble->what);
    }
    const QString verdict = verdictWord(now.verdict);
    const bool isBack = trouble != all.rend() && trouble->what == now.what && trouble != all.rbegin() + 1;
    if (isBack)
        return words("%1 again since %2; it came and went before, at %3")
            .arg(verdict, clockText(now.from), clockText(trouble->from));
    if (now.checks == 1)
        return words("%1 since %2").arg(verdict, clockText(now.from));
    return words("%1 in each of %2 checks since %3 (%4), and still")
        .arg(verdict)
        .arg(now.checks)
        .arg(clockText(now.from), span);
}

}
