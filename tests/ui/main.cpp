#include "ui/mainwindow/mainwindow.h"

#include <gtest/gtest.h>

#include <QApplication>
#include <QFontDatabase>
#include <QLoggingCategory>

// Graphviz 2.43 loses some of what it lays out; that is not ours to find each time.
extern "C" const char* __lsan_default_suppressions() { return "leak:libgvc\nleak:libgvplugin_dot_layout\n"; }

namespace {

// A model that breaks its contract says so as a warning (QAbstractItemModelTester in Warning mode): it fails
// the test.
void failOnWarning(QtMsgType type, const QMessageLogContext& context, const QString& text)
{
    const QByteArray line = text.toUtf8();
    // The offscreen platform has no window manager to tell; it says so each time.
    const bool isPlatformNote = text.startsWith(QStringLiteral("This plugin does not support "));
    if (isPlatformNote)
        return;
    if (type == QtWarningMsg || type == QtCriticalMsg)
        ADD_FAILURE() << (context.category ? context.category : "") << ": " << line.constData();
    else
        std::fprintf(stderr, "%s\n", line.constData());
}

}

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    // The same pixels on every desktop: no platform, no theme, one font at one size.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_SCALE_FACTOR", "1");
    QApplication application(argc, argv);
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setPointSizeF(10);
    QApplication::setFont(font);
    hopscope::ui::prepareApplication();
    qInstallMessageHandler(failOnWarning);
    return RUN_ALL_TESTS();
}
