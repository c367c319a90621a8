#include "tests/ui/support/windowtest.h"

#include "core/profile/profilefile.h"
#include "ui/dialogs/logindialogs.h"
#include "ui/dialogs/profiledialog.h"
#include "ui/dialogs/widgetdialogs.h"
#include "ui/plots/history.h"
#include "ui/run/runcontroller.h"

#include <QAction>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QScrollArea>
#include <QTableWidget>
#include <QToolButton>

namespace hopscope::test {

using Window = WindowTest;

TEST_F(Window, SavesAProfileAndListsIt)
{
    open();
    play(stoppedService());
    dialogs.path = folder.filePath(QStringLiteral("shop"));
    QTest::keyClick(window.get(), Qt::Key_S, Qt::ControlModifier);
    const QString saved = dialogs.path + QStringLiteral(".json");
    ASSERT_TRUE(waitUntil([&] { return status().contains(saved); }));
    const base::Result<model::Profile> profile = profile::loadProfile(saved.toStdString());
    ASSERT_TRUE(profile) << profile.error().text();
    EXPECT_EQ(profile->url, "https://shop.example/");
    EXPECT_EQ(profile->hosts.size(), 2U);
    EXPECT_EQ(settings->value(QStringLiteral("recentProfiles")).toStringList(), QStringList { saved });
    EXPECT_FALSE(window->isWindowModified());
}

TEST_F(Window, RemembersInASavedProfileWhatAHealthyChainIsLike)
{
    open();
    play(healthyChain());
    dialogs.path = folder.filePath(QStringLiteral("shop.json"));
    QTest::keyClick(window.get(), Qt::Key_S, Qt::ControlModifier);
    ASSERT_TRUE(waitUntil([&] { return status().contains(dialogs.path); }));
    const base::Result<model::Profile> well = profile::loadProfile(dialogs.path.toStdString());
    ASSERT_TRUE(well) << well.error().text();
    EXPECT_NE(well->baseline.find("\"target\":\"10.1.0.3:3000\""), std::string::npos) << well->baseline;
    EXPECT_FALSE(window->isWindowModified());
}

TEST_F(Window, AProfileThatCantBeReadIsNamedAndNothingRuns)
{
    open();
    const QString path = folder.filePath(QStringLiteral("broken.json"));
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("{\"schema\": \"hopscope.profile/9\"}");
    file.close();
    window->openFile(path);
    ASSERT_TRUE(waitUntil([&] { return dialogs.errors.size() == 1; }));
    EXPECT_TRUE(dialogs.errors[0].contains(QStringLiteral("broken.json"))) << dialogs.errors[0].toStdString();
    EXPECT_EQ(runs.runsStarted(), 0);
}

TEST_F(Window, UnsavedChangesAreAskedAbout)
{
    open();
    play(stoppedService());
    dialogs.unsavedAnswer = ui::UnsavedAnswer::Cancel;
    window->close();
    EXPECT_TRUE(window->isVisible());
    EXPECT_EQ(dialogs.asked.size(), 1);
    dialogs.unsavedAnswer = ui::UnsavedAnswer::Save;
    dialogs.path = folder.filePath(QStringLiteral("shop.json"));
    window->close();
    EXPECT_TRUE(waitUntil([&] { return !window->isVisible(); }));
    EXPECT_TRUE(QFile::exists(dialogs.path));
}

TEST_F(Window, APracticeOutageIsNotAskedAbout)
{
    open();
    runs.snapshots = { shared(stoppedService()) };
    window->openDemo(shopProfile(), QStringLiteral("Practice outage: app stopped"));
    EXPECT_TRUE(window->windowTitle().contains(QStringLiteral("Practice outage")));
    window->close();
    EXPECT_FALSE(window->isVisible());
    EXPECT_TRUE(dialogs.asked.isEmpty());
}

TEST_F(Window, APracticeOutageHasRunnersOfItsOwnAndOtherProfilesDoNot)
{
    open();
    FakeRuns demoRuns;
    demoRuns.snapshots = { shared(stoppedService()) };
    window->openDemo(shopProfile(), QStringLiteral("Practice outage"), demoRuns.factory());
    ASSERT_TRUE(waitUntil([&] { return !window->controller().isRunning(); }));
    EXPECT_EQ(demoRuns.runsStarted(), 1);
    EXPECT_EQ(runs.runsStarted(), 0);
    play(healthyChain());
    EXPECT_EQ(demoRuns.runsStarted(), 1);
    EXPECT_EQ(runs.runsStarted(), 1);
    window.reset(); // before the runs that its threads play
}

TEST_F(Window, AnEditedProfileRunsAgain)
{
    open();
    play(stoppedService());
    model::Profile edited = shopProfile();
    edited.url = "https://other.example/";
    dialogs.editedProfile = edited;
    click("toolEdit");
    ASSERT_TRUE(waitUntil([&] { return runs.runsStarted() == 2; }));
    EXPECT_EQ(runs.profiles()[1].url, "https://other.example/");
}

TEST_F(Window, TheThemeSwitchesAndIsRemembered)
{
    open(ui::ThemeChoice::Light);
    click("toolToggleTheme");
    EXPECT_LT(window->palette().color(QPalette::Window).lightness(), 128);
    EXPECT_EQ(settings->value(QStringLiteral("theme")).toString(), QStringLiteral("dark"));
    click("toolToggleTheme");
    EXPECT_GT(window->palette().color(QPalette::Window).lightness(), 128);
}

TEST_F(Window, ARecordingIsShownWithoutARun)
{
    open();
    window->showRecording(shared(stoppedService()), QStringLiteral("incident.hopscope"));
    EXPECT_EQ(window->shown()->diagnosis.verdict, model::Verdict::Failing);
    EXPECT_EQ(runs.runsStarted(), 0);
    EXPECT_FALSE(window->findChild<QAction*>(QStringLiteral("actionRecheck"))->isEnabled());
    EXPECT_TRUE(status().contains(QStringLiteral("recording")));
}

TEST_F(Window, ActionsFitWhatIsThere)
{
    open();
    const auto isEnabled
        = [&](const char* name) { return window->findChild<QAction*>(QLatin1StringView(name))->isEnabled(); };
    EXPECT_FALSE(isEnabled("actionExport"));
    EXPECT_FALSE(isEnabled("actionRecheck"));
    EXPECT_FALSE(isEnabled("actionSave"));
    play(stoppedService());
    EXPECT_TRUE(isEnabled("actionExport"));
    EXPECT_TRUE(isEnabled("actionRecheck"));
    EXPECT_TRUE(isEnabled("actionSave"));
    EXPECT_FALSE(isEnabled("actionCancel"));
}

TEST_F(Window, FitsASmallLaptopAndALargeFont)
{
    open();
    EXPECT_LE(window->minimumSizeHint().height(), 560) << "the start page scrolls";
    EXPECT_LE(window->minimumSizeHint().width(), 1000);
    window->resize(window->minimumSizeHint());
    find<QScrollArea>("startScroll")->ensureWidgetVisible(find<QWidget>("diagnoseButton"));
    EXPECT_FALSE(find<QWidget>("diagnoseButton")->visibleRegion().isEmpty());
    play(stoppedService());
    EXPECT_LE(window->minimumSizeHint().height(), 620);
    EXPECT_LE(window->minimumSizeHint().width(), 1200);
}

TEST_F(Window, EveryControlHasANameForAScreenReader)
{
    open();
    play(partialAnswer());
    int controls = 0;
    for (const QWidget* widget : window->findChildren<QWidget*>()) {
        const bool isControl = qobject_cast<const QAbstractButton*>(widget)
            || qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractItemView*>(widget);
        const QString className = QString::fromLatin1(widget->metaObject()->className());
        // Parts that Qt makes by itself: a header, a spin box's field, a table's corner.
        const bool isQtsOwn = className.startsWith(QStringLiteral("QHeaderView"))
            || widget->objectName().startsWith(QStringLiteral("qt_"))
            || className == QStringLiteral("QTableCornerButton")
            || className.contains(QStringLiteral("QComboBox")) || widget->inherits("QToolBarExtension")
            || className == QStringLiteral("QToolBarExtension");
        if (!isControl || isQtsOwn)
            continue;
        ++controls;
        EXPECT_FALSE(widget->objectName().isEmpty()) << className.toStdString();
        const auto* button = qobject_cast<const QAbstractButton*>(widget);
        EXPECT_FALSE(widget->accessibleName().isEmpty() && (!button || button->text().isEmpty()))
            << className.toStdString() << ' ' << widget->objectName().toStdString();
    }
    EXPECT_GT(controls, 25);
}

TEST_F(Window, TabReachesEveryPartOfTheStartPage)
{
    open();
    find<QLineEdit>("urlField")->setFocus();
    QStringList reached;
    for (int step = 0; step < 25; ++step) {
        reached << QApplication::focusWidget()->objectName();
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    for (const char* name :
        { "destinationField", "addDestination", "foldAdvanced", "diagnoseButton", "openButton" })
        EXPECT_TRUE(reached.contains(QLatin1StringView(name)))
            << name << " not in " << reached.join(QLatin1Char(' ')).toStdString();
}

TEST(Dialogs, RefusingAnUnknownKeyIsWhatEnterDoes)
{
    ui::HostKeyDialog dialog({ "app1", "203.0.113.7:22", "ssh-ed25519", "SHA256:<b>abc" }, nullptr);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    QTest::keyClick(&dialog, Qt::Key_Return);
    EXPECT_EQ(dialog.result(), QDialog::Rejected);
    dialog.show();
    QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("acceptKey")), Qt::LeftButton);
    EXPECT_EQ(dialog.result(), QDialog::Accepted);
}

