#pragma once

#include "core/run/run.h"

#include <QString>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::ui {

/// One check of the session.
struct TimelineEntry {
    base::TimePoint at {};
    model::Verdict verdict = model::Verdict::Unknown;
    QString what; ///< what was wrong, in a few words; empty where nothing was
    std::string key; ///< the same for checks that found the same
    std::shared_ptr<const run::Snapshot> snapshot; ///< null: too long ago to be kept whole
};

/// Checks in a row that found the same.
struct Episode {
    model::Verdict verdict = model::Verdict::Unknown;
    QString what;
    base::TimePoint from {};
    base::TimePoint until {}; ///< when the next one began, or the last check of this one
    bool isOver = false;
    int checks = 0;
    std::size_t firstEntry = 0;

    bool operator==(const Episode&) const = default;
};

/// What the checks of a session found, one after the other. A value.
class Timeline {
public:
    static constexpr std::size_t mostEntries = 2000;
    /// Recordings that are kept to go back to; of older checks only what they found stays.
    static constexpr std::size_t mostBytes = 192U << 20;

    void add(const std::shared_ptr<const run::Snapshot>& snapshot);
    void clear();
    const std::deque<TimelineEntry>& entries() const { return m_entries; }
    std::vector<Episode> episodes() const;
    /// "Works again since 09:36:10, after 4 min of: Connection refused": how it stands now; empty for one check.
    QString summary() const;

private:
    void forgetOldRecordings();

    std::deque<TimelineEntry> m_entries;
};

}
