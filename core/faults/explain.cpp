#include "core/faults/explain.h"

#include "core/faults/explanation.h"
#include "core/faults/faultkinds.h"
#include "core/faults/jsontext.h"
#include "core/faults/linesplitter.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <unordered_map>

namespace hopscope::faults {
namespace {

    constexpr std::size_t blockSize = 256 * 1024;
    constexpr std::size_t mostHeld = 64 * 1024; ///< of what is to be written: it stays in the processor's cache
    constexpr std::size_t mostCached = 512;

    /// Writes each line's object. An outage repeats itself: what is said of equal readings is made once.
    class JsonLines {
    public:
        explicit JsonLines(const Catalogue& catalogue)
            : m_catalogue(catalogue)
        {
            LineReading none;
            none.variant = "none";
            m_none = jsonTail(none, catalogue);
        }

        void add(std::string_view line, const LineReading& reading, std::string& out)
        {
            out += "{\"line\": ";
            appendJsonString(line, out);
            out += reading.variant == "none" && reading.component.empty() ? m_none : tail(reading);
            out += '\n';
        }

    private:
        const std::string& tail(const LineReading& reading)
        {
            std::string key = reading.entry + '\0' + reading.component + '\0' + reading.variant.value_or("") + '\0'
                + reading.cause.value_or("");
            for (const auto& [name, value] : reading.captures)
                key += '\0' + name + '\0' + value;
            const auto known = m_tails.find(key);
            if (known != m_tails.end())
                return known->second;
            if (m_tails.size() >= mostCached)
                m_tails.clear();
            return m_tails.emplace(std::move(key), jsonTail(reading, m_catalogue)).first->second;
        }

        const Catalogue& m_catalogue;
        std::string m_none;
        std::unordered_map<std::string, std::string> m_tails;
    };

    base::Error ioError(const char* operation)
    {
        return { base::ErrorCode::InputOutput, operation, "", std::strerror(errno), "" };
    }

}

base::Result<ExplainTotals> explain(const Catalogue& catalogue, const ByteSource& source, const ByteSink& sink,
    ExplainFormat format)
{
    ExplainTotals totals;
    std::string out;
    base::Result<void> written;
    JsonLines json(catalogue);
    FaultKinds kinds;
    const auto write = [&] {
        if (written && !out.empty())
            written = sink(out);
        out.clear();
    };
    LineSplitter lines([&](std::string_view line) {
        const LineReading reading = catalogue.read(line);
        ++totals.lines;
        totals.faults += reading.variant == "none" ? 0 : 1;
        switch (format) {
        case ExplainFormat::Json:
            json.add(line, reading, out);
            if (out.size() >= mostHeld)
                write();
            break;
        case ExplainFormat::Text:
            if (reading.variant != "none")
                kinds.add(totals.lines, line, reading);
            break;
        }
    });
    std::string block(blockSize, '\0');
    while (true) {
        const base::Result<std::size_t> size = source(block.data(), block.size());
        if (!size)
            return base::failure(size.error());
        if (*size == 0)
            break;
        lines.add(std::string_view(block).substr(0, *size));
        write();
        if (!written)
            return base::failure(written.error());
    }
    lines.finish();
    if (format == ExplainFormat::Text)
        out += kinds.text(totals.lines, catalogue);
    write();
    if (!written)
        return base::failure(written.error());
    return totals;
}

base::Result<ExplainTotals> explain(const Catalogue& catalogue, int input, int output, ExplainFormat format)
{
    const ByteSource source = [input](char* buffer, std::size_t size) -> base::Result<std::size_t> {
        while (true) {
            const ssize_t count = ::read(input, buffer, size);
            if (count >= 0)
                return static_cast<std::size_t>(count);
            if (errno != EINTR)
                return base::failure(ioError("read log lines"));
        }
    };
    const ByteSink sink = [output](std::string_view bytes) -> base::Result<void> {
        while (!bytes.empty()) {
            const ssize_t count = ::write(output, bytes.data(), bytes.size());
            if (count < 0 && errno != EINTR)
                return base::failure(ioError("write explanations"));
            bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
        }
        return {};
    };
    return explain(catalogue, source, sink, format);
}

}