TEST(Dialogs, AnUnknownKeyComesWithTheCommandToCompareIt)
{
    for (const auto& [type, command] : { std::pair { "ssh-ed25519", "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" },
             { "ecdsa-sha2-nistp256", "ssh-keygen -lf /etc/ssh/ssh_host_ecdsa_key.pub" },
             { "ssh-rsa", "ssh-keygen -lf /etc/ssh/ssh_host_rsa_key.pub" } }) {
        ui::HostKeyDialog dialog({ "app1", "203.0.113.7:22", type, "SHA256:abc" }, nullptr);
        dialog.setAttribute(Qt::WA_DeleteOnClose, false);
        dialog.show();
        QTest::mouseClick(dialog.findChild<QToolButton*>(QStringLiteral("copyKeyCommand")), Qt::LeftButton);
        EXPECT_EQ(QGuiApplication::clipboard()->text(), QLatin1StringView(command));
    }
}

TEST(Dialogs, ASecretIsHiddenUnlessTheServerSaysOtherwise)
{
    ssh::Interaction::SecretQuestion question;
    question.host = "app1";
    question.attempt = 2;
    ui::SecretDialog dialog(question, nullptr);
    auto* field = dialog.findChild<QLineEdit*>(QStringLiteral("secretField"));
    EXPECT_EQ(field->echoMode(), QLineEdit::Password);
    QTest::keyClicks(field, QStringLiteral("s3cret"));
    EXPECT_EQ(dialog.secret(), "s3cret");
    EXPECT_NE(dialog.findChild<QLabel*>(QStringLiteral("secretAgain")), nullptr);
    question.isEchoed = true;
    EXPECT_EQ(
        ui::SecretDialog(question, nullptr).findChild<QLineEdit*>(QStringLiteral("secretField"))->echoMode(),
        QLineEdit::Normal);
}

