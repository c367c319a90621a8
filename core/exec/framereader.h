#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::exec {

/// One frame of the script: `MARKER kind field field…\n`.
struct Frame {
    char kind = 0;
    std::vector<std::string> fields;

    bool operator==(const Frame&) const = default;
};

/// Cuts one stream into frames and the text between them, wherever the transport splits it. Total: what looks like a
/// frame but is not (too long, no newline) is text. Holds back at most one unfinished frame.
class FrameReader {
public:
    using TextSink = std::function<void(std::string_view)>;
    using FrameSink = std::function<void(const Frame&)>;

    explicit FrameReader(std::string marker);

    void feed(std::string_view bytes, const TextSink& text, const FrameSink& frame);
    /// The stream ended: what was held back is text.
    void finish(const TextSink& text);

private:
    /// Takes what can be decided from the front of m_pending; false: more bytes are needed.
    bool step(const TextSink& text, const FrameSink& frame);

    const std::string m_marker;
    std::string m_pending;
};

}
