#pragma once

#include "core/discovery/software.h"
#include "core/model/runtime.h"
#include "core/model/topology.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery {

/// A service that an app's settings name.
struct NamedService {
    model::Endpoint endpoint;
    Software software; ///< "unknown" where neither scheme, name nor port says
    model::Protocol protocol = model::Protocol::Tcp;
    std::string group;  ///< of parallel servers: the setting's name; empty: alone
    model::FilePlace place;
    /// The process or its unit was given it; else it only stands in a file of its folder, which may be of no use to it.
    bool isGiven = false;

    bool operator==(const NamedService&) const = default;
};

/// The databases, caches, queues and other services in one app's settings: addresses as such, and host, port and kind in
/// settings that belong together ("DB_HOST", "DB_PORT"). Sections of another environment than the app's are left out.
/// An app's own address and what only its visitors use (public URLs) are no services. Pure and total.
/// `findDatabase` says on which usual port of a host a database is found, for settings that give neither kind nor port;
/// 0: none, or more than one.
using DatabaseSearch = std::function<base::Port(const std::string& host)>;
std::vector<NamedService> servicesIn(const std::vector<const model::Setting*>& settings, const DatabaseSearch& findDatabase = {});

/// The mail relay that the settings name (SMTP_HOST, EMAIL_HOST, mail.host, a url of smtp://). An app that works without one
/// may name it all the same: it counts only where the app's log complains of it.
std::optional<NamedService> mailRelayIn(const std::vector<const model::Setting*>& settings);

/// What "postgres", "mysql2", "rediss", "django.db.backends.postgresql" stand for; "unknown" for any other word.
Software softwareNamed(std::string_view word);
/// Which server's socket a path is by its own name or its folder's: "/run/mysqld/mysqld.sock", "/var/run/postgresql",
/// "/tmp/.s.PGSQL.5432"; "unknown" for any other path, and for none.
Software softwareOfSocket(std::string_view path);
/// 0 where none is usual.
base::Port usualPort(std::string_view software);

/// Whether a variable of this name is for an API elsewhere that the app calls ("PAYMENT_API_URL"), rather than for the app's own
/// address or for what its visitors' browsers ask. Only what says so: an "APP_URL" is mostly the app itself.
bool namesOutsideApi(std::string_view variable);

}
