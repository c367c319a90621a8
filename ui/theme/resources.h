#pragma once

namespace hopscope::ui {

/// Makes :/icons and :/themes known; a static library does not do so by itself. May be called again.
void initialiseResources();

}
