#pragma once

#include "core/base/time.h"
#include "core/model/facts.h"
#include "core/model/topology.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// One pool of PHP-FPM as its file declares it. Empty where the file does not say.
struct PhpFpmPool {
    std::string name; ///< "www"
    std::string listen; ///< as written, `$pool` filled in
    model::Endpoint endpoint; ///< of `listen`; host empty where it listens on every address
    std::string listenOwner;
    std::string listenGroup;
    std::string allowedClients; ///< of listen.allowed_clients, as written; empty: all
    std::string listenMode; ///< "0660"; php-fpm's default is that
    std::string user;
    std::string group;
    std::string processManager; ///< static, dynamic, ondemand
    std::optional<int> maxChildren;
    std::string statusPath;
    std::string pingPath;
    std::string slowLog;
    std::string errorLog;
    std::optional<base::Milliseconds> terminateTimeout; ///< empty or zero: none
    std::optional<base::Milliseconds> slowLogTimeout;
    model::FilePlace place;       ///< of `[name]`
    model::FilePlace listenPlace; ///< of `listen =`
    std::map<std::string, int> lines; ///< each setting's line in place.file

    bool operator==(const PhpFpmPool&) const = default;
};

struct PhpFpmPools {
    std::vector<PhpFpmPool> pools;
    std::vector<model::ConfigWarning> warnings;
};

/// The pools of php-fpm.conf and pool.d/*.conf; settings of [global] are left out. Total; later files add to earlier ones.
PhpFpmPools parsePhpFpmPools(const std::vector<model::ConfigFile>& files);

}
