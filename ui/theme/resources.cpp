#include "ui/theme/resources.h"

#include <QDir>

// Qt asks for this macro outside of any namespace.
static void registerResources() { Q_INIT_RESOURCE(ui); }

namespace hopscope::ui {

void initialiseResources() { registerResources(); }

}
