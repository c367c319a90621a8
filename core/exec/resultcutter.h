#pragma once

#include "core/exec/checkspec.h"
#include "core/exec/framereader.h"
#include "core/model/capture.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::exec {

/// What the main shell said of itself.
struct Hello {
    std::string clock;  ///< `date +%s.%N`; a date without %N leaves a letter there
    std::string uptime; ///< seconds since boot, or "-"
    std::string privilege;
    std::string user;
};

/// Turns the two streams of one shell into results, in the order of the batch. Pure but for the sink; lives as long as
/// its shell does, so that late output of an earlier batch is known for what it is.
class ResultCutter {
public:
    using Sink = std::function<void(model::CheckResult)>;

    explicit ResultCutter(const std::string& marker);

    /// Expects the batch's frames from here on; its checks have the numbers from nextNumber() on.
    void expect(CheckBatch batch);
    std::size_t nextNumber() const { return m_next + m_waiting.size(); }

    void feed(std::string_view out, std::string_view error, const Sink& sink);

    const std::optional<Hello>& hello() const { return m_hello; }
    /// Printed before the first frame: banners, rc files. At most the first KiB is kept; the size counts all.
    const std::string& noise() const { return m_noise; }
    std::size_t noiseSize() const { return m_noiseSize; }

    bool isDone() const { return m_waiting.empty(); }
    std::size_t remaining() const { return m_waiting.size(); }
    bool hasNextOutEnded() const { return !m_waiting.empty() && m_waiting.front().hasOutEnded; }
    /// The next result in order ends here, as the transport gave no end of its own. Keeps what came of its output.
    void endNext(model::Outcome outcome, const Sink& sink);
    /// Gives the next result although its stderr has not ended; false: its stdout has not ended either.
    bool endNextWithoutErrorStream(const Sink& sink);

private:
    struct Section {
        CheckSpec spec;
        std::string out;
        std::string error;
        bool isOutOver = false; ///< more came than may be kept
        bool hasOutEnded = false;
        bool hasErrorEnded = false;
        bool isErrorInline = false; ///< both streams come down stdout, after an 'x' frame
        int status = 0;
        double startedAt = -1; ///< remote uptime, seconds; -1 unknown
        double endedAt = -1;
    };

    void takeOut(std::string_view text);
    void takeError(std::string_view text);
    void takeOutFrame(const Frame& frame);
    void takeErrorFrame(const Frame& frame);
    void takeNoise(std::string_view text);
    Section* section(const Frame& frame);
    void deliver(const Sink& sink);
    void give(Section section, std::optional<model::Outcome> outcome, const Sink& sink);

    FrameReader m_outReader;
    FrameReader m_errorReader;
    std::optional<Hello> m_hello;
    std::string m_noise;
    std::size_t m_noiseSize = 0;

    std::size_t m_next = 0; ///< number of the first section in m_waiting
    std::vector<Section> m_waiting;
    std::optional<std::size_t> m_out; ///< the section that stdout is in, by number
    std::optional<std::size_t> m_error;
};

}
