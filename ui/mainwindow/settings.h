#pragma once

#include "ui/theme/theme.h"

#include <QString>

namespace hopscope::ui {

// What the window keeps in QSettings.
inline constexpr QLatin1String recentKey("recentProfiles");
inline constexpr QLatin1String themeKey("theme");
inline constexpr QLatin1String geometryKey("windowGeometry");

QString themeName(ThemeChoice choice);
ThemeChoice themeNamed(const QString& name); ///< System for a name that is none

}