TEST(Dialogs, QuestionsComeOneAfterTheOtherAndCanBeDismissed)
{
    QWidget owner;
    owner.show();
    ui::WidgetDialogs dialogs(owner);
    QStringList answers;
    dialogs.askHostKey({ "a", "a:22", "ssh-ed25519", "SHA256:a" },
        [&](bool accepted) { answers << QStringLiteral("a%1").arg(accepted); });
    dialogs.askHostKey({ "b", "b:22", "ssh-ed25519", "SHA256:b" },
        [&](bool accepted) { answers << QStringLiteral("b%1").arg(accepted); });
    EXPECT_EQ(owner.findChildren<ui::HostKeyDialog*>().size(), 1);
    QTest::mouseClick(
        owner.findChild<ui::HostKeyDialog*>()->findChild<QPushButton*>(QStringLiteral("acceptKey")),
        Qt::LeftButton);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    ASSERT_EQ(answers, QStringList { QStringLiteral("a1") });
    ASSERT_EQ(owner.findChildren<ui::HostKeyDialog*>().size(), 1);
    dialogs.dismissLoginQuestions();
    EXPECT_EQ(answers, (QStringList { QStringLiteral("a1"), QStringLiteral("b0") }));
}

TEST(Dialogs, AnErrorIsPlainText)
{
    QWidget owner;
    ui::WidgetDialogs dialogs(owner);
    dialogs.showError(QStringLiteral("x"), QStringLiteral("<b>y</b>"));
    auto* box = owner.findChild<QMessageBox*>(QStringLiteral("errorDialog"));
    ASSERT_NE(box, nullptr);
    EXPECT_EQ(box->textFormat(), Qt::PlainText);
}

