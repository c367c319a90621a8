#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace hopscope::faults {

/// The ids that entries may use, from taxonomy.yaml.
struct Taxonomy {
    std::vector<std::string> variants; ///< without "none"
    std::vector<std::string> causes;
    /// Software that writes lines; each with the further pattern groups that it may write in ("caddy": "go").
    std::map<std::string, std::vector<std::string>, std::less<>> components;
    /// Names as logs have them (syslog tags, container names) to components: "apache2" to "apache".
    std::map<std::string, std::string> aliases;

    bool operator==(const Taxonomy&) const = default;
};

}
