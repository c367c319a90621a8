#pragma once

#include "core/discovery/software.h"
#include "core/model/topology.h"
#include "core/parse/addresses.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hopscope::discovery {

/// An address in the settings that a program is given by its files, with what the settings beside it add.
struct SettingAddress {
    std::size_t setting = 0; ///< which one
    parse::NamedAddress address;
    base::Port port = 0; ///< the address's own, else one beside it (DB_HOST and DB_PORT), else its scheme's; 0: none says
    Software software;   ///< by scheme, name or what stands beside it (DB_CONNECTION); "unknown" where none says
    bool isConfirmed = false; ///< an address for sure; else a word that may be one by chance
};

using NameAndValue = std::pair<std::string, std::string>;

/// Every address in these settings, but those of the program's own sockets and those that only say who may come. Pure.
std::vector<SettingAddress> settingAddresses(const std::vector<NameAndValue>& settings);

/// How a program reaches an address that none of the services at hand has.
struct OutsideCall {
    base::Port port = 0;
    model::Protocol protocol = model::Protocol::Tcp;
};

/// Whether that is a call at all: a database's address is, and a web address where its setting says so; not what browsers are
/// sent to, what stands for the program itself, and what a reader is to fill in. `owner`: the program's own names.
std::optional<OutsideCall> outsideCall(std::string_view name, const SettingAddress& found, const std::vector<std::string>& owner);

/// What an engine calls the host that it runs on.
bool isEnginesHost(std::string_view host);

/// The usual port of "http", "postgresql", "redis+sentinel" …; 0 for others.
base::Port portOfScheme(std::string_view scheme);

}