TEST(Dialogs, TheProfileEditorKeepsWhatItDoesNotShow)
{
    model::Profile profile = shopProfile();
    profile.document = "{\"unknown\": 1}";
    profile.baseline = "{}";
    ui::ProfileDialog dialog(profile, nullptr);
    EXPECT_EQ(dialog.profile(), profile);
    dialog.findChild<QLineEdit*>(QStringLiteral("profileUrl"))
        ->setText(QStringLiteral("https://new.example/"));
    EXPECT_EQ(dialog.profile().url, "https://new.example/");
    EXPECT_EQ(dialog.profile().document, profile.document);
}

TEST(Dialogs, TheProfileEditorRefusesWhatCanNotRun)
{
    ui::ProfileDialog dialog(shopProfile(), nullptr);
    dialog.setAttribute(Qt::WA_DeleteOnClose, false);
    dialog.show();
    auto* hosts = dialog.findChild<QTableWidget*>(QStringLiteral("profileHosts"));
    hosts->item(0, 3)->setText(QStringLiteral("70000"));
    QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("profileOk")), Qt::LeftButton);
    EXPECT_TRUE(dialog.isVisible());
    EXPECT_TRUE(dialog.findChild<QLabel*>(QStringLiteral("profileProblem"))->isVisible());
    hosts->item(0, 3)->setText(QStringLiteral("2222"));
    QTest::mouseClick(dialog.findChild<QPushButton*>(QStringLiteral("profileOk")), Qt::LeftButton);
    EXPECT_FALSE(dialog.isVisible());
    EXPECT_EQ(dialog.profile().hosts[0].ssh.port, 2222);
}

TEST(History, IsBoundedAndKeepsTheNewest)
{
    ui::History history;
    model::Diagnosis diagnosis = healthyChain().diagnosis;
    for (int round = 0; round < 1000; ++round) {
        diagnosis.startedAt += std::chrono::seconds(5);
        diagnosis.request.totalMs = round;
        history.add(diagnosis);
    }
    const auto& phases = history.of(ui::History::Quantity::RequestPhases);
    ASSERT_FALSE(phases.empty());
    EXPECT_EQ(phases[0].samples.size(), ui::History::limit);
    EXPECT_EQ(phases[0].samples.back().value, 999);
}

TEST(History, WhatWasNotMeasuredAddsNoPoint)
{
    ui::History history;
    history.add(stoppedService().diagnosis);
    for (const ui::Series& series : history.of(ui::History::Quantity::HopLatency))
        EXPECT_EQ(series.name, "This computer → nginx on edge");
    history.clear();
    EXPECT_TRUE(history.isEmpty());
}

}
