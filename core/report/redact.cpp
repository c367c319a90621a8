#include "core/report/redact.h"

#include "core/report/redact/masks.h"
#include "core/report/redact/names.h"
#include "core/report/redact/texts.h"

namespace hopscope::report {
namespace {

    /// The host of "https://user@host:port/path"; empty where there is none.
    std::string hostOf(const std::string& url)
    {
        const std::size_t scheme = url.find("://");
        if (scheme == std::string::npos)
            return {};
        std::string host = url.substr(scheme + 3, url.find_first_of("/?#", scheme + 3) - scheme - 3);
        if (const std::size_t at = host.rfind('@'); at != std::string::npos)
            host.erase(0, at + 1);
        if (host.starts_with('['))
            return host.substr(1, host.find(']') - 1);
        return host.substr(0, host.find(':'));
    }

    void learn(Masks& masks, TextKind kind, const std::string& text)
    {
        switch (kind) {
        case TextKind::HostName: masks.addHost(text); break;
        case TextKind::TargetName: masks.addTarget(text); break;
        case TextKind::UserName: masks.addUser(text); break;
        case TextKind::Url: masks.addHost(hostOf(text)); break;
        case TextKind::Free: break;
        }
        masks.learn(text);
    }

    /// Two passes, so that what the last part names is masked in the first one too.
    template <class... Part> void redact(Part&... parts)
    {
        Masks masks;
        const TextRewriter learning = [&masks](TextKind kind, const std::string& text) {
            learn(masks, kind, text);
            return text;
        };
        const TextRewriter masking = [&masks](TextKind, const std::string& text) { return masks.masked(text); };
        (rewriteTexts(parts, learning), ...);
        (rewriteTexts(parts, masking), ...);
    }

}

model::Diagnosis redacted(const model::Diagnosis& diagnosis)
{
    model::Diagnosis copy = diagnosis;
    redact(copy);
    return copy;
}

RedactedTopology redacted(const model::Topology& topology, const std::vector<model::ConfigWarning>& warnings)
{
    RedactedTopology copy { topology, warnings };
    redact(copy.topology, copy.warnings);
    return copy;
}

}
