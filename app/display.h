#pragma once

namespace hopscope::app {

/// Whether a window could be shown here.
bool hasDisplay();

/// Whether this program was started without a window (main chose Qt's offscreen platform).
bool isHeadlessPlatform();

/// Whether `hopscope demo …` is to open the window: there is a display, and no option asks for a headless run.
bool opensWindow(int count, char** words);

}
