#include "core/report/redact/secrets.h"

#include <re2/re2.h>

#include <array>
#include <memory>
#include <vector>

namespace hopscope::report {
namespace {

    struct Rule {
        const char* pattern;
        const char* replacement;
    };

    /// In this order: whole blocks before their parts, headers before single words.
    constexpr std::array rules {
        // A block that is cut off (a log's tail) is removed to the text's end.
        Rule { R"re((?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\z))re", "[secret]" },
        Rule { R"re((?s)(-----BEGIN [A-Z0-9 ]+-----).*?(-----END [A-Z0-9 ]+-----|\z))re", R"re(\1[removed]\2)re" },
        Rule { R"re((?i)\b((?:proxy-)?authorization|cookie|set-cookie|x-[a-z-]*(?:token|key|secret|auth)[a-z-]*)(["']?\s*[:=]\s*["']?)[^\r\n"']+)re", R"re(\1\2[secret])re" },
        Rule { R"re(\b((?i:bearer|basic))\s+[a-z]*[A-Z0-9=][A-Za-z0-9._~+/=-]{6,})re", R"re(\1 [secret])re" },
        // scheme://user:password@host; the user name is the masks' business
        Rule { R"re(\b([a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@"']*):[^\s/@"']+@)re", R"re(\1:[secret]@)re" },
        // JSON Web Tokens, cloud and forge keys by their prefixes
        Rule { R"re(\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*)?)re", "[secret]" },
        Rule { R"re(\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}\b)re", "[secret]" },
        Rule { R"re(\b(?:gh[pousr]_[A-Za-z0-9]{16,}|github_pat_[A-Za-z0-9_]{16,}|glpat-[A-Za-z0-9_-]{16,}|xox[a-z]-[A-Za-z0-9-]{8,}|[sr]k_(?:live|test)_[A-Za-z0-9]{8,}|AIza[A-Za-z0-9_-]{20,}|npm_[A-Za-z0-9]{20,}|dop_v1_[a-f0-9]{32,}|SG\.[A-Za-z0-9_.-]{20,}))re", "[secret]" },
        // name=value and name: value, as in settings, query strings, environments and JSON
        Rule { R"re((?i)([a-z0-9_.-]*(?:password|passwd|passphrase|pwd|secret|token|api[-_.]?key|access[-_.]?key|private[-_.]?key|secret[-_.]?key|credentials?|signature|session[-_.]?id|sessid)[a-z0-9_.-]*["']?\s*[=:]\s*)(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s&;,"'<>]+))re", R"re(\1[secret])re" },
        Rule { R"re((?i)([?&](?:sig|key|auth|code|sid|jwt|hash|nonce|apikey|access)=)[^\s&"'<>]+)re", R"re(\1[secret])re" },
        // options of command lines: --password X, --requirepass X, mysql -pX, curl -u user:X, sshpass -p X
        Rule { R"re((?i)(\s--?[a-z-]*(?:password|passwd|passphrase|requirepass|secret|token|api-key|masterauth)[= ]+)(?:"[^"\r\n]*"|'[^'\r\n]*'|[^\s-][^\s]*))re", R"re(\1[secret])re" },
        Rule { R"re((?i)\b(requirepass|masterauth)(\s+)[^\s]+)re", R"re(\1\2[secret])re" },
        Rule { R"re((\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\r\n|;]*\s-p)[^\s-][^\s]*)re", R"re(\1[secret])re" },
        Rule { R"re((\bsshpass\s+-p\s*)[^\s]+)re", R"re(\1[secret])re" },
        Rule { R"re((\bcurl\b[^\r\n|;]*\s(?:-u|--user)[= ]?["']?[^\s:"']+):[^\s"']+)re", R"re(\1:[secret])re" },
    };

    struct CompiledRule {
        std::unique_ptr<const RE2> pattern;
        const char* replacement;
    };

    /// Compiled once; RE2 patterns are safe to share among threads.
    const std::vector<CompiledRule>& compiledRules()
    {
        static const std::vector<CompiledRule> compiled = [] {
            RE2::Options options(RE2::Quiet);
            options.set_encoding(RE2::Options::EncodingLatin1); // bytes as they came
            std::vector<CompiledRule> all;
            for (const Rule& rule : rules)
                all.push_back({ std::make_unique<const RE2>(rule.pattern, options), rule.replacement });
            return all;
        }();
        return compiled;
    }

}

std::string withoutSecrets(std::string text)
{
    for (const auto& [pattern, replacement] : compiledRules())
        RE2::GlobalReplace(&text, *pattern, replacement);
    return text;
}

}
