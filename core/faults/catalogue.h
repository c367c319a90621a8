#pragma once

#include "core/base/result.h"
#include "core/model/diagnosis.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// Where a fault sits, as `explain` names it.
enum class Role { Client, Dns, Network, Proxy, UpstreamApp, Dependency, HostResources };
const char* id(Role role);

/// What one line of text says. `variant` "none" (with no cause): a line that reports no upstream fault.
struct LineReading {
    std::string entry;     ///< id of the catalogue entry; empty for none
    std::string component; ///< software that wrote it: "nginx", "kernel", "systemd" …; empty where it can't be told
    std::optional<std::string> variant;
    std::optional<std::string> cause;
    Role role = Role::UpstreamApp;
    /// Named groups of the pattern: address, port, socket, unit, process, pid, name, file, line, status …
    std::map<std::string, std::string> captures;

    bool operator==(const LineReading&) const = default;
};

/// The values that fill a remedy's placeholders ("{unit}", "{port}" …). Each is quoted as one shell word.
struct RemedyContext {
    base::HostId host;       ///< where the callee runs: most remedies are carried out there
    base::HostId callerHost; ///< where the caller (the proxy) runs: remedies of its configuration; empty: as `host`
    std::string osFamily;   ///< debian, rhel, alpine …
    std::string initSystem; ///< systemd, openrc …
    std::string firewall;   ///< nft, iptables, ufw, firewalld
    std::string platform;   ///< "host", "docker", "kubernetes"
    std::string software;   ///< what the callee is: "postgresql", "mariadb", "redis", "nginx" …
    bool isRoot = false;    ///< else commands that need it get `sudo`
    /// What is not known stays empty; a remedy that asks for it is then left out.
    /// unit, process, pid, port, address, actualPort … : the list is in resources/faults/README.md.
    std::map<std::string, std::string> values;
    /// Whole shell lines for the catalogue's procedures (proxyTest, proxyReload, proxyRestart), every word in them quoted.
    std::map<std::string, std::string> procedures;
};

/// What a catalogue entry says to people.
struct FaultText {
    std::string id; ///< of the entry
    std::optional<std::string> variant;
    std::optional<std::string> cause;
    std::string title;
    std::string meaning; ///< a founder's words
    std::string firstPlaceToCheck;
    Role role = Role::UpstreamApp;
};

/// The fault catalogue: data of resources/faults/*.yaml and a user's folder, with the patterns compiled.
/// Immutable once loaded; safe to share among threads.
class Catalogue {
public:
    /// Reads every *.yaml of the folders, in order; a later folder adds to the earlier ones. Errors name file and line.
    static base::Result<std::shared_ptr<const Catalogue>> load(const std::vector<std::string>& folders);
    /// The catalogue that is compiled into the program, then these folders.
    static base::Result<std::shared_ptr<const Catalogue>> loadBuiltIn(const std::vector<std::string>& extraFolders = {});
    virtual ~Catalogue() = default;

    /// The best reading of one line (without its newline). `component` narrows to what that software writes;
    /// empty: any.
    virtual LineReading read(std::string_view line, std::string_view component = {}) const = 0;

    /// The entry of that id: a reading's own words. Texts hold placeholders: filledText() fills them.
    virtual const FaultText* byEntry(std::string_view entry) const = 0;
    virtual const FaultText* byCause(std::string_view cause) const = 0;
    virtual const FaultText* byVariant(std::string_view variant) const = 0;

    /// What to do, safest first, for this cause (or, without one, this variant), placeholders filled. A command whose
    /// placeholder has no value is left out.
    virtual std::vector<model::Remediation> remedies(std::string_view variant, std::string_view cause,
        const RemedyContext& context) const
        = 0;
    /// What would have prevented it.
    virtual std::vector<model::Remediation> prevention(std::string_view cause, const RemedyContext& context) const = 0;

    /// Names of the predicates that entries ask for, by entry id.
    virtual std::map<std::string, std::vector<std::string>> predicates() const = 0;

    virtual std::vector<std::string> variantIds() const = 0; ///< all of the taxonomy
    virtual std::vector<std::string> causeIds() const = 0;
};

/// A text of the catalogue with its placeholders filled: "{unit|the service}" is the unit's name, else "the service".
std::string filledText(std::string_view text, const std::map<std::string, std::string>& values);

}
