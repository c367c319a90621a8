#include "tests/ui/support/windowtest.h"

#include "core/faults/catalogue.h"
#include "core/history/bundle.h"
#include "core/profile/profilefile.h"
#include "ui/mainwindow/files.h"
#include "ui/run/background.h"

#include <QAction>
#include <QProgressBar>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace hopscope::test {

namespace {

class Recordings : public WindowTest {
protected:
    Recordings() { catalogue = faults::Catalogue::loadBuiltIn().value(); }

    QString recording() const
    {
        model::Capture capture;
        capture.profile = shopProfile();
        capture.startedAt = stoppedService().diagnosis.startedAt;
        const QString path = folder.filePath(QStringLiteral("incident.hopscope"));
        EXPECT_TRUE(history::saveBundle(capture, path.toStdString()));
        return path;
    }

    QString fileOf(const char* name, const QByteArray& content) const
    {
        const QString path = folder.filePath(QLatin1StringView(name));
        QFile file(path);
        EXPECT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(content);
        return path;
    }
};

}

TEST_F(Recordings, FileOpenShowsARecordingWithoutARun)
{
    open();
    dialogs.path = recording();
    QTest::keyClick(window.get(), Qt::Key_O, Qt::ControlModifier);
    ASSERT_TRUE(waitUntil([&] { return window->shown() != nullptr; }));
    EXPECT_EQ(runs.runsStarted(), 0);
    EXPECT_EQ(window->shown()->diagnosis.url, shopProfile().url);
    EXPECT_TRUE(window->windowTitle().contains(QStringLiteral("incident.hopscope")));
    EXPECT_TRUE(status().contains(QStringLiteral("recording")));
    EXPECT_TRUE(window->findChild<QAction*>(QStringLiteral("actionExport"))->isEnabled());
}

TEST_F(Recordings, WhileOneIsReadTheWindowSaysSoAndItCanBeCancelled)
{
    open();
    window->openFile(recording());
    EXPECT_TRUE(find<QProgressBar>("openingProgress")->isVisible());
    EXPECT_TRUE(status().contains(QStringLiteral("incident.hopscope")));
    QTest::keyClick(window.get(), Qt::Key_Escape);
    EXPECT_FALSE(find<QProgressBar>("openingProgress")->isVisible());
    QTest::qWait(100);
    EXPECT_EQ(window->shown(), nullptr);
    EXPECT_TRUE(dialogs.errors.isEmpty());
}

TEST_F(Recordings, ADamagedOneIsNamedAndWhatIsShownStays)
{
    open();
    play(healthyChain());
    QFile whole(recording());
    ASSERT_TRUE(whole.open(QIODevice::ReadOnly));
    window->openFile(fileOf("half.hopscope", whole.read(whole.size() / 2)));
    ASSERT_TRUE(waitUntil([&] { return dialogs.errors.size() == 1; }));
    EXPECT_TRUE(dialogs.errors[0].contains(QStringLiteral("half.hopscope"))) << dialogs.errors[0].toStdString();
    EXPECT_EQ(window->shown()->diagnosis.verdict, model::Verdict::Healthy);
}

TEST_F(Recordings, AnyOtherFileIsNamedToo)
{
    open();
    window->openFile(fileOf("holiday.png", QByteArray("\x89PNG\r\n\x1a\n\0\0\0", 11)));
    ASSERT_TRUE(waitUntil([&] { return dialogs.errors.size() == 1; }));
    EXPECT_TRUE(dialogs.errors[0].contains(QStringLiteral("holiday.png"))) << dialogs.errors[0].toStdString();
    window->openFile(folder.filePath(QStringLiteral("missing.hopscope")));
    ASSERT_TRUE(waitUntil([&] { return dialogs.errors.size() == 2; }));
}

TEST_F(Recordings, WhatIsShownIsRecordedAndOpensAgain)
{
    open();
    dialogs.path = recording();
    QTest::keyClick(window.get(), Qt::Key_O, Qt::ControlModifier);
    ASSERT_TRUE(waitUntil([&] { return window->shown() != nullptr; }));
    dialogs.path = folder.filePath(QStringLiteral("again"));
    window->findChild<QAction*>(QStringLiteral("actionSaveRecording"))->trigger();
    const QString saved = dialogs.path + QStringLiteral(".hopscope");
    ASSERT_TRUE(waitUntil([&] { return status().contains(saved); })) << status().toStdString();
    EXPECT_EQ(history::loadBundle(saved.toStdString()).value().profile.url, shopProfile().url);
}

TEST(Background, HandsResultsToTheWindowsThread)
{
    ui::Background background;
    std::thread::id worker;
    std::thread::id receiver;
    background.start([&] {
        worker = std::this_thread::get_id();
        return [&] { receiver = std::this_thread::get_id(); };
    });
    EXPECT_TRUE(background.isBusy());
    ASSERT_TRUE(waitUntil([&] { return !background.isBusy(); }));
    EXPECT_EQ(receiver, std::this_thread::get_id());
    EXPECT_NE(worker, receiver);
}

TEST(Background, DroppedResultsNeverCome)
{
    std::mutex mutex;
    std::condition_variable wake;
    bool isReleased = false;
    bool hasCome = false;
    {
        ui::Background background;
        background.start([&] {
            std::unique_lock lock(mutex);
            wake.wait(lock, [&] { return isReleased; });
            return [&] { hasCome = true; };
        });
        background.drop();
        EXPECT_FALSE(background.isBusy());
        {
            const std::scoped_lock lock(mutex);
            isReleased = true;
        }
        wake.notify_one();
        // Work that is not dropped goes on beside it.
        bool isOther = false;
        background.start([&] { return [&] { isOther = true; }; });
        ASSERT_TRUE(waitUntil([&] { return isOther; }));
    }
    QCoreApplication::processEvents();
    EXPECT_FALSE(hasCome);
}

}
