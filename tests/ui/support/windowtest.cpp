#include "tests/ui/support/windowtest.h"

#include "ui/graph/panel.h"
#include "ui/panels/parts.h"
#include "ui/run/runcontroller.h"

#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace hopscope::test {

bool waitUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit)
{
    return QTest::qWaitFor(condition, static_cast<int>(limit.count()));
}

WindowTest::WindowTest()
    : settings(
        std::make_unique<QSettings>(folder.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat))
{
}

WindowTest::~WindowTest()
{
    runs.release();
    logins.release();
    window.reset();
}

ui::MainWindow& WindowTest::open(ui::ThemeChoice theme)
{
    settings->setValue(QStringLiteral("theme"),
        theme == ui::ThemeChoice::Dark ? QStringLiteral("dark") : QStringLiteral("light"));
    QFile config(folder.filePath(QStringLiteral("ssh_config")));
    if (config.open(QIODevice::WriteOnly))
        config.write(
            "Host shop-edge shop-app1\n  HostName 203.0.113.7\nHost *.internal\n  User deploy\nHost blog\n");
    config.close();
    ui::MainWindow::Dependencies dependencies;
    dependencies.runners = runs.factory();
    dependencies.loginRunners = logins.factory();
    dependencies.catalogue = catalogue;
    dependencies.settings = settings.get();
    dependencies.dialogs = &dialogs;
    dependencies.sshConfigFile = config.fileName().toStdString();
    window = std::make_unique<ui::MainWindow>(std::move(dependencies));
    window->resize(1320, 860);
    window->show();
    window->activateWindow();
    EXPECT_TRUE(QTest::qWaitForWindowActive(window.get()));
    return *window;
}

void WindowTest::play(run::Snapshot snapshot)
{
    const bool isFinal = snapshot.isFinal;
    runs.snapshots = { shared(std::move(snapshot)) };
    runs.ending = isFinal ? FakeRuns::Ending::Ends : FakeRuns::Ending::HangsUntilStop;
    window->diagnose(shopProfile());
    ASSERT_TRUE(waitUntil([&] {
        return window->shown() != nullptr && window->controller().isRunning() != isFinal && settled();
    }));
}

bool WindowTest::settled() const { return find<ui::GraphPanel>("graphPanel")->isSettled(); }

void WindowTest::click(const char* name)
{
    auto* widget = find<QWidget>(name);
    ASSERT_NE(widget, nullptr);
    ASSERT_TRUE(widget->isVisible()) << name << " is not visible";
    QTest::mouseClick(widget, Qt::LeftButton);
}

void WindowTest::type(const char* name, const QString& text)
{
    auto* field = find<QLineEdit>(name);
    ASSERT_NE(field, nullptr);
    QTest::mouseClick(field, Qt::LeftButton);
    QTest::keyClicks(field, text);
}

QString WindowTest::status() const { return find<QLabel>("statusText")->text(); }

QString WindowTest::shownText(const QWidget& widget)
{
    QStringList texts;
    for (const QWidget* child : widget.findChildren<QWidget*>()) {
        if (!child->isVisibleTo(&widget))
            continue;
        if (const auto* label = qobject_cast<const QLabel*>(child))
            texts << label->text();
        else if (const auto* text = qobject_cast<const ui::WrappedText*>(child))
            texts << text->text();
        else if (qobject_cast<const ui::StateBadge*>(child))
            texts << child->accessibleName();
        else if (const auto* button = qobject_cast<const QAbstractButton*>(child))
            texts << button->text();
    }
    return texts.join(QLatin1Char('\n'));
}

}
