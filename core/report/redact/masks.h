#pragma once

#include <map>
#include <string>
#include <string_view>

namespace hopscope::report {

/// Which name stands for which address, host and user of one export: "ip-1", "host-1", "user-1". First everything is
/// learned from all texts, then every text is masked, so that the same thing is masked alike wherever it stands.
class Masks {
public:
    /// What is known to be a host or user, from the diagnosis's own structure.
    void addHost(std::string_view name);
    /// What a configuration sends requests to: a host, unless it is one of the names that everybody gives a service.
    void addTarget(std::string_view name);
    void addUser(std::string_view name);
    /// Finds the addresses, domain names and users that a text shows by itself.
    void learn(std::string_view text);

    std::string masked(const std::string& text) const;

private:
    void addAddress(const std::string& canonical);
    void learnUsers(std::string_view text);
    std::string maskedWord(const std::string& word) const;

    std::map<std::string, std::string> m_addresses; ///< canonical text to mask
    std::map<std::string, std::string> m_hosts;     ///< lower case to mask
    std::map<std::string, std::string> m_users;
};

}
