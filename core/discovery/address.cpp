#include "core/discovery/address.h"

#include <algorithm>
#include <charconv>

namespace hopscope::discovery {

Address parseAddress(std::string_view text, base::Port defaultPort)
{
    Address address;
    address.endpoint.port = defaultPort;
    if (text.starts_with("unix:")) {
        text.remove_prefix(5);
        while (text.starts_with("//"))
            text.remove_prefix(1); // "unix:///run/x" is a habit
        address.endpoint.path = std::string(text);
        address.endpoint.port = 0;
        return address;
    }
    std::size_t colon = text.rfind(':');
    std::string_view host = text.substr(0, colon);
    if (text.starts_with('[')) {
        const std::size_t close = std::min(text.find(']'), text.size());
        host = text.substr(1, close - 1);
        colon = close + 1 < text.size() && text[close + 1] == ':' ? close + 1 : std::string_view::npos;
    }
    address.endpoint.host = std::string(host);
    if (colon != std::string_view::npos) {
        const std::string_view digits = text.substr(colon + 1);
        base::Port port = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
        if (error == std::errc() && end == digits.data() + digits.size() && !digits.empty()) {
            address.endpoint.port = port;
            address.hasPort = true;
        } else {
            address.endpoint.port = 0;
        }
    }
    return address;
}

bool isPlaceholder(std::string_view text)
{
    if (text.find("{{") != std::string_view::npos || text.find("<%") != std::string_view::npos)
        return true;
    for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
        std::string_view name = text.substr(at + 1);
        if (name.starts_with('{'))
            name.remove_prefix(1);
        const std::size_t end = name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
        name = name.substr(0, end);
        if (name.size() > 1 && name[0] >= 'A' && name[0] <= 'Z')
            return true;
    }
    return false;
}

bool isIpAddress(std::string_view host)
{
    if (host.find(':') != std::string_view::npos)
        return true;
    return !host.empty() && host.find_first_not_of("0123456789.") == std::string_view::npos
        && host.find('.') != std::string_view::npos;
}

}
