#include "tests/ui/support/windowtest.h"

#include "ui/panels/answerpanel.h"
#include "ui/panels/parts.h"
#include "ui/text/words.h"

#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QToolButton>

namespace hopscope::test {

using Answer = WindowTest;

TEST_F(Answer, SaysWhatFailsWhyAndWhatToDo)
{
    open();
    play(stoppedService());
    const QString text = shownText(*find<QWidget>("answerPanel"));
    for (const char* expected : { "Failing", "shop.service is stopped", "nginx on edge → node on app1",
             "Connection refused", "Service stopped", "Almost certain (97 %)", "The app",
             "Since: 21 Nov 2026, 09:12:03 UTC (17 min before this check)", "DO THIS FIRST", "See why it stopped",
             "2.  Start the service", "Restarts something", "sudo systemctl start shop.service",
             "When it worked: The site answers HTTP 200.", "stopped by systemctl (user deploy)",
             "One thing could not be seen" })
        EXPECT_TRUE(text.contains(QString::fromUtf8(expected))) << expected << "\nin\n" << text.toStdString();
    EXPECT_FALSE(text.contains(QStringLiteral("sudo systemctl stop shop.service"))) << "undoing is folded";
}

TEST_F(Answer, TheFirstPlaceIsCopiedAsAShellTakesIt)
{
    open();
    run::Snapshot snapshot = stoppedService();
    snapshot.diagnosis.finding->firstPlaceToCheck = "ss -ltnp 'sport = :3000' on app1";
    play(std::move(snapshot));
    click("copyFirstPlace");
    EXPECT_EQ(QGuiApplication::clipboard()->text(), QStringLiteral("ss -ltnp 'sport = :3000'"));
    EXPECT_TRUE(shownText(*find<QWidget>("firstStep")).contains(QStringLiteral("On app1:")));
}

TEST_F(Answer, ALookThatIsTheFirstThingToDoIsNotShownTwice)
{
    open();
    play(stoppedService());
    EXPECT_EQ(window->findChild<QWidget*>(QStringLiteral("copyFirstPlace")), nullptr);
}

TEST_F(Answer, ALongListOfChangesIsFolded)
{
    open();
    run::Snapshot snapshot = stoppedService();
    std::vector<model::Change>& changes = snapshot.diagnosis.finding->changes;
    changes.resize(1);
    for (int number = 0; number < 19; ++number) {
        changes.push_back(changes.front());
        changes.back().what = "package lib" + std::to_string(number) + " installed";
    }
    play(std::move(snapshot));
    auto* panel = find<QWidget>("answerPanel");
    EXPECT_TRUE(shownText(*panel).contains(QStringLiteral("package lib3 installed")));
    EXPECT_FALSE(shownText(*panel).contains(QStringLiteral("package lib4 installed")));
    find<QScrollArea>("answerPanel")->ensureWidgetVisible(find<QWidget>("foldChanges"));
    click("foldChanges");
    EXPECT_TRUE(shownText(*panel).contains(QStringLiteral("package lib18 installed")));
}

TEST_F(Answer, ARemedyWithoutACommandSaysThatItIsDoneByHand)
{
    open();
    run::Snapshot snapshot = stoppedService();
    model::Remediation& remedy = snapshot.diagnosis.finding->remediation.front();
    remedy = {};
    remedy.title = "Start the service again";
    remedy.host = base::HostId("app1");
    remedy.why = "systemctl start NAME, docker start NAME, or your platform's button.";
    remedy.risk = model::Risk::Restart;
    remedy.expect = "The request works again";
    play(std::move(snapshot));
    const QString text = shownText(*find<QWidget>("firstStep"));
    for (const char* expected : { "Start the service again", "By hand", "your platform's button",
             "When it worked: The request works again" })
        EXPECT_TRUE(text.contains(QString::fromUtf8(expected))) << expected << "\nin\n" << text.toStdString();
}

TEST_F(Answer, AServerThatCouldNotBeUsedSaysWhyAndWhatToDo)
{
    open();
    run::Snapshot snapshot = unknownChain();
    for (model::HostReport& host : snapshot.diagnosis.hosts)
        if (host.name == base::HostId("app1"))
            host.error = base::Error { base::ErrorCode::HostKeyChanged, "log in to", "app1",
                "the server showed ssh-ed25519 SHA256:abc, but known_hosts line 3 holds another key",
                "Only where you know of it: ssh-keygen -R app1" };
    play(std::move(snapshot));
    const QString text = shownText(*find<QWidget>("lostHost-app1"));
    for (const char* expected :
        { "app1 could not be looked at", "another key than before", "SHA256:abc", "What to do: Only where" })
        EXPECT_TRUE(text.contains(QString::fromUtf8(expected))) << expected << "\nin\n" << text.toStdString();
}

TEST_F(Answer, CopiesACommandExactly)
{
    open();
    play(stoppedService());
    find<QScrollArea>("answerPanel")->ensureWidgetVisible(find<QWidget>("remedy2Copy1"));
    click("remedy2Copy1");
    EXPECT_EQ(QGuiApplication::clipboard()->text(), QStringLiteral("sudo systemctl start shop.service"));
    EXPECT_EQ(find<QToolButton>("remedy2Copy1")->text(), QStringLiteral("Copied"));
}

TEST_F(Answer, UndoUnfolds)
{
    open();
    play(stoppedService());
    find<QScrollArea>("answerPanel")->ensureWidgetVisible(find<QWidget>("remedy2Undo"));
    click("remedy2Undo");
    EXPECT_TRUE(shownText(*find<QWidget>("answerPanel"))
                    .contains(QStringLiteral("sudo systemctl stop shop.service")));
}

TEST_F(Answer, UnknownIsNeverShownAsOk)
{
    open();
    play(unknownChain());
    const QString text = shownText(*find<QWidget>("answerPanel"));
    EXPECT_TRUE(text.contains(QStringLiteral("Unknown")));
    EXPECT_TRUE(text.contains(QStringLiteral("A login to app1 would settle it.")));
    EXPECT_FALSE(text.contains(QStringLiteral("Healthy")));
    EXPECT_EQ(window->findChild<QWidget*>(QStringLiteral("firstStep")), nullptr)
        << "an unknown verdict advises nothing";
}

TEST_F(Answer, WithoutACauseTheAlternativesAreOpen)
{
    open();
    play(partialAnswer());
    const QString text = shownText(*find<QWidget>("answerPanel"));
    EXPECT_TRUE(text.contains(QStringLiteral("Several causes fit")));
    EXPECT_TRUE(text.contains(QStringLiteral("To decide: On app1, as root: nft list ruleset")));
    EXPECT_TRUE(text.contains(QStringLiteral("4 things could not be seen")));
    find<QScrollArea>("answerPanel")->ensureWidgetVisible(find<QWidget>("showGaps"));
    click("showGaps");
    EXPECT_EQ(find<QTabWidget>("tabs")->currentWidget()->objectName(), QStringLiteral("gapsTable"));
}

TEST_F(Answer, NothingFromAServerIsRichText)
{
    open();
    play(hostileTexts());
    for (const QLabel* label : window->findChildren<QLabel*>()) {
        EXPECT_TRUE(label->textFormat() == Qt::PlainText || !Qt::mightBeRichText(label->text()))
            << label->text().toStdString();
        EXPECT_FALSE(label->text().contains(QChar(0x1b)));
    }
    for (const ui::WrappedText* text : window->findChildren<ui::WrappedText*>()) {
        EXPECT_FALSE(text->text().contains(QChar(0x202e))) << "a direction override gets through";
        EXPECT_FALSE(text->text().contains(QChar(0x1b)));
    }
    for (const QWidget* widget : window->findChildren<QWidget*>())
        EXPECT_FALSE(widget->toolTip().contains(QStringLiteral("<img")))
            << widget->objectName().toStdString();
    EXPECT_LE(find<QScrollArea>("answerPanel")->widget()->width(),
        find<QScrollArea>("answerPanel")->viewport()->width())
        << "a word without end pushes the answer out of the window";
}

TEST_F(Answer, TheSummaryIsCopied)
{
    open();
    play(stoppedService());
    QTest::keyClick(window.get(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    EXPECT_TRUE(QGuiApplication::clipboard()->text().contains(QStringLiteral("shop.service is stopped")));
}

TEST_F(Answer, EvidenceShowsTheExactCommandAndItsOutput)
{
    open();
    play(stoppedService());
    auto* list = find<QListView>("evidenceList");
    list->setCurrentIndex(list->model()->index(1, 0));
    EXPECT_EQ(find<QPlainTextEdit>("evidenceCommand")->toPlainText(),
        QStringLiteral("systemctl show shop.service"));
    EXPECT_TRUE(
        find<QPlainTextEdit>("evidenceOutput")->toPlainText().contains(QStringLiteral("SubState=dead")));
    click("copyEvidenceOutput");
    EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith(QStringLiteral("Id=shop.service")));
}

TEST_F(Answer, EveryCommandThatRanCanBeSeen)
{
    open();
    play(stoppedService());
    auto* list = find<QListView>("evidenceList");
    EXPECT_EQ(list->model()->rowCount(), 5);
    find<QComboBox>("evidenceScope")->setCurrentIndex(1);
    EXPECT_EQ(list->model()->rowCount(), 7) << "two commands that no evidence names";
}

TEST_F(Answer, ACutOutputSaysSo)
{
    open();
    run::Snapshot snapshot = stoppedService();
    model::Capture capture = *snapshot.capture;
    capture.checks[0].isTruncated = true;
    snapshot.capture = std::make_shared<const model::Capture>(std::move(capture));
    play(std::move(snapshot));
    EXPECT_TRUE(find<QLabel>("evidenceTruncated")->isVisible());
    auto* list = find<QListView>("evidenceList");
    list->setCurrentIndex(list->model()->index(1, 0));
    EXPECT_FALSE(find<QLabel>("evidenceTruncated")->isVisible());
}

TEST(Words, ConfidenceIsNeverRoundedUp)
{
    EXPECT_EQ(ui::confidenceWords(0.97), QStringLiteral("Almost certain (97 %)"));
    EXPECT_EQ(ui::confidenceWords(0.899), QStringLiteral("Very likely (89 %)"));
    EXPECT_EQ(ui::confidenceWords(0.1), QStringLiteral("Hardly more than a guess (10 %)"));
    EXPECT_EQ(ui::confidenceWords(std::nan("")), QStringLiteral("Hardly more than a guess (0 %)"));
}

TEST(Words, TextsOfTheCatalogueShowNoPlaceholders)
{
    EXPECT_EQ(ui::catalogueText("{unit|The service} is stopped"), QStringLiteral("The service is stopped"));
    EXPECT_EQ(ui::catalogueText("{port} is not {target|the app's}"), QStringLiteral("the port is not the app's"));
    EXPECT_EQ(ui::catalogueText("map { a 1; }"), QStringLiteral("map { a 1; }"));
}

TEST(Words, IdsBecomeWords)
{
    EXPECT_EQ(ui::titleOfId("connection-refused"), QStringLiteral("Connection refused"));
    EXPECT_EQ(ui::titleOfId("dns-nxdomain"), QStringLiteral("DNS NXDOMAIN"));
    EXPECT_EQ(ui::titleOfId(""), QString());
}

TEST(Words, RemoteBytesBecomeHarmlessText)
{
    EXPECT_EQ(ui::plainText("a\r\nb\x1b[0m\x07"), QStringLiteral("a\nb\uFFFD[0m\uFFFD"));
    EXPECT_EQ(ui::plainText("\xff\xfe"), QStringLiteral("\uFFFD\uFFFD"));
    EXPECT_EQ(ui::oneLine("a\n\n  b"), QStringLiteral("a b"));
    EXPECT_EQ(ui::plainText("x\xe2\x80\xaey"), QStringLiteral("x\uFFFDy"));
    EXPECT_FALSE(ui::plainToolTip(QStringLiteral("<img src=x>")).contains(QStringLiteral("<img")));
}

}
