#include "core/discovery/springfile.h"

#include "core/base/text.h"
#include "core/parse/lines.h"
#include "core/parse/settingsfile.h"

#include <algorithm>

namespace hopscope::discovery {

namespace {
using Settings = std::vector<std::pair<std::string, std::string>>;

bool isSpringFile(const OfflineFile& file, const std::string& folder, const std::string& name)
{
    for (const char* place : { "src/main/resources/", "config/", "" })
        for (const char* ending : { ".yml", ".yaml", ".properties" })
            if (file.path == (folder.empty() ? "" : folder + "/") + place + name + ending)
                return true;
    return false;
}
}

Settings springSettings(
    const std::vector<OfflineFile>& files, const std::string& folder, const std::map<std::string, std::string>& environment)
{
    std::vector<std::string> names { "application" };
    if (const auto profiles = environment.find("SPRING_PROFILES_ACTIVE"); profiles != environment.end())
        for (std::string_view rest = profiles->second; !rest.empty() && names.size() < 8;) {
            const std::string_view one = parse::trimmed(rest.substr(0, rest.find(',')));
            rest.remove_prefix(std::min(rest.size(), rest.find(',') == std::string_view::npos ? rest.size() : rest.find(',') + 1));
            if (!one.empty())
                names.push_back("application-" + std::string(one));
        }
    std::map<std::string, std::string> last; // a profile's file wins over the common one
    for (const std::string& name : names)
        for (const OfflineFile& file : files)
            if (isSpringFile(file, folder, name))
                for (auto& [key, value] : parse::settingsInFile(file.path, file.text))
                    if (!environment.contains(parse::variableNamed(key)) && parse::fillPlaces(value, environment))
                        last[parse::variableNamed(key)] = std::move(value);
    return { last.begin(), last.end() };
}

}
