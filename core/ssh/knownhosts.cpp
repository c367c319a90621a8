#include "core/ssh/knownhosts.h"

#include "core/profile/sshpattern.h"

#include <QByteArray>
#include <QCryptographicHash>
#include <QMessageAuthenticationCode>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hopscope::ssh {
namespace {

    constexpr std::uintmax_t largestFile = 16 * 1024 * 1024;

    QByteArray bytes(std::string_view text) { return QByteArray(text.data(), qsizetype(text.size())); }

    /// "|1|salt|hash": HMAC-SHA1 of the name under the salt, both in base64.
    bool matchesHashed(std::string_view field, const std::string& name)
    {
        constexpr std::string_view magic = "|1|";
        if (!field.starts_with(magic))
            return false;
        field.remove_prefix(magic.size());
        const std::size_t bar = field.find('|');
        if (bar == std::string_view::npos)
            return false;
        const QByteArray salt = QByteArray::fromBase64(bytes(field.substr(0, bar)));
        const QByteArray hash = QByteArray::fromBase64(bytes(field.substr(bar + 1)));
        return !hash.isEmpty()
            && QMessageAuthenticationCode::hash(bytes(name), salt, QCryptographicHash::Sha1) == hash;
    }

    bool matchesNames(const std::string& names, const std::string& name)
    {
        return names.starts_with('|') ? matchesHashed(names, name)
                                      : profile::matchesSshPatterns(name, profile::splitAtCommas(names));
    }

    base::Error writeError(const std::string& file, int problem)
    {
        return { base::ErrorCode::InputOutput, "remember the host key in", file, std::strerror(problem), "" };
    }

}

KnownHosts KnownHosts::load(const std::vector<std::string>& files)
{
    KnownHosts known;
    for (const std::string& file : files) {
        std::error_code problem;
        if (!std::filesystem::is_regular_file(file, problem) || std::filesystem::file_size(file, problem) > largestFile)
            continue;
        std::ifstream stream(file, std::ios::binary);
        std::ostringstream text;
        text << stream.rdbuf();
        known.add(text.str(), file);
    }
    return known;
}

void KnownHosts::add(std::string_view text, const std::string& file)
{
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::istringstream line { std::string(text.substr(0, end)) };
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        Entry entry;
        entry.file = file;
        entry.line = number;
        line >> entry.names;
        if (entry.names.empty() || entry.names.front() == '#')
            continue;
        if (entry.names.front() == '@') {
            entry.isRevoked = entry.names == "@revoked";
            if (!entry.isRevoked)
                continue;
            entry.names.clear();
            line >> entry.names;
        }
        line >> entry.key.type >> entry.key.base64;
        if (!entry.key.base64.empty())
            m_entries.push_back(std::move(entry));
    }
}

std::vector<const KnownHosts::Entry*> KnownHosts::entriesFor(const std::string& name) const
{
    std::vector<const Entry*> found;
    for (const Entry& entry : m_entries) {
        if (matchesNames(entry.names, name))
            found.push_back(&entry);
    }
    return found;
}

KeyVerdict KnownHosts::check(const std::string& name, const HostKey& key) const
{
    KeyVerdict verdict;
    const auto decide = [&](KeyVerdict::Kind kind, const Entry& entry) {
        verdict = { kind, entry.file, entry.line, entry.key.type };
    };
    const auto entries = entriesFor(name);
    // Revoked wins over all, known over changed (a host may have several keys), the same type over others.
    for (const Entry* entry : entries) {
        if (entry->isRevoked && entry->key == key) {
            decide(KeyVerdict::Kind::Revoked, *entry);
            return verdict;
        }
    }
    for (const Entry* entry : entries) {
        if (!entry->isRevoked && entry->key == key) {
            decide(KeyVerdict::Kind::Known, *entry);
            return verdict;
        }
    }
    for (const Entry* entry : entries) {
        if (entry->isRevoked || verdict.kind == KeyVerdict::Kind::Changed)
            continue;
        if (entry->key.type == key.type)
            decide(KeyVerdict::Kind::Changed, *entry);
        else if (verdict.kind == KeyVerdict::Kind::Unknown)
            decide(KeyVerdict::Kind::OtherType, *entry);
    }
    return verdict;
}

std::vector<std::string> KnownHosts::types(const std::string& name) const
{
    std::vector<std::string> types;
    for (const Entry* entry : entriesFor(name)) {
        if (!entry->isRevoked && std::find(types.begin(), types.end(), entry->key.type) == types.end())
            types.push_back(entry->key.type);
    }
    return types;
}

base::Result<void> rememberHostKey(const std::string& file, const std::string& name, const HostKey& key)
{
    const std::filesystem::path folder = std::filesystem::path(file).parent_path();
    std::error_code problem;
    if (!folder.empty() && !std::filesystem::exists(folder, problem) && ::mkdir(folder.c_str(), 0700) != 0)
        return base::failure(writeError(file, errno));
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return base::failure(writeError(file, errno));
    std::string line = name + ' ' + key.type + ' ' + key.base64 + '\n';
    // A last line without its newline must not swallow ours.
    char last = '\n';
    const off_t size = ::lseek(descriptor, 0, SEEK_END);
    if (size > 0 && ::pread(descriptor, &last, 1, size - 1) == 1 && last != '\n')
        line.insert(line.begin(), '\n');
    const bool isWritten = ::write(descriptor, line.data(), line.size()) == ssize_t(line.size());
    const int writeProblem = errno;
    ::close(descriptor);
    if (!isWritten)
        return base::failure(writeError(file, writeProblem));
    return {};
}

}
