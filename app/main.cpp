#include "app/commands/commands.h"
#include "app/display.h"

#include <QApplication>
#include <QCoreApplication>

#include <cstring>
#include <memory>

namespace {

using namespace hopscope;

std::string overview()
{
    std::string text = "Usage: hopscope [PROFILE]\n       hopscope COMMAND [OPTIONS]\n\n"
                       "Finds the failing hop between your proxy and your app, over SSH. Without a command: the window.\n\n"
                       "Commands:\n";
    for (const app::Command& command : app::commands()) {
        std::string line = "  " + std::string(command.name);
        line.resize(12, ' ');
        text += line + command.summary + "\n";
    }
    return text + "\nOptions:\n  -h, --help     this text, or with a command, its own\n"
                  "  -v, --version  the version\n\nhopscope COMMAND --help tells the rest.\n";
}

const app::Command* commandNamed(const char* word)
{
    for (const app::Command& command : app::commands())
        if (std::strcmp(command.name, word) == 0)
            return &command;
    return nullptr;
}

}

int main(int count, char** words)
{
    if (count > 1 && (std::strcmp(words[1], "--help") == 0 || std::strcmp(words[1], "-h") == 0))
        return app::print(overview()) ? app::exitcode::healthy : app::exitcode::usage;
    if (count > 1 && (std::strcmp(words[1], "--version") == 0 || std::strcmp(words[1], "-v") == 0))
        return app::print("hopscope " HOPSCOPE_VERSION "\n") ? app::exitcode::healthy : app::exitcode::usage;

    QCoreApplication::setApplicationName(QStringLiteral("hopscope"));
    QCoreApplication::setOrganizationName(QStringLiteral("hopscope"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HOPSCOPE_VERSION));
    const app::Command* command = count > 1 ? commandNamed(words[1]) : nullptr;
    // `demo` decides for itself whether there is a display; all other commands never need one.
    const bool needsDisplay = !command || (std::strcmp(command->name, "demo") == 0 && app::opensWindow(count, words));
    if (needsDisplay && !app::hasDisplay()) {
        app::complain("there is no display here; 'hopscope diagnose' needs none (see hopscope --help)");
        return app::exitcode::usage;
    }
    if (!needsDisplay)
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(count, words);
    return command ? command->run(QCoreApplication::arguments().mid(2))
                   : app::window(QCoreApplication::arguments().mid(1));
}
