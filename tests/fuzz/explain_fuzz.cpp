// Any bytes as a log: explain must neither crash nor lose a line, and each object must be valid UTF-8 JSON.

#include "core/faults/explain.h"

#include <algorithm>

#include <QByteArray>
#include <QJsonDocument>
#include <cstdint>
#include <cstdlib>

using namespace hopscope;

namespace {

std::string explained(const faults::Catalogue& catalogue, std::string_view log, faults::ExplainFormat format)
{
    std::string out;
    std::size_t at = 0;
    const auto totals = faults::explain(
        catalogue,
        [&](char* buffer, std::size_t size) -> base::Result<std::size_t> {
            const std::size_t count = log.copy(buffer, std::min<std::size_t>(size, 61), at);
            at += count;
            return count;
        },
        [&](std::string_view bytes) -> base::Result<void> {
            out += bytes;
            return {};
        },
        format);
    if (!totals)
        std::abort();
    return out;
}

}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto catalogue = faults::Catalogue::loadBuiltIn();
    if (!catalogue)
        std::abort();
    const std::string_view log(reinterpret_cast<const char*>(data), size);
    const std::string json = explained(**catalogue, log, faults::ExplainFormat::Json);
    for (const QByteArray& line : QByteArray::fromStdString(json).split('\n')) {
        if (!line.isEmpty() && !QJsonDocument::fromJson(line).isObject())
            std::abort();
    }
    const std::string text = explained(**catalogue, log, faults::ExplainFormat::Text);
    if (text.find('\x1b') != std::string::npos)
        std::abort();
    return 0;
}
