#include "core/parse/lines.h"
#include "core/parse/processes.h"

#include <algorithm>

namespace hopscope::parse {
namespace {

bool isContainerId(std::string_view text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// systemd writes '-' in a name as "\x2d".
std::string unescapedUnit(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("\\x2d")) {
            result += '-';
            i += 3;
        } else {
            result += text[i];
        }
    }
    return result;
}

}

GroupOwner ownerOfControlGroup(std::string_view path)
{
    GroupOwner owner;
    while (!path.empty()) {
        std::string_view part = takeUntil(path, "/");
        std::string_view bare = part;
        if (bare.ends_with(".scope"))
            bare.remove_suffix(6);
        const std::size_t dash = bare.rfind('-');
        const std::string_view tail = dash == std::string_view::npos ? bare : bare.substr(dash + 1);
        if (isContainerId(bare) || isContainerId(tail))
            owner.container = isContainerId(bare) ? bare : tail;
        else if (part.ends_with(".service") && owner.unit.empty() && !part.starts_with("user@"))
            owner.unit = unescapedUnit(part);
    }
    return owner;
}

}
