#include "app/commands/commands.h"

#include "app/catalogue.h"
#include "app/windowrun.h"

namespace hopscope::app {

int window(const QStringList& words)
{
    Arguments arguments({}, QStringLiteral("Opens the window, with a profile or a recording if one is named."));
    addConnectionOptions(arguments);
    arguments.parser().addPositionalArgument(
        QStringLiteral("PROFILE"), QStringLiteral("The profile, or the recording of hopscope collect, to open."), QStringLiteral("[PROFILE]"));
    if (const auto end = arguments.parse(words))
        return *end;
    const auto options = runOptions(arguments);
    if (!options)
        return arguments.fail(QString::fromStdString(options.error().text()));
    const auto files = arguments.positional();
    if (files.size() > 1)
        return arguments.fail(QStringLiteral("expected one profile or recording"));
    const auto catalogue = loadCatalogue();
    if (!catalogue)
        return exitcode::usage;
    return runWindow(*options, *catalogue, files.empty() ? std::string() : files.front());
}

}
