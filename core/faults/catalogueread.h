#pragma once

#include "core/faults/entry.h"
#include "core/faults/taxonomy.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// All that the YAML files hold, checked but for the regular expressions.
struct CatalogueData {
    Taxonomy taxonomy;
    std::map<std::string, std::string> fragments;                ///< "<<name>>" of patterns
    std::map<std::string, std::vector<Pattern>> extractors;      ///< by component: patterns that only capture
    std::map<std::string, std::vector<Pattern>> writers;         ///< by component: how its lines look
    std::vector<Entry> entries;
};

/// One file of the catalogue: its name for messages, and its text.
struct CatalogueFile {
    std::string name;
    std::string text;
};

/// Adds a file. Errors name file and line.
base::Result<void> readCatalogueFile(const CatalogueFile& file, CatalogueData& data);

}
