#pragma once

#include <array>
#include <cstdint>

namespace hopscope::history {

/// hopscope.bundle/1 as SQLite keeps it. Text is stored as BLOB: what servers sent need not be UTF-8.
namespace bundle {
    constexpr std::int64_t applicationId = 0x484f5053; ///< "HOPS", in SQLite's header
    constexpr std::int64_t version = 1;                ///< user_version

    constexpr const char* digestName = "sha256";       ///< the document that holds the digest of all the rest

    struct Table {
        const char* name;
        const char* definition;
    };
    /// A bundle has exactly these, word for word: a file with other tables, views or triggers is not read at all, so
    /// that nothing that came in a file can run when it is queried.
    constexpr std::array tables {
        Table { "document", "CREATE TABLE document (name TEXT PRIMARY KEY, content BLOB NOT NULL)" },
        Table { "session", "CREATE TABLE session (position INTEGER PRIMARY KEY, content BLOB NOT NULL)" },
        Table { "checked",
            "CREATE TABLE checked (position INTEGER PRIMARY KEY, host BLOB NOT NULL, container BLOB NOT NULL, "
            "check_id BLOB NOT NULL, subject BLOB NOT NULL, command BLOB NOT NULL, outcome BLOB NOT NULL, "
            "output BLOB NOT NULL, error_output BLOB NOT NULL, is_truncated INTEGER NOT NULL, "
            "started_ms INTEGER NOT NULL, duration_ms INTEGER NOT NULL)" },
    };
}

}
