#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hopscope::parse {

/// Why a proxy turned a request away by a rule of its own, as its error log says.
struct Refusal {
    enum class Kind {
        Address,     ///< a list of addresses
        Login,       ///< no password, or not that one
        Permission,  ///< it may not read the file or enter the folder
        NoIndex,     ///< a folder without a page, and no listing
        FileMissing, ///< the file is not there
        Rate,        ///< too many requests or connections of one key
        TooLarge,    ///< the body, the header or the address
    };
    Kind kind = Kind::Address;
    std::string subject; ///< the file, the zone; may be empty
    std::string client;  ///< whom it was said of; may be empty
    std::string key;     ///< "GET /cart" of the request; empty where the line has none

    bool operator==(const Refusal&) const = default;
};

/// Reads nginx's and Apache's wordings. Nothing for all other lines.
std::optional<Refusal> refusalIn(std::string_view line);

}
