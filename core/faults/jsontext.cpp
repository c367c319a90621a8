#include "core/faults/jsontext.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace hopscope::faults {
namespace {

    /// True for the bytes that a JSON string holds as they are, one by one.
    constexpr std::array<bool, 256> plainBytes = [] {
        std::array<bool, 256> plain {};
        for (unsigned byte = 0x20; byte < 0x80; ++byte)
            plain[byte] = byte != '"' && byte != '\\';
        return plain;
    }();

    bool isPlain(char c) { return plainBytes[static_cast<unsigned char>(c)]; }

    /// Of eight bytes, how many are plain before the first that isn't. A byte below 0x20, a quote or a backslash borrows
    /// into its top bit when the difference is taken; a borrow reaches only the bytes behind it.
    std::size_t plainOfEight(const char* bytes)
    {
        static_assert(std::endian::native == std::endian::little);
        constexpr std::uint64_t ones = 0x0101010101010101;
        constexpr std::uint64_t tops = 0x8080808080808080;
        std::uint64_t word = 0;
        std::memcpy(&word, bytes, sizeof word);
        const std::uint64_t quote = word ^ (ones * '"');
        const std::uint64_t backslash = word ^ (ones * '\\');
        const std::uint64_t special = (word | (word - ones * 0x20) | (quote - ones) | (backslash - ones)) & tops;
        return special == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(special)) / 8;
    }

    /// Writes bytes in pieces: a string grows by one byte at a time far more slowly.
    class Pieces {
    public:
        explicit Pieces(std::string& out)
            : m_out(out)
        {
        }
        Pieces(const Pieces&) = delete;
        Pieces& operator=(const Pieces&) = delete;
        ~Pieces() { flush(); }

        void add(char byte)
        {
            makeRoom();
            m_piece[m_size++] = byte;
        }
        void add(std::string_view bytes)
        {
            for (const char byte : bytes)
                add(byte);
        }
        void add(char first, char second)
        {
            makeRoom();
            m_piece[m_size++] = first;
            m_piece[m_size++] = second;
        }
        /// Takes the first `count` of eight readable bytes.
        void addOfEight(const char* bytes, std::size_t count)
        {
            makeRoom();
            std::memcpy(m_piece.data() + m_size, bytes, 8);
            m_size += count;
        }

    private:
        void makeRoom()
        {
            if (m_size + 8 > m_piece.size())
                flush();
        }
        void flush()
        {
            m_out.append(m_piece.data(), m_size);
            m_size = 0;
        }

        std::string& m_out;
        std::array<char, 1024> m_piece; // NOLINT(*-member-init): filled before it is read
        std::size_t m_size = 0;
    };

    void addEscaped(unsigned char byte, Pieces& out)
    {
        constexpr std::string_view digits = "0123456789abcdef";
        switch (byte) {
        case '"': out.add("\\\""); return;
        case '\\': out.add("\\\\"); return;
        case '\t': out.add("\\t"); return;
        case '\r': out.add("\\r"); return;
        case '\n': out.add("\\n"); return;
        default: break;
        }
        if (byte >= 0x80) {
            out.add("\\ufffd");
            return;
        }
        out.add("\\u00");
        out.add(digits[byte >> 4]);
        out.add(digits[byte & 0xf]);
    }

}

std::size_t utf8Length(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : static_cast<unsigned char>(0);
    };
    const auto follows = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
    const unsigned char first = byte(at);
    if (first < 0x80)
        return at < text.size() ? 1 : 0;
    if (first >= 0xc2 && first <= 0xdf)
        return follows(at + 1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool isOverlong = first == 0xe0 && byte(at + 1) < 0xa0;
        const bool isSurrogate = first == 0xed && byte(at + 1) >= 0xa0;
        return follows(at + 1) && follows(at + 2) && !isOverlong && !isSurrogate ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool isOverlong = first == 0xf0 && byte(at + 1) < 0x90;
        const bool isBeyond = first == 0xf4 && byte(at + 1) >= 0x90;
        return follows(at + 1) && follows(at + 2) && follows(at + 3) && !isOverlong && !isBeyond ? 4 : 0;
    }
    return 0;
}

void appendJsonString(std::string_view text, std::string& out)
{
    Pieces pieces(out);
    pieces.add('"');
    std::size_t at = 0;
    while (at < text.size()) {
        if (at + 8 <= text.size()) {
            const std::size_t plain = plainOfEight(text.data() + at);
            pieces.addOfEight(text.data() + at, plain);
            at += plain;
            if (plain == 8)
                continue;
            if (text[at] == '"' || text[at] == '\\') { // the most usual of the others
                pieces.add('\\', text[at++]);
                continue;
            }
        } else if (isPlain(text[at])) {
            pieces.add(text[at++]);
            continue;
        }
        const std::size_t length = utf8Length(text, at);
        if (length > 1) {
            pieces.add(text.substr(at, length));
            at += length;
        } else {
            addEscaped(static_cast<unsigned char>(text[at]), pieces);
            ++at;
        }
    }
    pieces.add('"');
}

}
