#include "core/parse/files.h"

#include "core/parse/lines.h"

namespace hopscope::parse {
namespace {

/// The file type bits of st_mode, stat(2).
std::string typeOf(unsigned mode)
{
    switch (mode & 0170000) {
    case 0140000: return "socket";
    case 0120000: return "link";
    case 0100000: return "file";
    case 0040000: return "directory";
    }
    return "other";
}

}

std::vector<model::FileStatus> parseFileStatus(std::string_view output)
{
    std::vector<model::FileStatus> files;
    std::vector<model::FileStatus::Parent> parents;
    for (const Line& line : linesOf(output)) {
        std::string_view rest = line.text;
        const std::string_view kind = takeWord(rest);
        if (kind == "missing" || kind == "unseen") {
            // "unseen": a directory above may not be entered, so whether it exists is not known
            if (kind == "missing") {
                model::FileStatus file;
                file.path = textOf(trimmed(rest));
                file.parents = std::move(parents);
                file.source.line = line.number;
                files.push_back(std::move(file));
            }
            parents.clear();
            continue;
        }
        if (kind != "dir" && kind != "file")
            continue;
        // "file c1b0 www-data www-data 1763717400 /run/php/php8.2-fpm.sock": the mode in hex, as `stat -c %f` has it
        unsigned mode = 0;
        const std::string_view hex = takeWord(rest);
        const auto [end, problem] = std::from_chars(hex.data(), hex.data() + hex.size(), mode, 16);
        const std::string_view owner = takeWord(rest);
        const std::string_view group = takeWord(rest);
        const auto modified = base::fromUnixSeconds(takeWord(rest));
        if (problem != std::errc() || end != hex.data() + hex.size() || trimmed(rest).empty())
            continue;
        if (kind == "dir") {
            parents.push_back({ textOf(trimmed(rest)), mode & 07777, textOf(owner), textOf(group) });
            continue;
        }
        model::FileStatus file;
        file.path = textOf(trimmed(rest));
        file.exists = true;
        file.type = typeOf(mode);
        file.mode = mode & 07777;
        file.owner = textOf(owner);
        file.group = textOf(group);
        file.modifiedAt = modified;
        file.parents = std::move(parents);
        file.source.line = line.number;
        parents.clear();
        files.push_back(std::move(file));
    }
    return files;
}

}
