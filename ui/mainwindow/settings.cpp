#include "ui/mainwindow/settings.h"

using namespace Qt::StringLiterals;

namespace hopscope::ui {

QString themeName(ThemeChoice choice)
{
    switch (choice) {
    case ThemeChoice::System:
        return u"system"_s;
    case ThemeChoice::Light:
        return u"light"_s;
    case ThemeChoice::Dark:
        return u"dark"_s;
    }
    return u"system"_s;
}

ThemeChoice themeNamed(const QString& name)
{
    return name == "light"_L1 ? ThemeChoice::Light
        : name == "dark"_L1   ? ThemeChoice::Dark
                              : ThemeChoice::System;
}

}
