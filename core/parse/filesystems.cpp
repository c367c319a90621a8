#include "core/parse/lines.h"
#include "core/parse/resources.h"

#include <algorithm>
#include <map>
#include <set>

namespace hopscope::parse {
namespace {

using model::FileSystem;

struct Row {
    std::string device;
    std::uint64_t size = 0;
    std::uint64_t available = 0;
    std::string mountPoint;
    int line = 0;
};

/// "DEVICE SIZE USED AVAILABLE PERCENT MOUNT": the device may hold blanks, so the percent sign is the anchor.
std::vector<Row> rowsOf(const Section& section)
{
    std::vector<Row> rows;
    for (const Line& line : section.lines) {
        const auto words = wordsOf(line.text);
        std::size_t percent = 4;
        while (percent < words.size() && !words[percent].ends_with('%') && words[percent] != "-")
            ++percent;
        if (percent + 1 >= words.size())
            continue;
        const auto size = numberOf<std::uint64_t>(words[percent - 3]);
        const auto available = numberOf<std::uint64_t>(words[percent - 1]);
        if (!size || !available)
            continue;
        const std::string_view mount(words[percent + 1].data(),
            std::size_t(line.text.data() + line.text.size() - words[percent + 1].data()));
        const std::string_view device(
            words[0].data(), std::size_t(words[percent - 4].data() + words[percent - 4].size() - words[0].data()));
        rows.push_back({ textOf(device), *size, *available, textOf(trimmed(mount)), line.number });
    }
    return rows;
}

/// /proc/mounts writes a blank as "\040".
std::string unescapedMount(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("\\040")) {
            result += ' ';
            i += 3;
        } else {
            result += text[i];
        }
    }
    return textOf(result);
}

struct Mount {
    std::string type;
    bool isReadOnly = false;
};

std::map<std::string, Mount> mountsOf(const Section& section)
{
    std::map<std::string, Mount> mounts;
    for (const Line& line : section.lines) {
        const auto words = wordsOf(line.text);
        if (words.size() >= 4)
            mounts[unescapedMount(words[1])] = { textOf(words[2]), words[3] == "ro" || words[3].starts_with("ro,") };
    }
    return mounts;
}

/// File systems that are full or read-only by nature, or that no service writes to.
bool isWritable(const FileSystem& system, const std::string& type)
{
    static const std::set<std::string_view> others { "squashfs", "iso9660", "devtmpfs", "efivarfs", "udf", "cramfs",
        "erofs", "ramfs", "proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue", "vfat", "fuse.snapfuse" };
    // files that a container manager mounts into its containers
    static const std::set<std::string_view> single { "/boot", "/dev", "/run/lock", "/etc/hosts", "/etc/hostname",
        "/etc/resolv.conf" };
    return system.sizeBytes > 0 && !others.contains(type) && !single.contains(system.mountPoint)
        && !system.mountPoint.starts_with("/boot/") && !system.mountPoint.starts_with("/snap/")
        && !system.mountPoint.starts_with("/sys/") && !system.mountPoint.starts_with("/run/host/");
}

}

std::vector<FileSystem> parseFileSystems(std::string_view output)
{
    std::vector<FileSystem> systems;
    std::vector<Row> inodes;
    std::map<std::string, Mount> mounts;
    for (const Section& section : sectionsOf(output)) {
        if (section.title.empty()) {
            for (Row& row : rowsOf(section)) {
                FileSystem system;
                system.mountPoint = std::move(row.mountPoint);
                system.device = std::move(row.device);
                system.sizeBytes = std::min<std::uint64_t>(row.size, std::uint64_t(1) << 53) * 1024;
                system.availableBytes = std::min<std::uint64_t>(row.available, std::uint64_t(1) << 53) * 1024;
                system.source.line = row.line;
                systems.push_back(std::move(system));
            }
        } else if (section.title == "inodes") {
            inodes = rowsOf(section);
        } else if (section.title == "mounts") {
            mounts = mountsOf(section);
        }
    }
    std::map<std::string_view, const Row*> inodesByMount;
    for (const Row& row : inodes)
        inodesByMount[row.mountPoint] = &row;
    std::erase_if(systems, [&](FileSystem& system) {
        if (const auto row = inodesByMount.find(system.mountPoint); row != inodesByMount.end()) {
            system.inodes = row->second->size;
            system.inodesFree = row->second->available;
        }
        const auto mount = mounts.find(system.mountPoint);
        if (mount == mounts.end())
            return false;
        system.isReadOnly = mount->second.isReadOnly;
        return !isWritable(system, mount->second.type);
    });
    return systems;
}

void setDiskUse(model::Resources& resources, const std::vector<FileSystem>& fileSystems)
{
    for (const FileSystem& system : fileSystems) {
        if (system.sizeBytes == 0)
            continue;
        const double used = 100.0 * (1.0 - std::min(1.0, double(system.availableBytes) / double(system.sizeBytes)));
        if (!resources.diskUsedPercent || used > *resources.diskUsedPercent) {
            resources.diskUsedPercent = used;
            resources.diskMount = system.mountPoint;
        }
        if (system.inodes == 0)
            continue;
        const double inodesUsed = 100.0 * (1.0 - std::min(1.0, double(system.inodesFree) / double(system.inodes)));
        if (!resources.inodesUsedPercent || inodesUsed > *resources.inodesUsedPercent) {
            resources.inodesUsedPercent = inodesUsed;
            resources.inodesMount = system.mountPoint;
        }
    }
}

}
