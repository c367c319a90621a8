#include "app/display.h"

#include <QGuiApplication>

#include <string_view>

namespace hopscope::app {

bool hasDisplay()
{
#if defined(Q_OS_MACOS) || defined(Q_OS_WIN)
    return true;
#else
    // A platform that the user chose (offscreen, vnc …) needs neither.
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY")
        || !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
#endif
}

bool isHeadlessPlatform() { return QGuiApplication::platformName() == QStringLiteral("offscreen"); }

bool opensWindow(int count, char** words)
{
    if (!hasDisplay())
        return false;
    for (int i = 2; i < count; ++i) {
        const std::string_view word(words[i]);
        if (word.substr(0, 7) == "--fault" || (i > 2 && std::string_view(words[i - 1]) == "--fault"))
            continue;
        return false;
    }
    return true;
}

}
