#include "core/parse/appsettings.h"

#include "core/parse/lines.h"
#include "core/parse/secrets.h"

namespace hopscope::parse {
namespace {

using model::Setting;

constexpr std::size_t mostSettings = 4000;

/// What every setting of a section has in common.
Setting templateOf(std::string_view title)
{
    Setting setting;
    const std::string_view kind = takeWord(title);
    title = trimmed(title);
    if (kind == "env") {
        setting.origin = Setting::Origin::Environment;
    } else if (kind == "unit") {
        setting.origin = Setting::Origin::Unit;
        setting.unit = textOf(takeWord(title));
        setting.file = textOf(trimmed(title));
    } else {
        setting.origin = Setting::Origin::File;
        if (kind == "args")
            setting.pid = numberOf<int>(takeWord(title)).value_or(0);
        setting.file = textOf(trimmed(title));
    }
    return setting;
}

}

std::vector<Setting> parseAppSettings(std::string_view output)
{
    std::vector<Setting> settings;
    for (const Section& section : sectionsOf(output)) {
        const Setting common = templateOf(section.title);
        for (const Line& line : section.lines) {
            std::string_view rest = line.text;
            const auto number = numberOf<int>(takeWord(rest));
            rest = trimmed(rest);
            const std::string_view key = takeUntil(rest, "=");
            if (!number || key.empty() || key.size() == line.text.size() || settings.size() >= mostSettings)
                continue;
            Setting setting = common;
            (common.origin == Setting::Origin::Environment ? setting.pid : setting.line) = *number;
            setting.key = textOf(key);
            setting.value = textOf(withSecretsMasked(rest));
            setting.source.line = line.number;
            settings.push_back(std::move(setting));
        }
    }
    return settings;
}

}
