#pragma once

#include "core/faults/catalogue.h"

#include <cstdint>
#include <functional>

namespace hopscope::faults {

enum class ExplainFormat {
    Json, ///< one object for each line, as it comes
    Text, ///< at the end, in words: the fault nearest the root in full, a line for each other kind
};

struct ExplainTotals {
    std::uint64_t lines = 0;
    std::uint64_t faults = 0; ///< lines that report one

    bool operator==(const ExplainTotals&) const = default;
};

/// Fills the buffer with what is there, waiting for at least one byte; 0 at the end.
using ByteSource = std::function<base::Result<std::size_t>(char* buffer, std::size_t size)>;
using ByteSink = std::function<base::Result<void>(std::string_view bytes)>;

/// Reads lines to the end of the source and says what fault each reports. Memory is bounded whatever comes: of a line
/// over 1 MiB the rest is dropped, and only its first 64 KiB are matched. What the source gave is answered
/// before it is asked again, so it serves a pipe that stays open. Fails only where source or sink do.
base::Result<ExplainTotals> explain(const Catalogue& catalogue, const ByteSource& source, const ByteSink& sink,
    ExplainFormat format);

/// The same from and to file descriptors, as of stdin and stdout.
base::Result<ExplainTotals> explain(const Catalogue& catalogue, int input, int output, ExplainFormat format);

}
