#include "core/parse/secrets.h"

#include "core/base/text.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>

namespace hopscope::parse {
namespace {

constexpr std::array<std::string_view, 10> secretNames = { "password", "passwd", "passphrase", "secret", "token",
    "apikey", "api-key", "api_key", "credential", "access_key" };


bool endsInSecretName(std::string_view name)
{
    const std::string lower = base::lowered(name);
    return std::any_of(secretNames.begin(), secretNames.end(), [&](std::string_view secret) {
        return lower.ends_with(secret) || lower.ends_with(std::string(secret) + "s");
    });
}

/// "scheme://user:password@host" with the password masked.
std::string withUrlMasked(std::string_view word)
{
    const std::size_t scheme = word.find("://");
    if (scheme == std::string_view::npos)
        return std::string(word);
    const std::size_t authority = scheme + 3;
    const std::size_t at = word.substr(authority, word.find_first_of("/?", authority) - authority).rfind('@');
    if (at == std::string_view::npos)
        return std::string(word);
    const std::size_t colon = word.substr(authority, at).find(':');
    if (colon == std::string_view::npos)
        return std::string(word);
    return std::string(word.substr(0, authority + colon + 1)) + "***" + std::string(word.substr(authority + at));
}

}

std::string withSecretsMasked(std::string_view commandLine)
{
    std::string result;
    bool nextIsSecret = false;
    for (std::string_view word : wordsOf(commandLine)) {
        if (!result.empty())
            result += ' ';
        if (nextIsSecret && !word.starts_with('-')) {
            result += "***";
            nextIsSecret = false;
            continue;
        }
        nextIsSecret = false;
        const std::size_t equals = word.find('=');
        if (equals != std::string_view::npos && endsInSecretName(word.substr(0, equals))) {
            result += std::string(word.substr(0, equals)) + "=***";
            continue;
        }
        nextIsSecret = word.starts_with('-') && endsInSecretName(word);
        result += withUrlMasked(word);
    }
    return result;
}

}
