#pragma once

#include <QImage>
#include <QString>

namespace hopscope::test {

/// Compares with tests/golden/ui/NAME.png, block by block: text may be drawn a little otherwise, a thing that
/// is missing or of another colour may not. Empty: alike. Else one line that says how they differ, after
/// writing what was seen and the difference to ui-pictures/.
QString comparePicture(const QString& name, const QImage& seen);

}
