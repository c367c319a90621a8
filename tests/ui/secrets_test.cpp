#include "tests/ui/support/windowtest.h"

#include "ui/dialogs/sessionsecrets.h"
#include "ui/run/runcontroller.h"

#include <QAction>

#include <atomic>
#include <thread>

namespace hopscope::test {

using Secrets = WindowTest;
using Question = ssh::Interaction::SecretQuestion;

namespace {

Question passphraseOf(const char* key, const char* host, int attempt = 1)
{
    return { Question::Kind::Passphrase, host, "ali", key, false, attempt };
}

}

TEST_F(Secrets, ARecheckDoesNotAskAgain)
{
    open();
    dialogs.secretAnswer = "s3cret";
    std::atomic<int> good = 0;
    runs.question = [&](ssh::Interaction& interaction) {
        good += interaction.secret(passphraseOf("~/.ssh/id", "edge")) == "s3cret";
    };
    play(healthyChain());
    QTest::keyClick(window.get(), Qt::Key_F5);
    ASSERT_TRUE(waitUntil([&] { return runs.runsStarted() == 2 && !window->controller().isRunning(); }));
    EXPECT_EQ(good, 2);
    EXPECT_EQ(dialogs.asked.filter(QStringLiteral("secret")).size(), 1);
}

TEST_F(Secrets, WhatIsForgottenIsAskedForAgain)
{
    open();
    auto* forget = window->findChild<QAction*>(QStringLiteral("actionForgetSecrets"));
    EXPECT_FALSE(forget->isEnabled());
    dialogs.secretAnswer = "s3cret";
    runs.question = [&](ssh::Interaction& interaction) { interaction.secret(passphraseOf("~/.ssh/id", "edge")); };
    play(healthyChain());
    ASSERT_TRUE(forget->isEnabled());
    forget->trigger();
    EXPECT_FALSE(forget->isEnabled());
    QTest::keyClick(window.get(), Qt::Key_F5);
    ASSERT_TRUE(waitUntil([&] { return runs.runsStarted() == 2 && !window->controller().isRunning(); }));
    EXPECT_EQ(dialogs.asked.filter(QStringLiteral("secret")).size(), 2);
}

TEST_F(Secrets, HostsWithTheSameKeyAskOnce)
{
    open();
    dialogs.secretAnswer = "s3cret";
    runs.question = [&](ssh::Interaction& interaction) {
        std::vector<std::jthread> hosts;
        for (const char* host : { "edge", "app1", "app2" })
            hosts.emplace_back([&interaction, host] { interaction.secret(passphraseOf("~/.ssh/id", host)); });
    };
    play(healthyChain());
    EXPECT_EQ(dialogs.asked.filter(QStringLiteral("secret")).size(), 1);
}

TEST(SessionSecrets, AWrongAnswerIsNotKept)
{
    ui::SessionSecrets secrets;
    const Question question = passphraseOf("~/.ssh/id", "edge");
    secrets.remember(question, "wrong");
    secrets.refused(question);
    EXPECT_FALSE(secrets.find(question));
    EXPECT_TRUE(secrets.isEmpty());
}

TEST(SessionSecrets, AnotherHostsOldAnswerDoesNotDropTheNewOne)
{
    ui::SessionSecrets secrets;
    const Question edge = passphraseOf("~/.ssh/id", "edge");
    const Question app = passphraseOf("~/.ssh/id", "app1");
    secrets.remember(edge, "wrong");
    EXPECT_EQ(secrets.find(app), "wrong");
    secrets.refused(edge);
    secrets.remember(edge, "right");
    secrets.refused(app); // it was given the wrong one
    EXPECT_EQ(secrets.find(app), "right");
}

TEST(SessionSecrets, OneTimeCodesAreNeverKept)
{
    ui::SessionSecrets secrets;
    for (const char* prompt : { "Verification code: ", "Password & verification code: ", "Code: ", "" }) {
        const Question question { Question::Kind::KeyboardInteractive, "edge", "ali", prompt, false, 1 };
        secrets.remember(question, "123456");
        EXPECT_FALSE(secrets.find(question)) << prompt;
    }
    const Question password { Question::Kind::KeyboardInteractive, "edge", "ali", "(ali@edge) Password: ", false, 1 };
    secrets.remember(password, "s3cret");
    EXPECT_EQ(secrets.find(password), "s3cret");
    EXPECT_FALSE(secrets.find({ Question::Kind::KeyboardInteractive, "app1", "ali", "Password: ", false, 1 }));
}

TEST(SessionSecrets, WipingLeavesNothingInPlace)
{
    std::string secret = "a secret that is longer than what a string holds in itself";
    const char* const place = secret.data();
    const std::size_t size = secret.size();
    ui::wipe(secret);
    EXPECT_TRUE(secret.empty());
    EXPECT_EQ(std::string(place, size), std::string(size, '\0'));
}

}
