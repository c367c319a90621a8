#pragma once

#include "core/model/diagnosis.h"

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace hopscope::ui {

struct Sample {
    double seconds = 0; ///< since 1970
    double value = 0;
};

/// One line of a plot.
struct Series {
    std::string name;
    std::deque<Sample> samples;
};

/// A time in which checks found a fault.
struct Trouble {
    double from = 0; ///< seconds since 1970
    double until = 0;
    bool isFailing = false; ///< else degraded
};

/// What is measured in each run, kept over the runs of one watch, at most `limit` samples a line.
class History {
public:
    static constexpr std::size_t limit = 720; ///< an hour at 5 s
    static constexpr std::size_t mostSeries = 12; ///< of one plot; further ones are not kept

    enum class Quantity { RequestPhases, HopLatency, Cpu, Memory, Disk };

    void add(const model::Diagnosis& diagnosis);
    void clear();
    bool isEmpty() const { return m_runs == 0; }
    int runs() const { return m_runs; }
    const std::vector<Series>& of(Quantity quantity) const;
    /// Seconds since 1970, from the newest diagnosis that knows it; 0: not known.
    double onsetSeconds() const { return m_onset; }
    /// Oldest first; as many as the samples reach back.
    const std::deque<Trouble>& troubles() const { return m_troubles; }

private:
    void append(Quantity quantity, const std::string& name, double seconds, double value);

    std::map<Quantity, std::vector<Series>> m_series;
    void noteTrouble(const model::Diagnosis& diagnosis, double seconds);

    double m_onset = 0;
    std::deque<Trouble> m_troubles;
    bool m_isTroubled = false;
    int m_runs = 0;
};

}
