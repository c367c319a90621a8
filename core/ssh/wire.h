#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hopscope::ssh {

/// RFC 4251, section 5: a uint32, and a string with its length before it.
inline std::string wireNumber(std::uint32_t value)
{
    return { char(value >> 24 & 0xff), char(value >> 16 & 0xff), char(value >> 8 & 0xff), char(value & 0xff) };
}

inline std::string wireString(std::string_view text)
{
    return wireNumber(std::uint32_t(text.size())) + std::string(text);
}

/// Reads the same; empty where the bytes are too few.
class WireReader {
public:
    explicit WireReader(std::string_view bytes) : m_left(bytes) { }

    std::optional<char> byte()
    {
        if (m_left.empty())
            return std::nullopt;
        const char value = m_left.front();
        m_left.remove_prefix(1);
        return value;
    }
    std::optional<std::uint32_t> number()
    {
        if (m_left.size() < 4)
            return std::nullopt;
        std::uint32_t value = 0;
        for (int i = 0; i < 4; ++i)
            value = value << 8 | static_cast<unsigned char>(m_left[std::size_t(i)]);
        m_left.remove_prefix(4);
        return value;
    }
    std::optional<std::string> string()
    {
        const auto size = number();
        if (!size || *size > m_left.size())
            return std::nullopt;
        std::string text(m_left.substr(0, *size));
        m_left.remove_prefix(*size);
        return text;
    }

private:
    std::string_view m_left;
};

}
