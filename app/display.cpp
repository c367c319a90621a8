#include "app/display.h"

#include <algorithm>

namespace hopscope::app {

bool hasDisplay()
{
    const QString platform = qEnvironmentVariable("QT_QPA_PLATFORM").section(QLatin1Char(':'), 0, 0);
    if (!platform.isEmpty())
        return platform != QStringLiteral("offscreen") && platform != QStringLiteral("minimal");
#if defined(Q_OS_MACOS) || defined(Q_OS_WIN)
    return true;
#else
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
#endif
}

bool demoOpensWindow(const QStringList& words)
{
    for (qsizetype i = 0; i < words.size(); ++i) {
        const bool isFault = words[i].startsWith(QStringLiteral("--fault="))
            || words[i] == QStringLiteral("--fault") || (i > 0 && words[i - 1] == QStringLiteral("--fault"));
        if (!isFault)
            return false;
    }
    return hasDisplay();
}

bool wantsPicture(const QStringList& words)
{
    return std::any_of(words.begin(), words.end(), [](const QString& word) {
        const QString name = word.section(QLatin1Char('='), 0, 0);
        return name == QStringLiteral("--png") || name == QStringLiteral("--svg") || name == QStringLiteral("--pdf")
            || name == QStringLiteral("--html");
    });
}

}
