#pragma once

#include "tests/ui/support/fakes.h"
#include "tests/ui/support/snapshots.h"
#include "ui/mainwindow/mainwindow.h"

#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>

namespace hopscope::test {

/// Waits for a condition by running events; the limit is only reached where the test fails.
bool waitUntil(
    const std::function<bool()>& condition, std::chrono::milliseconds limit = std::chrono::seconds(20));

/// A window with fake runs and dialogs, driven by mouse and keyboard.
class WindowTest : public testing::Test {
protected:
    WindowTest();
    ~WindowTest() override;

    /// Makes and shows the window; once a test.
    ui::MainWindow& open(ui::ThemeChoice theme = ui::ThemeChoice::Light);
    /// Plays one final snapshot through a whole run and waits for the picture to settle.
    void play(run::Snapshot snapshot);

    template <class T> T* find(const char* name) const
    {
        T* widget = window->findChild<T*>(QLatin1StringView(name));
        EXPECT_NE(widget, nullptr) << "no widget called " << name;
        return widget;
    }
    void click(const char* name);
    void type(const char* name, const QString& text);
    bool settled() const;
    QString status() const;
    /// All text that labels and wrapped texts of a widget show.
    static QString shownText(const QWidget& widget);

    QTemporaryDir folder;
    std::shared_ptr<const faults::Catalogue> catalogue; ///< null, unless a test brings one
    FakeDialogs dialogs;
    FakeRuns runs;
    FakeRuns logins; ///< tests of the login
    std::unique_ptr<QSettings> settings;
    std::unique_ptr<ui::MainWindow> window;
};

}
