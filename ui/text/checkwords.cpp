#include "ui/text/checkwords.h"

#include "core/model/checkids.h"
#include "ui/text/words.h"

#include <QCoreApplication>

#include <array>

namespace hopscope::ui {

namespace {

struct CheckWords {
    const char* id;
    const char* title;
};

namespace checkid = model::checkid;

constexpr std::array checkWords {
    CheckWords { checkid::identity, QT_TRANSLATE_NOOP("Check", "The host itself") },
    CheckWords { checkid::network, QT_TRANSLATE_NOOP("Check", "Addresses and routes") },
    CheckWords { checkid::names, QT_TRANSLATE_NOOP("Check", "Name lookup settings") },
    CheckWords { checkid::listeners, QT_TRANSLATE_NOOP("Check", "What listens") },
    CheckWords { checkid::connections, QT_TRANSLATE_NOOP("Check", "Open connections") },
    CheckWords { checkid::units, QT_TRANSLATE_NOOP("Check", "Services") },
    CheckWords { checkid::journal, QT_TRANSLATE_NOOP("Check", "System journal") },
    CheckWords { checkid::kernelLog, QT_TRANSLATE_NOOP("Check", "Kernel log") },
    CheckWords { checkid::fileSystems, QT_TRANSLATE_NOOP("Check", "Disks") },
    CheckWords { checkid::nginxConfig, QT_TRANSLATE_NOOP("Check", "nginx configuration") },
    CheckWords { checkid::caddyConfig, QT_TRANSLATE_NOOP("Check", "Caddy configuration") },
    CheckWords { checkid::traefikConfig, QT_TRANSLATE_NOOP("Check", "Traefik configuration") },
    CheckWords { checkid::envoyConfig, QT_TRANSLATE_NOOP("Check", "Envoy configuration") },
    CheckWords { checkid::phpFpmConfig, QT_TRANSLATE_NOOP("Check", "PHP-FPM configuration") },
    CheckWords { checkid::changes, QT_TRANSLATE_NOOP("Check", "What changed") },
    CheckWords { checkid::cpuSample, QT_TRANSLATE_NOOP("Check", "CPU use") },
    CheckWords { checkid::hopCaller, QT_TRANSLATE_NOOP("Check", "Tried from the caller") },
    CheckWords { checkid::hopCallee, QT_TRANSLATE_NOOP("Check", "Tried on the target's own host") },
    CheckWords { checkid::hopLoopback, QT_TRANSLATE_NOOP("Check", "Tried on the target's loopback") },
    CheckWords { checkid::hopRoute, QT_TRANSLATE_NOOP("Check", "The way there") },
    CheckWords { checkid::socketStatus, QT_TRANSLATE_NOOP("Check", "The socket file") },
    CheckWords { checkid::listenerQueue, QT_TRANSLATE_NOOP("Check", "Waiting connections") },
    CheckWords { checkid::unitState, QT_TRANSLATE_NOOP("Check", "The service") },
    CheckWords { checkid::unitLog, QT_TRANSLATE_NOOP("Check", "The service's log") },
    CheckWords { checkid::proxyErrorLog, QT_TRANSLATE_NOOP("Check", "The proxy's error log") },
    CheckWords { checkid::proxyAccessLog, QT_TRANSLATE_NOOP("Check", "The proxy's failed requests") },
    CheckWords { checkid::appLog, QT_TRANSLATE_NOOP("Check", "The app's log") },
    CheckWords { checkid::containerLog, QT_TRANSLATE_NOOP("Check", "The container's log") },
    CheckWords { checkid::appChanges, QT_TRANSLATE_NOOP("Check", "What changed in the app") },
};

}

QString checkTitle(const std::string& check)
{
    for (const CheckWords& each : checkWords)
        if (check == each.id)
            return QCoreApplication::translate("Check", each.title);
    return titleOfId(check);
}

}
