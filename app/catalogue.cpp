#include "app/catalogue.h"

#include "app/commandline.h"

#include <QDir>
#include <QStandardPaths>

namespace hopscope::app {

std::optional<std::shared_ptr<const faults::Catalogue>> loadCatalogue()
{
    std::vector<std::string> folders;
    const QDir own(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/hopscope/faults"));
    if (own.exists())
        folders.push_back(own.path().toStdString());
    auto loaded = faults::Catalogue::loadBuiltIn(folders);
    if (!loaded) {
        complain(loaded.error().text());
        return std::nullopt;
    }
    return std::move(*loaded);
}

std::shared_future<std::shared_ptr<const faults::Catalogue>> startLoadingCatalogue()
{
    return std::async(std::launch::async, [] { return loadCatalogue().value_or(nullptr); }).share();
}

}
