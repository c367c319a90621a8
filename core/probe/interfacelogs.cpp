#include "core/probe/interfacelogs.h"

#include <re2/re2.h>

namespace hopscope::probe {
namespace {

constexpr std::size_t most = 8;

void gather(const std::string& text, const re2::RE2& pattern, std::vector<std::string>& paths)
{
    re2::StringPiece rest(text);
    std::string path;
    while (paths.size() < most && re2::RE2::FindAndConsume(&rest, pattern, &path))
        paths.push_back(path);
}

}

InterfaceLogs interfaceLogs(const model::SoftwareConfig& config)
{
    // "output file /var/log/caddy/a.log" of a Caddyfile; "output": "file", "filename": … of its JSON
    static const re2::RE2 caddyOutput(R"re((?m)^\s*output\s+file\s+"?(/[^\s"{]+))re");
    static const re2::RE2 caddyFile(R"re("filename"\s*:\s*"(/[^"]+)")re");
    static const re2::RE2 traefikAccess(
        R"re((?is)access_?log(?:\.|\]|:)[^\[\n]{0,80}?(?:\n[^\n]{0,200}?){0,4}?file_?path["\s]*[:=]["\s]*(/[^\s"',}]+))re");
    static const re2::RE2 traefikLog(R"re((?im)(?:^--log\.filepath=|^log:\s*\n(?:\s+\S[^\n]*\n){0,4}?\s+filePath:\s*"?|^\[log\]\s*\n(?:[^\[\n][^\n]*\n){0,4}?\s*filePath\s*=\s*"?)(/[^\s"]+))re");
    // `access_log: [{typed_config: {path: …}}]`; sockets and standard output are no files
    static const re2::RE2 envoyAccess(R"re((?i)["\s{]path["\s]*:\s*["']?(/(?:var|srv|opt|home|tmp|data|log|logs)/[^\s"',}]+\.(?:log|json|txt)))re");
    InterfaceLogs logs;
    for (const model::ConfigFile& file : config.files) {
        if (config.software == "caddy") {
            gather(file.text, caddyOutput, logs.accesses);
            gather(file.text, caddyFile, logs.accesses);
        } else if (config.software == "traefik") {
            gather(file.text, traefikAccess, logs.accesses);
            gather(file.text, traefikLog, logs.errors);
        } else if (config.software == "envoy") {
            gather(file.text, envoyAccess, logs.accesses);
        }
    }
    // Caddy's default logger may write its errors to the same kind of file.
    if (config.software == "caddy")
        logs.errors = logs.accesses;
    return logs;
}

}
