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

private:
    void append(Quantity quantity, const std::string& name, double seconds, double value);

    std::map<Quantity, std::vector<Series>> m_series;
    double m_onset = 0;
    int m_runs = 0;
};

}
