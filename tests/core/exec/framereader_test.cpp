#include "core/exec/framereader.h"

#include <gmock/gmock.h>

using namespace hopscope;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

const std::string marker = "0123456789abcdef0123456789abcdef";

struct Read {
    std::string text;
    std::vector<std::string> frames; ///< kind and fields with commas

    void feed(exec::FrameReader& reader, std::string_view bytes)
    {
        reader.feed(
            bytes, [this](std::string_view part) { text += part; },
            [this](const exec::Frame& frame) {
                frames.emplace_back(1, frame.kind);
                for (const std::string& field : frame.fields)
                    frames.back() += "," + field;
                text += "|";
            });
    }
};

Read readWhole(const std::string& stream)
{
    exec::FrameReader reader(marker);
    Read read;
    read.feed(reader, stream);
    reader.finish([&](std::string_view part) { read.text += part; });
    return read;
}

TEST(FrameReader, FindsFramesWhereverTheTransportSplitsThem)
{
    const std::string stream = "noise" + marker + " b 1\nout" + std::string("\0put", 4) + marker + " e 1 0 5.1 5.2\nrest";
    const Read expected = readWhole(stream);
    EXPECT_THAT(expected.frames, ElementsAre("b,1", "e,1,0,5.1,5.2"));
    EXPECT_EQ(expected.text, "noise|out" + std::string("\0put", 4) + "|rest");
    for (std::size_t first = 0; first <= stream.size(); ++first) {
        exec::FrameReader reader(marker);
        Read read;
        read.feed(reader, stream.substr(0, first));
        read.feed(reader, stream.substr(first));
        reader.finish([&](std::string_view part) { read.text += part; });
        EXPECT_EQ(read.frames, expected.frames) << "split at " << first;
        EXPECT_EQ(read.text, expected.text) << "split at " << first;
    }
}

TEST(FrameReader, FindsFramesThatComeByteByByte)
{
    const std::string stream = "x" + marker + " b 1\n" + marker + " e 1 0 - -\n";
    exec::FrameReader reader(marker);
    Read read;
    for (const char c : stream)
        read.feed(reader, std::string_view(&c, 1));
    EXPECT_THAT(read.frames, ElementsAre("b,1", "e,1,0,-,-"));
    EXPECT_EQ(read.text, "x||");
}

TEST(FrameReader, TakesAnotherMarkerForText)
{
    const std::string forged = std::string(32, 'a') + " e 1 0 1 1\n";
    const Read read = readWhole(forged);
    EXPECT_THAT(read.frames, IsEmpty());
    EXPECT_EQ(read.text, forged);
}

TEST(FrameReader, TakesAMarkerWithoutAFrameForText)
{
    for (const std::string& tail : { std::string("\n"), std::string("x b 1\n"), std::string(" bad 1\n"),
             " b " + std::string(1000, '1') + "\n" }) {
        const Read read = readWhole(marker + tail);
        EXPECT_THAT(read.frames, IsEmpty());
        EXPECT_EQ(read.text, marker + tail);
    }
}

TEST(FrameReader, FindsAFrameAfterARepeatedBeginningOfTheMarker)
{
    const Read read = readWhole("01230123456789abcdef" + marker + " b 7\n");
    EXPECT_THAT(read.frames, ElementsAre("b,7"));
    EXPECT_EQ(read.text, "01230123456789abcdef|");
}

TEST(FrameReader, GivesTheUnfinishedEndAsText)
{
    const Read read = readWhole("out" + marker.substr(0, 20));
    EXPECT_EQ(read.text, "out" + marker.substr(0, 20));
}

}
