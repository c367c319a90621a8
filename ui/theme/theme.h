#pragma once

#include "core/model/diagnosis.h"

#include <QColor>
#include <QPalette>
#include <QString>

namespace hopscope::ui {

enum class ThemeChoice { System, Light, Dark };

/// Every colour of the window and of the pictures. State colours are told apart with any kind of colour
/// vision (after Okabe and Ito) and never stand alone: a shape and a word always go with them.
struct Theme {
    bool isDark = false;
    QColor window; ///< behind everything
    QColor surface; ///< cards, lists, fields
    QColor sunken; ///< commands, output, the graph's ground
    QColor border;
    QColor borderStrong;
    QColor text;
    QColor textMuted;
    QColor accent; ///< what can be pressed; focus
    QColor accentText;
    QColor ok;
    QColor warning;
    QColor failing;
    QColor skipped;
    QColor unknown;

    static Theme light();
    static Theme dark();
    /// The theme that goes with a palette: widgets that paint themselves follow theirs this way.
    static Theme of(const QPalette& palette);

    QColor color(model::State state) const;
    /// `color` mixed into the surface: a ground for text. 0 is the surface, 1 the colour itself.
    QColor tint(const QColor& color, double strength) const;
    QPalette palette() const;
    QString styleSheet() const;
};

/// Series colours of the plots, in order; told apart by line pattern too.
QColor seriesColor(const Theme& theme, int index);

}
