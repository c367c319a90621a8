#pragma once

#include <QStringList>

namespace hopscope::app {

/// Whether a window could be shown here.
bool hasDisplay();

/// Whether `hopscope demo WORDS` opens the window: there is a display, and no word but --fault asks for a headless run.
bool demoOpensWindow(const QStringList& words);

/// Whether these words of a command ask for a picture, which needs Qt's drawing classes.
bool wantsPicture(const QStringList& words);

}
