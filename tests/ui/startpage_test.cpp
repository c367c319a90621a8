#include "tests/ui/support/windowtest.h"

#include "ui/run/runcontroller.h"

#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

namespace hopscope::test {

using StartPage = WindowTest;

TEST_F(StartPage, AUrlAndADestinationAreEnough)
{
    open();
    runs.snapshots = { shared(stoppedService()) };
    type("urlField", QStringLiteral("shop.example"));
    type("destinationField", QStringLiteral("deploy@203.0.113.7:2222"));
    click("diagnoseButton");
    ASSERT_TRUE(waitUntil([&] { return runs.runsStarted() == 1; }));
    const model::Profile profile = runs.profiles().front();
    EXPECT_EQ(profile.url, "https://shop.example");
    ASSERT_EQ(profile.hosts.size(), 1U);
    EXPECT_EQ(profile.hosts[0].ssh.host, "203.0.113.7");
    EXPECT_EQ(profile.hosts[0].ssh.user, "deploy");
    EXPECT_EQ(profile.hosts[0].ssh.port, 2222);
}

TEST_F(StartPage, EnterInAFieldStarts)
{
    open();
    type("urlField", QStringLiteral("https://shop.example/"));
    type("destinationField", QStringLiteral("blog"));
    QTest::keyClick(find<QLineEdit>("destinationField"), Qt::Key_Escape); // closes the completions
    QTest::keyClick(find<QLineEdit>("urlField"), Qt::Key_Return);
    EXPECT_TRUE(waitUntil([&] { return runs.runsStarted() == 1; }));
}

TEST_F(StartPage, SaysWhatIsMissing)
{
    open();
    click("diagnoseButton");
    EXPECT_TRUE(find<QLabel>("startProblem")->isVisible());
    EXPECT_TRUE(find<QLineEdit>("urlField")->hasFocus());
    type("urlField", QStringLiteral("https://shop.example/"));
    click("diagnoseButton");
    EXPECT_TRUE(find<QLabel>("startProblem")->isVisible());
    EXPECT_TRUE(find<QLineEdit>("destinationField")->hasFocus());
    EXPECT_EQ(runs.runsStarted(), 0);
}

TEST_F(StartPage, CompletesDestinationsFromTheSshConfig)
{
    open();
    QCompleter* completer = find<QLineEdit>("destinationField")->completer();
    ASSERT_NE(completer, nullptr);
    completer->setCompletionPrefix(QStringLiteral("shop"));
    EXPECT_EQ(completer->completionCount(), 2);
    completer->setCompletionPrefix(QStringLiteral("internal"));
    EXPECT_EQ(completer->completionCount(), 0) << "a pattern is no destination";
}

TEST_F(StartPage, SeveralServersAndAJumpHost)
{
    open();
    type("urlField", QStringLiteral("https://shop.example/"));
    type("destinationField", QStringLiteral("blog"));
    QTest::keyClick(find<QLineEdit>("destinationField"), Qt::Key_Escape);
    click("addDestination");
    type("destinationField2", QStringLiteral("other.example"));
    click("foldAdvanced");
    type("jumpField", QStringLiteral("bastion"));
    type("identityField", QStringLiteral("~/.ssh/shop"));
    type("resolveField", QStringLiteral("203.0.113.9"));
    click("diagnoseButton");
    ASSERT_TRUE(waitUntil([&] { return runs.runsStarted() == 1; }));
    const model::Profile profile = runs.profiles().front();
    ASSERT_EQ(profile.hosts.size(), 2U);
    EXPECT_EQ(profile.resolve, "203.0.113.9");
    for (const model::ProfileHost& host : profile.hosts) {
        EXPECT_EQ(host.ssh.jump, "bastion");
        EXPECT_EQ(host.ssh.identityFile, "~/.ssh/shop");
    }
}

TEST_F(StartPage, AnUnreadableDestinationIsNamed)
{
    open();
    type("urlField", QStringLiteral("https://shop.example/"));
    type("destinationField", QStringLiteral("host:notaport"));
    click("diagnoseButton");
    EXPECT_TRUE(find<QLabel>("startProblem")->isVisible());
    EXPECT_EQ(runs.runsStarted(), 0);
}

TEST_F(StartPage, OpensARecentProfile)
{
    const QString path = folder.filePath(QStringLiteral("shop.json"));
    QFile file(path);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(
        R"({"schema":"hopscope.profile/1","name":"shop","url":"https://shop.example/","hosts":[{"name":"edge","ssh":{"alias":"shop-edge"}}]})");
    file.close();
    settings->setValue(QStringLiteral("recentProfiles"), QStringList { path });
    open();
    auto* list = find<QListWidget>("recentProfiles");
    QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, list->visualItemRect(list->item(0)).center());
    ASSERT_TRUE(waitUntil([&] { return runs.runsStarted() == 1; }));
    EXPECT_EQ(runs.profiles().front().name, "shop");
}

TEST_F(StartPage, TheLoginIsTestedBeforeAnythingElse)
{
    open();
    run::Snapshot snapshot = healthyChain();
    model::Capture capture = *snapshot.capture;
    capture.sessions.resize(2);
    capture.sessions[0].host = base::HostId("edge");
    capture.sessions[0].user = "deploy";
    capture.sessions[0].connect = std::chrono::milliseconds(320);
    capture.sessions[0].authenticate = std::chrono::milliseconds(210);
    capture.sessions[1].host = base::HostId("app1");
    capture.sessions[1].error = base::Error { base::ErrorCode::AuthenticationFailed, "log in to", "app1",
        "user ali was not let in", "Check the user's name." };
    snapshot.capture = std::make_shared<const model::Capture>(std::move(capture));
    logins.snapshots = { shared(std::move(snapshot)) };
    type("destinationField", QStringLiteral("shop-edge, shop-app1"));
    click("loginTestButton");
    ASSERT_TRUE(waitUntil([&] { return find<QWidget>("loginResults")->isVisible(); }));
    const QString text = shownText(*find<QWidget>("loginResults"));
    for (const char* expected : { "edge: logged in as deploy, in 530 ms", "app1: It did not let us in.",
             "user ali was not let in", "Check the user's name." })
        EXPECT_TRUE(text.contains(QString::fromUtf8(expected))) << expected << "\nin\n" << text.toStdString();
    EXPECT_EQ(runs.runsStarted(), 0);
    ASSERT_EQ(logins.profiles().size(), 1U);
    EXPECT_EQ(logins.profiles()[0].hosts.size(), 2U);
}

TEST_F(StartPage, ATestOfTheLoginCanBeCancelled)
{
    open();
    logins.ending = FakeRuns::Ending::HangsUntilStop;
    type("destinationField", QStringLiteral("shop-edge"));
    click("loginTestButton");
    ASSERT_TRUE(waitUntil([&] { return logins.runsStarted() == 1; }));
    EXPECT_EQ(find<QPushButton>("loginTestButton")->text(), QStringLiteral("Logging in…"));
    click("loginTestButton");
    QTest::keyClick(window.get(), Qt::Key_Escape);
    EXPECT_NE(find<QPushButton>("loginTestButton")->text(), QStringLiteral("Logging in…"));
    EXPECT_EQ(logins.runsStarted(), 1);
}

}
