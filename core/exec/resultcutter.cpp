#include "core/exec/resultcutter.h"

#include "core/exec/outcomes.h"

#include <charconv>
#include <utility>

namespace hopscope::exec {
namespace {

    constexpr std::size_t errorLimit = 16 * 1024;
    constexpr std::size_t keptNoise = 1024;

    std::optional<std::size_t> number(const std::string& text)
    {
        std::size_t value = 0;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (problem != std::errc() || end != text.data() + text.size())
            return std::nullopt;
        return value;
    }

    double seconds(const std::string& text)
    {
        double value = -1;
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
        return problem == std::errc() && end == text.data() + text.size() ? value : -1;
    }

    void append(std::string& kept, std::string_view text, std::size_t limit)
    {
        kept += text.substr(0, limit - std::min(limit, kept.size()));
    }

}

ResultCutter::ResultCutter(const std::string& marker)
    : m_outReader(marker)
    , m_errorReader(marker)
{
}

void ResultCutter::expect(CheckBatch batch)
{
    for (CheckSpec& spec : batch) {
        Section section;
        section.spec = std::move(spec);
        m_waiting.push_back(std::move(section));
    }
}

void ResultCutter::feed(std::string_view out, std::string_view error, const Sink& sink)
{
    m_errorReader.feed(
        error, [this](std::string_view text) { takeError(text); }, [this](const Frame& frame) { takeErrorFrame(frame); });
    m_outReader.feed(
        out, [this](std::string_view text) { takeOut(text); }, [this](const Frame& frame) { takeOutFrame(frame); });
    deliver(sink);
}

void ResultCutter::takeNoise(std::string_view text)
{
    if (m_hello)
        return;
    m_noiseSize += text.size();
    append(m_noise, text, keptNoise);
}

ResultCutter::Section* ResultCutter::section(const Frame& frame)
{
    if (frame.fields.empty())
        return nullptr;
    const auto value = number(frame.fields[0]);
    if (!value || *value < m_next || *value - m_next >= m_waiting.size())
        return nullptr;
    return &m_waiting[*value - m_next];
}

void ResultCutter::takeOut(std::string_view text)
{
    if (!m_out || *m_out < m_next) {
        takeNoise(text);
        return;
    }
    Section& current = m_waiting[*m_out - m_next];
    if (current.isErrorInline) {
        append(current.error, text, errorLimit);
        return;
    }
    current.isOutOver = current.isOutOver || current.out.size() + text.size() > current.spec.byteLimit;
    append(current.out, text, current.spec.byteLimit);
}

void ResultCutter::takeError(std::string_view text)
{
    if (!m_error || *m_error < m_next)
        takeNoise(text);
    else
        append(m_waiting[*m_error - m_next].error, text, errorLimit);
}

void ResultCutter::takeOutFrame(const Frame& frame)
{
    if (frame.kind == 'h') {
        if (frame.fields.size() >= 4)
            m_hello = Hello { frame.fields[0], frame.fields[1], frame.fields[2], frame.fields[3] };
        return;
    }
    Section* const named = section(frame);
    if (!named)
        return;
    switch (frame.kind) {
    case 'b':
        m_out = std::size_t(named - m_waiting.data()) + m_next;
        return;
    case 'x':
        named->isErrorInline = true;
        return;
    case 'e':
        if (frame.fields.size() < 4)
            return;
        named->hasOutEnded = true;
        named->hasErrorEnded = named->hasErrorEnded || named->isErrorInline;
        named->status = int(number(frame.fields[1]).value_or(1));
        named->startedAt = seconds(frame.fields[2]);
        named->endedAt = seconds(frame.fields[3]);
        m_out.reset();
        return;
    }
}

void ResultCutter::takeErrorFrame(const Frame& frame)
{
    Section* const named = section(frame);
    if (!named)
        return;
    if (frame.kind == 'b') {
        m_error = std::size_t(named - m_waiting.data()) + m_next;
    } else if (frame.kind == 'e') {
        named->hasErrorEnded = true;
        m_error.reset();
    }
}

void ResultCutter::deliver(const Sink& sink)
{
    while (!m_waiting.empty() && m_waiting.front().hasOutEnded && m_waiting.front().hasErrorEnded) {
        Section section = std::move(m_waiting.front());
        m_waiting.erase(m_waiting.begin());
        ++m_next;
        give(std::move(section), std::nullopt, sink);
    }
}

bool ResultCutter::endNextWithoutErrorStream(const Sink& sink)
{
    if (m_waiting.empty() || !m_waiting.front().hasOutEnded)
        return false;
    m_waiting.front().hasErrorEnded = true;
    deliver(sink);
    return true;
}

void ResultCutter::endNext(model::Outcome outcome, const Sink& sink)
{
    m_outReader.finish([this](std::string_view text) { takeOut(text); });
    m_errorReader.finish([this](std::string_view text) { takeError(text); });
    Section section = std::move(m_waiting.front());
    m_waiting.erase(m_waiting.begin());
    ++m_next;
    give(std::move(section), std::move(outcome), sink);
}

void ResultCutter::give(Section section, std::optional<model::Outcome> outcome, const Sink& sink)
{
    model::CheckResult result;
    result.check = section.spec.check;
    result.subject = section.spec.subject;
    result.container = section.spec.container;
    result.command = section.spec.command;
    result.isTruncated = section.isOutOver;
    if (section.startedAt >= 0 && section.endedAt >= section.startedAt)
        result.duration = base::Milliseconds(std::int64_t((section.endedAt - section.startedAt) * 1000 + 0.5));
    const double bootedAt = m_hello ? seconds(m_hello->uptime) : -1;
    // Relative to the hello for now; the runner knows when that came by our clock.
    if (bootedAt >= 0 && section.startedAt >= bootedAt)
        result.startedAt = base::TimePoint(base::Milliseconds(std::int64_t((section.startedAt - bootedAt) * 1000 + 0.5)));
    if (outcome)
        result.outcome = std::move(*outcome);
    else
        result.outcome = outcomeOf(section.spec, { section.status, section.isOutOver, section.error, result.duration });
    result.output = std::move(section.out);
    result.errorOutput = std::move(section.error);
    sink(std::move(result));
}

}
