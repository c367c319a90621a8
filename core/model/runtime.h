#pragma once

#include "core/model/source.h"

#include <cstdint>
#include <string>

namespace hopscope::model {

/// One setting of an app that says where it connects or how it runs: "DATABASE_URL=postgresql://10.1.0.4:5432". Users,
/// passwords, paths and queries of addresses were taken out on the host; settings that may be secrets never come.
struct Setting {
    enum class Origin { Environment, Unit, File };
    Origin origin = Origin::File;
    int pid = 0;       ///< of Environment
    std::string unit;  ///< of Unit: "shop.service"
    std::string file;  ///< of Unit and File
    int line = 0;      ///< of `file`; 1 is the first
    std::string key;   ///< with the sections it stands in: "production.host"
    std::string value; ///< may be empty where only that it is set is known
    Source source;

    bool operator==(const Setting&) const = default;
};

/// A program's version, by its own words or the package manager's.
struct ProgramVersion {
    std::string path; ///< of an executable, or of a folder that holds the program; empty for a package
    std::string package;
    std::string version;

    bool operator==(const ProgramVersion&) const = default;
};

/// What a Java machine says of its memory, in the columns of `jstat -gcutil`.
struct JavaMemory {
    int pid = 0;
    double oldPercent = 0;       ///< of the old generation
    double collectionSeconds = 0; ///< spent in all collections since its start
    std::uint64_t fullCollections = 0;
    Source source;

    bool operator==(const JavaMemory&) const = default;
};

}
