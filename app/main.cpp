#include "app/commands/commands.h"
#include "app/display.h"
#include "core/probe/outside.h"

#include <QApplication>
#include <QCoreApplication>

#include <memory>

namespace {

using namespace hopscope;

std::string overview()
{
    std::string text = "Usage: hopscope [PROFILE|BUNDLE]\n       hopscope COMMAND [OPTIONS]\n\n"
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

const app::Command* commandNamed(const QString& word)
{
    for (const app::Command& command : app::commands())
        if (word == QLatin1String(command.name))
            return &command;
    return nullptr;
}

}

int main(int count, char** argv)
{
    QStringList words;
    for (int i = 1; i < count; ++i)
        words << QString::fromLocal8Bit(argv[i]);
    const QString first = words.value(0);
    if (first == QStringLiteral("--help") || first == QStringLiteral("-h"))
        return app::print(overview()) ? app::exitcode::healthy : app::exitcode::usage;
    if (first == QStringLiteral("--version") || first == QStringLiteral("-v"))
        return app::print("hopscope " HOPSCOPE_VERSION "\n") ? app::exitcode::healthy : app::exitcode::usage;

    QCoreApplication::setApplicationName(QStringLiteral("hopscope"));
    QCoreApplication::setOrganizationName(QStringLiteral("hopscope"));
    QCoreApplication::setApplicationVersion(QStringLiteral(HOPSCOPE_VERSION));
    const app::Command* command = commandNamed(first);
    if (!command && !app::hasDisplay()) {
        app::complain("there is no display here; 'hopscope diagnose' needs none (see hopscope --help)");
        return app::exitcode::usage;
    }
    const bool isWindow = !command || (command->run == app::demo && app::demoOpensWindow(words.mid(1)));
    if (!isWindow)
        qputenv("QT_QPA_PLATFORM", "offscreen"); // whatever the user chose for windows: there is none
    std::unique_ptr<QCoreApplication> application;
    if (isWindow || app::wantsPicture(words))
        application = std::make_unique<QApplication>(count, argv);
    else
        application = std::make_unique<QCoreApplication>(count, argv);
    probe::loadNetworkInformation();
    return command ? command->run(words.mid(1)) : app::window(words);
}
